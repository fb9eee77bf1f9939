import fc from 'fast-check';
import type { Bucket, LimitCounters } from '../../src/admission/limits/limit-counters';

/** What a test of the contract stands on: counters as two processes see them, and their clock. */
export interface CountersUnderTest {
  readonly counters: LimitCounters;
  /** The same counters, of another process; the same object where they cannot be shared. */
  readonly others: LimitCounters;
  /** Lets time pass. */
  advance(ms: number): void;
  close(): Promise<void>;
}

/** Between a bucket that is full and one that is full again. */
const MINUTE_MS = 60_000;

/** The guarantees that `LimitCounters` states, for any implementation. */
export function describeLimitCounters(name: string, make: () => Promise<CountersUnderTest>): void {
  describe(`the contract of limit counters: ${name}`, () => {
    let test: CountersUnderTest;
    let counters: LimitCounters;
    let others: LimitCounters;
    beforeEach(async () => {
      test = await make();
      ({ counters, others } = test);
    });
    afterEach(() => test.close());

    const bucket = (id: string, perMinute: number): Bucket => ({ id, perMinute });
    const state = async (of: Bucket) => (await counters.view([of], [])).buckets[0];
    const held = async (id: string) => (await counters.view([], [id])).held[0];
    const reserve = async (id: string, tokens: number, perMinute: number) =>
      counters.reserve({ id, tokens, buckets: [bucket('tokens', perMinute)], allowances: [] });

    describe('requests', () => {
      it('takes from a full bucket until it is empty, whichever process asks', async () => {
        const three = bucket('a', 3);
        expect(await counters.take([three])).toEqual({
          refusedBy: null,
          retryAfterMs: 0,
          states: [{ remaining: 2, resetMs: 20_000 }],
        });
        expect(await others.take([three])).toMatchObject({ states: [{ remaining: 1, resetMs: 40_000 }] });
        expect(await counters.take([three])).toMatchObject({ refusedBy: null, states: [{ remaining: 0 }] });
        expect(await others.take([three])).toEqual({
          refusedBy: 0,
          retryAfterMs: 20_000,
          states: [{ remaining: 0, resetMs: 60_000 }],
        });
      });

      it('says exactly when the next one is admitted', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.integer({ min: 1, max: 100_000 }),
            fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 30 }),
            async (perMinute, pausesMs) => {
              const fresh = bucket(`exact ${Math.random()}`, perMinute);
              for (const pauseMs of pausesMs) {
                test.advance(pauseMs);
                const { refusedBy, retryAfterMs } = await counters.take([fresh]);
                if (refusedBy === null) continue;
                expect(Number.isInteger(retryAfterMs)).toBe(true);
                test.advance(retryAfterMs - 1);
                expect((await counters.take([fresh])).refusedBy).toBe(0);
                test.advance(1);
                expect((await counters.take([fresh])).refusedBy).toBeNull();
              }
            },
          ),
          { numRuns: 30 },
        );
      });

      it('takes from all buckets or from none, and names the one that has the longest wait', async () => {
        const [wide, narrow, narrower] = [bucket('w', 60), bucket('n', 2), bucket('nn', 1)];
        await counters.take([narrow, narrower]);
        await counters.take([narrow]);
        expect(await counters.take([wide, narrow, narrower])).toMatchObject({
          refusedBy: 2,
          retryAfterMs: MINUTE_MS,
        });
        expect(await state(wide)).toEqual({ remaining: 60, resetMs: 0 });
      });

      it('a changed limit counts at once, and what was taken stays taken', async () => {
        for (let n = 0; n < 4; n++) await counters.take([bucket('c', 4)]);
        expect((await counters.take([bucket('c', 4)])).refusedBy).toBe(0);
        expect(await counters.take([bucket('c', 10)])).toMatchObject({
          refusedBy: null,
          states: [{ remaining: 5 }],
        });
        expect((await counters.take([bucket('c', 2)])).refusedBy).toBe(0);
      });

      it('never admits more than the bucket and its refill in any time, from however many processes', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.integer({ min: 1, max: 300 }),
            fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 5, maxLength: 40 }),
            async (perMinute, pausesMs) => {
              const fresh = bucket(`bound ${Math.random()}`, perMinute);
              let [passedMs, admitted] = [0, 0];
              for (const pauseMs of pausesMs) {
                test.advance(pauseMs);
                passedMs += pauseMs;
                const takes = await Promise.all(
                  Array.from({ length: 8 }, async (_, n) => (n % 2 ? counters : others).take([fresh])),
                );
                admitted += takes.filter(({ refusedBy }) => refusedBy === null).length;
                expect(admitted).toBeLessThanOrEqual(perMinute + (perMinute * passedMs) / MINUTE_MS + 1e-3);
              }
            },
          ),
          { numRuns: 20 },
        );
      });
    });

    describe('tokens', () => {
      it('are charged when they are reserved and corrected when they are settled', async () => {
        expect(await reserve('r', 600, 1000)).toMatchObject({
          refusedBy: null,
          states: [{ remaining: 400 }],
        });
        expect(await reserve('s', 600, 1000)).toMatchObject({ refusedBy: 0, retryAfterMs: 12_000 });
        await counters.settle('r', 100);
        expect(await state(bucket('tokens', 1000))).toEqual({ remaining: 900, resetMs: 6_000 });
        await counters.settle('r', 1000);
        await counters.release('r');
        expect(await state(bucket('tokens', 1000))).toMatchObject({ remaining: 900 });
      });

      it('used beyond what was reserved are owed', async () => {
        await reserve('r', 100, 1000);
        await counters.settle('r', 1500);
        expect(await state(bucket('tokens', 1000))).toEqual({ remaining: 0, resetMs: 90_000 });
        expect(await reserve('s', 1, 1000)).toMatchObject({ refusedBy: 0, retryAfterMs: 30_060 });
      });

      it('of more than the bucket are admitted when it is full', async () => {
        expect(await reserve('big', 5000, 1000)).toMatchObject({
          refusedBy: null,
          states: [{ remaining: 0 }],
        });
        expect(await reserve('next', 5000, 1000)).toMatchObject({ refusedBy: 0, retryAfterMs: 300_000 });
        await counters.release('big');
        expect(await state(bucket('tokens', 1000))).toEqual({ remaining: 1000, resetMs: 0 });
      });

      it('never flow back beyond full', async () => {
        await reserve('r', 1000, 1000);
        test.advance(50_000);
        await counters.settle('r', 0);
        expect(await state(bucket('tokens', 1000))).toEqual({ remaining: 1000, resetMs: 0 });
      });
    });

    describe('allowances', () => {
      const hold = (id: string, tokens: number, room: number | null, by = counters) =>
        by.reserve({ id, tokens, buckets: [bucket('t', 10_000)], allowances: [{ id: 'budget', room }] });

      it('admit while less is held than they have room for, and hold until the use is released', async () => {
        expect(await hold('a', 80, 100)).toMatchObject({ exhausted: null, held: [0] });
        expect(await hold('b', 80, 100, others)).toMatchObject({ exhausted: null, held: [80] });
        expect(await hold('c', 1, 100)).toMatchObject({ exhausted: 0, held: [160] });
        expect(await state(bucket('t', 10_000))).toMatchObject({ remaining: 9_840 });
        await counters.settle('a', 5);
        expect(await held('budget')).toBe(85);
        await counters.release('a');
        await others.release('b');
        expect(await held('budget')).toBe(0);
        expect(await hold('d', 1, 0)).toMatchObject({ exhausted: 0 });
      });

      it('without a bound only count', async () => {
        await hold('a', 80, null);
        expect(await hold('b', 80, null)).toMatchObject({ exhausted: null, held: [80] });
        expect(await held('budget')).toBe(160);
      });

      it('hold nothing for a request that a bucket refuses', async () => {
        await hold('a', 10_000, null);
        expect(await hold('b', 10, null)).toMatchObject({ exhausted: null, refusedBy: 0 });
        expect(await held('budget')).toBe(10_000);
      });
    });

    it('nothing stays behind, whatever mix of ends requests have', async () => {
      const end = fc.constantFrom('settle', 'release', 'both', 'twice');
      const request = fc.record({
        tokens: fc.integer({ min: 0, max: 900 }),
        used: fc.integer({ min: 0, max: 1200 }),
        keys: fc.integer({ min: 0, max: 2 }),
        afterMs: fc.integer({ min: 0, max: 5_000 }),
        end,
      });
      await fc.assert(
        fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 25 }), async (requests) => {
          const run = `run ${Math.random()}`;
          const of = (n: number) => ({
            bucket: bucket(`${run} tokens ${n}`, 2_000),
            budget: `${run} budget ${n}`,
          });
          const all = [0, 1, 2].map(of);
          const open: (() => Promise<void>)[] = [];
          for (const [n, { tokens, used, keys, afterMs, end: how }] of requests.entries()) {
            test.advance(afterMs);
            const mine = all.slice(0, keys + 1);
            const id = `${run} ${n}`;
            await counters.reserve({
              id,
              tokens,
              buckets: mine.map((each) => each.bucket),
              allowances: mine.map((each) => ({ id: each.budget, room: 5_000 })),
            });
            open.push(async () => {
              if (how !== 'release') await counters.settle(id, used);
              await counters.release(id);
              if (how === 'twice') await Promise.all([counters.release(id), counters.settle(id, used)]);
            });
            if (n % 3 === 2) await open.shift()?.();
          }
          for (const close of open) await close();
          const after = await counters.view(
            [],
            all.map((each) => each.budget),
          );
          expect(after.held).toEqual([0, 0, 0]);
          test.advance(MINUTE_MS * 20);
          for (const each of all) expect(await state(each.bucket)).toEqual({ remaining: 2_000, resetMs: 0 });
        }),
        { numRuns: 40 },
      );
    });
  });
}
