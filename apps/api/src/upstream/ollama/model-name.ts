/** Ollama's own rule: names match without regard to case, and no tag means `latest`. */
export function canonicalModelName(name: string): string {
  const lower = name.toLowerCase();
  return lower.slice(lower.lastIndexOf('/') + 1).includes(':') ? lower : `${lower}:latest`;
}
