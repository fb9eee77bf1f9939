import type { Budget, KeyItem, SharedLimits, UserWithPassword } from '@ollameter/admin-contract';
import OpenAI from 'openai';
import { nextStart } from '../../src/calendar/calendar-unit';
import { changeKey, chat, expectJson, makeKey, send } from '../keys/keys-rig';
import { GatewayRig } from '../support/gateway-rig';

const ZONE = 'Asia/Kolkata';

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start({ variables: { TIMEZONE: ZONE, ELECTRICITY_RATE: '500' } });
});
afterAll(() => rig.stop());

const budget = (amount: number, more: Partial<Budget> = {}): Budget => ({
  unit: 'tokens',
  period: 'day',
  action: 'block',
  amount,
  ...more,
});
const keyOf = async (id: string) => expectJson<KeyItem>(await rig.admin(`/api/keys/${id}`), 200);
/** A chat that Ollama counts as so many tokens. */
const spend = (secret: string, tokens: number) => {
  rig.ollama.script({ done: { metrics: { prompt_eval_count: tokens - 2, eval_count: 2 } } });
  return chat(rig.gatewayUrl, secret);
};

describe('a token budget', () => {
  it('admits until it is used up, and may be overshot by what runs; then nothing more until the next period', async () => {
    const key = await makeKey(rig, { limits: { budgets: [budget(1000)] } });
    expect((await spend(key.secret, 900)).status).toBe(200);
    expect((await spend(key.secret, 300)).status).toBe(200);
    const refused = await chat(rig.gatewayUrl, key.secret);
    expect(refused).toMatchObject({ status: 429, code: 'insufficient_quota' });
    expect(refused.headers.get('x-should-retry')).toBe('false');
    expect(refused.headers.get('retry-after')).toBeNull();
    const resetsAt = new Date(nextStart('day', Date.now(), ZONE)).toISOString();
    expect(refused.message).toContain(resetsAt);
    const { limitsUse } = await keyOf(key.id);
    const [use] = limitsUse.budgets;
    expect(use!.used + use!.reserved).toBe(1200);
    expect(use).toMatchObject({ amount: 1000, resetsAt, exhausted: true });
    await rig.eventually(async () => {
      const [settled] = (await keyOf(key.id)).limitsUse.budgets;
      return (settled!.used === 1200 && settled!.reserved === 0) || undefined;
    }, 'the sums to hold it');
    expect(await chat(rig.gatewayUrl, key.secret)).toMatchObject({ code: 'insufficient_quota' });
    // Lists are no use.
    const headers = { authorization: `Bearer ${key.secret}` };
    expect((await fetch(`${rig.gatewayUrl}/v1/models`, { headers })).status).toBe(200);
  });

  it('counts what was used before there was one, and opens when it is raised', async () => {
    const key = await makeKey(rig);
    await rig.row((await spend(key.secret, 500)).headers.get('x-request-id')!);
    const { limitsUse } = await changeKey(rig, key.id, { limits: { budgets: [budget(400)] } });
    expect(limitsUse.budgets[0]).toMatchObject({ used: 500, exhausted: true });
    expect(await chat(rig.gatewayUrl, key.secret)).toMatchObject({ status: 429, code: 'insufficient_quota' });
    await changeKey(rig, key.id, { limits: { budgets: [budget(600)] } });
    expect((await chat(rig.gatewayUrl, key.secret)).status).toBe(200);
  });

  it('of a running request counts as reserved', async () => {
    const key = await makeKey(rig, { limits: { budgets: [budget(1000)] } });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const script = rig.ollama.script({ holdHeaders: promise });
    const running = chat(rig.gatewayUrl, key.secret, { max_tokens: 1500 });
    await rig.eventually(() => Promise.resolve(script.requests.length > 0 || undefined), 'the request');
    expect((await keyOf(key.id)).limitsUse.budgets[0]).toMatchObject({ used: 0, reserved: 1502 });
    expect(await chat(rig.gatewayUrl, key.secret)).toMatchObject({ code: 'insufficient_quota' });
    resolve(undefined);
    await running;
    expect((await chat(rig.gatewayUrl, key.secret)).status).toBe(200);
  });

  it('that only warns refuses nothing, and says so in a header', async () => {
    const key = await makeKey(rig, {
      limits: { budgets: [budget(100, { action: 'warn', period: 'week' })] },
    });
    const first = await spend(key.secret, 200);
    expect(first.headers.get('x-ollameter-budget-warning')).toBeNull();
    const second = await chat(rig.gatewayUrl, key.secret);
    expect(second.status).toBe(200);
    expect(second.headers.get('x-ollameter-budget-warning')).toBe('tokens/week of this API key');
  });

  it('is not retried by the official client', async () => {
    const key = await makeKey(rig, { limits: { budgets: [budget(10)] } });
    await spend(key.secret, 50);
    const requests = rig.ollama.requests.length;
    const client = rig.openai({ apiKey: key.secret, maxRetries: 5 });
    const error = await client.chat.completions
      .create({ model: 'llama3.1:8b', messages: [{ role: 'user', content: 'hi' }] })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error).toMatchObject({ code: 'insufficient_quota', type: 'insufficient_quota' });
    expect(rig.ollama.requests).toHaveLength(requests);
    const rejected = await rig.eventually(async () => {
      const answer = await rig.admin(`/api/logs?outcome=rejected&key=${key.id}`);
      const { total } = (await answer.json()) as { total: number };
      return total > 0 ? total : undefined;
    }, 'its row');
    expect(rejected).toBe(1);
  });
});

describe('a budget of money or energy', () => {
  it.each(['money', 'energyWh'] as const)('of %s counts when it is settled', async (unit) => {
    const key = await makeKey(rig);
    const id = (await chat(rig.gatewayUrl, key.secret)).headers.get('x-request-id')!;
    const row = await rig.row(id, ({ energyQuality }) => energyQuality !== 'pending');
    const spent = unit === 'money' ? Number(row.cost) : Number(row.energyWh);
    expect(spent).toBeGreaterThan(0);
    await changeKey(rig, key.id, { limits: { budgets: [budget(1000, { unit })] } });
    const open = (await keyOf(key.id)).limitsUse.budgets[0];
    expect(open).toMatchObject({ reserved: 0, exhausted: false });
    expect(open!.used).toBeCloseTo(spent, 9);
    expect((await chat(rig.gatewayUrl, key.secret)).status).toBe(200);
    await changeKey(rig, key.id, { limits: { budgets: [budget(0.000001, { unit })] } });
    expect(await chat(rig.gatewayUrl, key.secret)).toMatchObject({ status: 429, code: 'insufficient_quota' });
  });
});

describe('budgets of others', () => {
  it('a user’s is of all the user’s keys, by whomever they were used', async () => {
    const { user } = await expectJson<UserWithPassword>(
      await send(rig, 'POST', '/api/users', {
        email: 'team@example.org',
        role: 'member',
        limits: { budgets: [budget(500, { period: 'month' })] },
      }),
      201,
    );
    const [one, two] = [await makeKey(rig, { ownerId: user.id }), await makeKey(rig, { ownerId: user.id })];
    await spend(one.secret, 300);
    await spend(two.secret, 300);
    const refused = await chat(rig.gatewayUrl, one.secret);
    expect(refused).toMatchObject({ status: 429, code: 'insufficient_quota' });
    expect(refused.message).toContain("this key's owner");
    const listed = await expectJson<UserWithPassword['user']>(await rig.admin(`/api/users/${user.id}`), 200);
    const [use] = listed.limitsUse.budgets;
    expect(use!.used + use!.reserved).toBe(600);
  });

  it('one of all keys together stops every key', async () => {
    const [one, two] = [await makeKey(rig), await makeKey(rig)];
    await rig.row((await spend(one.secret, 100)).headers.get('x-request-id')!);
    const put = async (limits: object) =>
      expectJson<SharedLimits>(await send(rig, 'PUT', '/api/limits/all', limits), 200);
    try {
      const { limitsUse } = await put({ budgets: [budget(50)] });
      expect(limitsUse.budgets[0]?.used).toBeGreaterThanOrEqual(100);
      expect(await chat(rig.gatewayUrl, two.secret)).toMatchObject({ code: 'insufficient_quota' });
    } finally {
      await put({});
    }
    expect((await chat(rig.gatewayUrl, two.secret)).status).toBe(200);
  });
});
