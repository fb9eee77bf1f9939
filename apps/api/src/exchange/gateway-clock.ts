/** The gateway's clock: Unix µs, monotonic within the process, so that intervals of one process never overlap by a step. */
export function nowUs(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}
