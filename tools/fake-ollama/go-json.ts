const HTML_UNSAFE = /[<>&\u2028\u2029]/g;
const HTML_UNSAFE_PROBE = /[<>&\u2028\u2029]/;

/** JSON as Go's `encoding/json` writes it: `<`, `>`, `&`, U+2028 and U+2029 are escaped. */
export function goJson(value: unknown): string {
  const json = JSON.stringify(value);
  return HTML_UNSAFE_PROBE.test(json)
    ? json.replace(HTML_UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : json;
}

const NS_PER_SECOND = 1_000_000_000n;
const clockOrigin = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
let formattedSecond = -1n;
let formatted = '';

/** Now as Go writes a UTC time (RFC3339Nano): up to nine fraction digits without trailing zeros, then `Z`. */
export function goTimestamp(nowNs: bigint = clockOrigin + process.hrtime.bigint()): string {
  const second = nowNs / NS_PER_SECOND;
  if (second !== formattedSecond) {
    formattedSecond = second;
    formatted = new Date(Number(second) * 1000).toISOString().slice(0, 19);
  }
  const fraction = Number(nowNs - second * NS_PER_SECOND);
  if (fraction === 0) return `${formatted}Z`;
  const digits = String(fraction).padStart(9, '0');
  return `${formatted}.${fraction % 10 === 0 ? digits.replace(/0+$/, '') : digits}Z`;
}
