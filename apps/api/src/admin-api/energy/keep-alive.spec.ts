import { busySeconds, simulateKeepAlive } from './keep-alive';

const request = (from: number, to: number) => ({
  model: 'm',
  host: 'h',
  fromUs: from * 1e6,
  toUs: to * 1e6,
  loadMs: null,
});
const requests = [request(0, 10), request(5, 8), request(100, 110), request(1_000, 1_010)];

describe('simulateKeepAlive', () => {
  it.each([
    [0, { warmSeconds: 0, coldStarts: 3 }],
    [100, { warmSeconds: 90 + 100 + 100, coldStarts: 2 }],
    [3_600, { warmSeconds: 90 + 890 + 990, coldStarts: 1 }],
    [null, { warmSeconds: 90 + 890 + 990, coldStarts: 1 }],
  ])('keep_alive %s', (seconds, outcome) => {
    expect(simulateKeepAlive(requests, seconds, 2_000 * 1e6)).toEqual(outcome);
  });

  it('is nothing without requests', () => {
    expect(simulateKeepAlive([], null, 1)).toEqual({ warmSeconds: 0, coldStarts: 0 });
  });

  it('counts overlapping work once', () => {
    expect(busySeconds(requests)).toBe(30);
  });
});
