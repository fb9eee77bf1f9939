import { busySeconds, simulateKeepAlive } from './keep-alive';

const END_US = 2_000 * 1e6;
const request = (from: number, to: number, model = 'm', host = 'h') => ({
  model,
  host,
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
    expect(simulateKeepAlive(requests, seconds, END_US)).toEqual(outcome);
  });

  it('counts a machine that keeps two models once, and not while it works for one of them', () => {
    const both = [request(0, 10, 'a'), request(40, 50, 'b')];
    // a is kept 10–110 and b 50–150; 40–50 is work.
    expect(simulateKeepAlive(both, 100, END_US)).toEqual({ warmSeconds: 30 + 100, coldStarts: 2 });
  });

  it('counts two machines apart', () => {
    const apart = [request(0, 10, 'a', 'here'), request(40, 50, 'b', 'there')];
    expect(simulateKeepAlive(apart, 100, END_US)).toEqual({ warmSeconds: 200, coldStarts: 2 });
  });

  it('is nothing without requests', () => {
    expect(simulateKeepAlive([], null, 1)).toEqual({ warmSeconds: 0, coldStarts: 0 });
  });

  it('counts overlapping work once', () => {
    expect(busySeconds(requests)).toBe(30);
  });
});
