/** What Ollama takes as `keep_alive`: a duration of Go (`5m`, `1h30m`), or whole seconds; negative is for ever. */
export const KEEP_ALIVE = /^(-?\d{1,9}|-?(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+)$/;

/** As Ollama's wire has it: it reads a bare number only as a number, a string only as a duration with its unit. */
export function toWireKeepAlive(text: string): string | number {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}
