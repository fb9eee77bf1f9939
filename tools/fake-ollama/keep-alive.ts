import { HttpError } from './http-error.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const GO_DURATION = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+$|^[+-]?0$/;

/**
 * Checks `keep_alive` as Ollama's own decoder does: a number of seconds or a Go duration.
 * @throws HttpError 400 with Go's text.
 */
export function checkKeepAlive(value: unknown): void {
  if (typeof value === 'number') return;
  if (typeof value !== 'string') {
    const type =
      typeof value === 'boolean'
        ? 'bool'
        : Array.isArray(value)
          ? '[]interface {}'
          : 'map[string]interface {}';
    throw new HttpError(400, `Unsupported type: '${type}'`);
  }
  if (GO_DURATION.test(value)) return;
  const quoted = JSON.stringify(value);
  const isUnitless = /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(value);
  throw new HttpError(
    400,
    isUnitless ? `time: missing unit in duration ${quoted}` : `time: invalid duration ${quoted}`,
  );
}

/** A checked `keep_alive` in milliseconds; negative (always −1) is for ever, unset is the default. */
export function keepAliveMs(value: number | string | undefined, defaultMs: number): number {
  if (value === undefined) return defaultMs;
  if (typeof value === 'number') return value < 0 ? -1 : value * 1000;
  const ms = [...value.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? 0),
    0,
  );
  return value.startsWith('-') && ms > 0 ? -1 : ms;
}
