const PATHS: Readonly<Record<string, string>> = {
  'chat.completions': '/v1/chat/completions',
  completions: '/v1/completions',
  embeddings: '/v1/embeddings',
  responses: '/v1/responses',
  'ollama.chat': '/api/chat',
  'ollama.generate': '/api/generate',
  'ollama.embed': '/api/embed',
  'ollama.embeddings': '/api/embeddings',
};

/** The path of an endpoint as the log names it; null where a request cannot be sent again. */
export function pathOf(endpoint: string): string | null {
  return PATHS[endpoint] ?? null;
}

/** The request as a line for a shell, the key from `$OLLAMETER_KEY`; null where the full request was not kept. */
export function toCurl(origin: string, endpoint: string, request: unknown): string | null {
  const path = pathOf(endpoint);
  if (path === null || typeof request !== 'object' || request === null) return null;
  return [
    `curl ${origin}${path}`,
    `-H "Authorization: Bearer $OLLAMETER_KEY"`,
    `-H 'Content-Type: application/json'`,
    `-d ${quoted(JSON.stringify(request))}`,
  ].join(' \\\n  ');
}

/** In single quotes a shell reads nothing but the closing quote. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
