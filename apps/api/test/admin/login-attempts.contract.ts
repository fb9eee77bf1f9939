import fc from 'fast-check';
import {
  ACCOUNT_RULE,
  ADDRESS_RULE,
  type LoginAttempts,
  type LoginSource,
} from '../../src/identity/login-attempts';
import { FORGET_MS, MAX_NAMES } from '../../src/identity/login-backoff';
import { MemoryLoginAttempts } from '../../src/identity/memory-login-attempts';

/** What a test of the contract stands on: attempts as two gateways see them, and their clock. */
export interface AttemptsUnderTest {
  readonly attempts: LoginAttempts;
  /** The same attempts, of another gateway; the same object where they cannot be shared. */
  readonly others: LoginAttempts;
  /** Lets time pass. */
  advance(ms: number): void;
  close(): Promise<void>;
}

const PART = 300;

/** The guarantees that `LoginAttempts` states, for any implementation. */
export function describeLoginAttempts(name: string, make: () => Promise<AttemptsUnderTest>): void {
  describe(`the contract of login attempts: ${name}`, () => {
    let test: AttemptsUnderTest;
    let gateways: readonly LoginAttempts[];
    beforeEach(async () => {
      test = await make();
      gateways = [test.attempts, test.others];
    });
    afterEach(() => test.close());

    const from = (account: string, address: string): LoginSource => ({ account, address });
    /** Makes attempts at the one gateway and the other in turn, each from an address of its own. @returns their waits */
    const guess = async (account: string, times: number): Promise<number[]> => {
      const waits: number[] = [];
      for (let n = 0; n < times; n++)
        waits.push(await at(n).begin(from(account, `${account} ${n} ${Math.random()}`)));
      return waits;
    };
    const at = (n: number): LoginAttempts => {
      const gateway = gateways[n % 2];
      if (gateway === undefined) throw new Error('no gateway');
      return gateway;
    };

    it('lets five guesses at an account through, at whichever gateways, and makes the sixth wait a second', async () => {
      expect(await guess('ada', 7)).toEqual([0, 0, 0, 0, 0, 1000, 1000]);
      expect(await guess('bob', 1)).toEqual([0]);
    });

    it('doubles an account’s wait up to a minute; who is refused is not counted', async () => {
      await guess('ada', ACCOUNT_RULE.freeAttempts);
      const waits: number[] = [];
      for (let n = 0; n < 8; n++) {
        const [waitMs = NaN] = await guess('ada', 1);
        waits.push(waitMs);
        test.advance(waitMs - 1);
        expect(await guess('ada', 2)).toEqual([1, 1]);
        test.advance(1);
        expect(await guess('ada', 1)).toEqual([0]);
      }
      expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    });

    it('lets twenty guesses from an address through, whatever the account, then makes it wait', async () => {
      const waits: number[] = [];
      for (let n = 0; n <= ADDRESS_RULE.freeAttempts; n++)
        waits.push(await at(n).begin(from(`account ${n}`, 'one')));
      expect(waits).toEqual([...Array<number>(ADDRESS_RULE.freeAttempts).fill(0), 1000]);
      expect(await at(1).begin(from('account', 'two'))).toBe(0);
    });

    it('counts each of many at once', async () => {
      const waits = await Promise.all(
        Array.from({ length: 12 }, (_, n) => at(n).begin(from('ada', `address ${n}`))),
      );
      expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(ACCOUNT_RULE.freeAttempts);
    });

    it('forgets an account’s attempts when one succeeds, at either gateway', async () => {
      await guess('ada', ACCOUNT_RULE.freeAttempts - 1);
      expect(await at(0).begin(from('ada', 'home'))).toBe(0);
      await at(1).succeed(from('ada', 'home'));
      expect(await guess('ada', ACCOUNT_RULE.freeAttempts + 1)).toEqual([0, 0, 0, 0, 0, 1000]);
    });

    it('takes back an address’ one attempt when it succeeds, not the others', async () => {
      for (let n = 0; n < ADDRESS_RULE.freeAttempts - 1; n++) await at(n).begin(from(`account ${n}`, 'one'));
      for (let n = 0; n < 3; n++) {
        expect(await at(n).begin(from('own', 'one'))).toBe(0);
        await at(n + 1).succeed(from('own', 'one'));
      }
      expect(await at(0).begin(from('another', 'one'))).toBe(0);
      expect(await at(1).begin(from('another', 'one'))).toBe(1000);
    });

    it('a success whose attempt is forgotten changes nothing', async () => {
      await at(0).succeed(from('ada', 'one'));
      expect(await guess('ada', ACCOUNT_RULE.freeAttempts + 1)).toEqual([0, 0, 0, 0, 0, 1000]);
    });

    it('forgets after an hour without an attempt', async () => {
      await guess('ada', ACCOUNT_RULE.freeAttempts);
      test.advance(FORGET_MS + 1);
      expect(await guess('ada', ACCOUNT_RULE.freeAttempts + 1)).toEqual([0, 0, 0, 0, 0, 1000]);
    });

    it('remembers so many accounts and forgets the one longest untouched', async () => {
      await guess('first', ACCOUNT_RULE.freeAttempts);
      test.advance(1);
      await guess('second', ACCOUNT_RULE.freeAttempts);
      test.advance(1);
      // In parts, as Redis is given a second to answer each.
      for (let made = 0; made < MAX_NAMES - 1; made += PART)
        await Promise.all(
          Array.from({ length: Math.min(PART, MAX_NAMES - 1 - made) }, (_, n) =>
            at(n).begin({ account: `name ${made + n}`, address: `address ${made + n}` }),
          ),
        );
      expect(await guess('second', 1)).toEqual([999]);
      expect(await guess('first', 1)).toEqual([0]);
    });

    it('answers as the counter of a single process does, whatever happens', async () => {
      const happening = fc.record({
        account: fc.constantFrom('ada', 'bob'),
        address: fc.constantFrom('one', 'two'),
        succeeds: fc.boolean(),
        pauseMs: fc.constantFrom(0, 1, 999, 1000, 30_000, FORGET_MS, FORGET_MS + 1),
        gateway: fc.nat(1),
      });
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(happening, { maxLength: 60 }), async (happenings) => {
          let nowMs = 0;
          const single = new MemoryLoginAttempts(() => nowMs);
          run++;
          for (const { account, address, succeeds, pauseMs, gateway } of happenings) {
            const source = from(`${account} ${run}`, `${address} ${run}`);
            const waitMs = await at(gateway).begin(source);
            expect(waitMs).toBe(await single.begin(source));
            if (succeeds && waitMs === 0) {
              await at(gateway + 1).succeed(source);
              await single.succeed(source);
            }
            test.advance(pauseMs);
            nowMs += pauseMs;
          }
        }),
        { numRuns: 30 },
      );
    });
  });
}
