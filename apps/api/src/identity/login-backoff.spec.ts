import { LoginBackoff } from './login-backoff';

const RULE = { freeAttempts: 3, maxWaitMs: 10_000 };

function backoff() {
  const clock = { ms: 0 };
  return { clock, backoff: new LoginBackoff(RULE, () => clock.ms) };
}

describe('LoginBackoff', () => {
  it('doubles the wait after the free attempts up to its limit', () => {
    const { clock, backoff: waits } = backoff();
    const seen = Array.from({ length: 9 }, () => {
      waits.attempt('ada');
      const wait = waits.waitMs('ada');
      clock.ms += wait;
      return wait;
    });
    expect(seen).toEqual([0, 0, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
  });

  it('lets go when the wait is over, not before', () => {
    const { clock, backoff: waits } = backoff();
    for (let n = 0; n < 3; n += 1) waits.attempt('ada');
    clock.ms = 999;
    expect(waits.waitMs('ada')).toBe(1);
    clock.ms = 1000;
    expect(waits.waitMs('ada')).toBe(0);
  });

  it('keeps names apart, clears and forgives', () => {
    const { backoff: waits } = backoff();
    for (let n = 0; n < 4; n += 1) waits.attempt('ada');
    expect(waits.waitMs('bob')).toBe(0);
    waits.forgive('ada');
    expect(waits.waitMs('ada')).toBe(1000);
    waits.clear('ada');
    expect(waits.waitMs('ada')).toBe(0);
  });

  it('forgets after an hour without attempts', () => {
    const { clock, backoff: waits } = backoff();
    for (let n = 0; n < 9; n += 1) waits.attempt('ada');
    clock.ms += 3_600_001;
    waits.attempt('ada');
    expect(waits.waitMs('ada')).toBe(0);
  });

  it('holds ten thousand names and forgets the one longest untouched', () => {
    const { backoff: waits } = backoff();
    for (let n = 0; n < 3; n += 1) waits.attempt('first');
    for (let n = 0; n < 3; n += 1) waits.attempt('second');
    for (let n = 0; n < 9999; n += 1) waits.attempt(`name ${n}`);
    expect(waits.waitMs('first')).toBe(0);
    expect(waits.waitMs('second')).toBe(1000);
  });
});
