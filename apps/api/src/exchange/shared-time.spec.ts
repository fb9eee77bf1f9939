import fc from 'fast-check';
import { SharedTime } from './shared-time';

describe('SharedTime', () => {
  it('gives the whole time to one, and a half each to two', () => {
    const clock = new SharedTime();
    clock.join(0);
    expect(clock.read(100)).toBe(100);
    clock.join(100);
    expect(clock.read(200)).toBe(150);
    clock.leave(200);
    expect(clock.read(300)).toBe(250);
  });

  it('stands still while nobody runs', () => {
    const clock = new SharedTime();
    clock.join(0);
    clock.leave(10);
    expect(clock.read(1_000)).toBe(10);
  });

  it('can be read in the past, and knows who was alone', () => {
    const clock = new SharedTime();
    clock.join(0);
    clock.join(100);
    clock.leave(200);
    expect(clock.between(0, 100)).toEqual({ sharedUs: 100, alone: true });
    expect(clock.between(50, 150)).toEqual({ sharedUs: 75, alone: false });
    expect(clock.between(100, 200)).toEqual({ sharedUs: 50, alone: false });
    expect(clock.between(200, 260)).toEqual({ sharedUs: 60, alone: true });
  });

  it('shares out exactly the time in which somebody ran', () => {
    const events = fc.array(fc.record({ gapUs: fc.nat(1_000_000), join: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(events, (steps) => {
        const clock = new SharedTime();
        const startedAt: number[] = [];
        let nowUs = 0;
        let busyUs = 0;
        let sharedUs = 0;
        const leave = () => {
          sharedUs += clock.read(nowUs) - (startedAt.pop() ?? 0);
          clock.leave(nowUs);
        };
        for (const { gapUs, join } of steps) {
          nowUs += gapUs;
          if (startedAt.length > 0) busyUs += gapUs;
          if (join) {
            startedAt.push(clock.read(nowUs));
            clock.join(nowUs);
          } else if (startedAt.length > 0) leave();
        }
        while (startedAt.length > 0) leave();
        expect(sharedUs).toBeCloseTo(busyUs, 2);
      }),
    );
  });
});
