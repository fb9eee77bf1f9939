import OpenAI from 'openai';
import type { UserWithPassword } from '@ollameter/admin-contract';
import { changeKey, chat, expectJson, makeKey, send } from '../keys/keys-rig';
import { GatewayRig } from '../support/gateway-rig';

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start();
});
afterAll(() => rig.stop());

const ASKED = {
  model: 'llama3.1:8b',
  messages: [{ role: 'user' as const, content: 'hi' }],
};
const rateHeaders = (headers: Headers) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-ratelimit-')));
/** Nothing flows back while a test runs: a token of so small a bucket takes a minute or more. */
const models = (secret: string) =>
  fetch(`${rig.gatewayUrl}/v1/models`, { headers: { authorization: `Bearer ${secret}` } });

describe('requests per minute', () => {
  it('are told on every answer, refused beyond the limit in OpenAI’s envelope, and told exactly when to come back', async () => {
    const { secret } = await makeKey(rig, { limits: { requestsPerMinute: 2 } });
    const first = await chat(rig.gatewayUrl, secret);
    expect(first.status).toBe(200);
    expect(rateHeaders(first.headers)).toEqual({
      'x-ratelimit-limit-requests': '2',
      'x-ratelimit-remaining-requests': '1',
      'x-ratelimit-reset-requests': '30s',
    });
    expect(rateHeaders((await models(secret)).headers)).toMatchObject({
      'x-ratelimit-remaining-requests': '0',
    });
    const refused = await chat(rig.gatewayUrl, secret);
    expect(refused).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
    const afterMs = Number(refused.headers.get('retry-after-ms'));
    expect(afterMs).toBeGreaterThan(20_000);
    expect(afterMs).toBeLessThanOrEqual(30_000);
    expect(Number(refused.headers.get('retry-after'))).toBe(Math.ceil(afterMs / 1000));
    expect(refused.headers.get('x-should-retry')).toBeNull();
    expect(rateHeaders(refused.headers)).toMatchObject({ 'x-ratelimit-remaining-requests': '0' });
    expect(refused.message).toMatch(
      /^Rate limit reached for this API key on requests per min \(RPM\): Limit 2\./,
    );
  });

  it('are asked before the body is read', async () => {
    const { secret } = await makeKey(rig, { limits: { requestsPerMinute: 1 } });
    await models(secret);
    const answer = await fetch(`${rig.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: 'no json at all',
    });
    expect(answer.status).toBe(429);
    expect(await answer.json()).toMatchObject({
      error: { type: 'requests', code: 'rate_limit_exceeded', param: null },
    });
  });

  it('tell streams and Ollama’s native API in their own shapes', async () => {
    const { secret } = await makeKey(rig, { limits: { requestsPerMinute: 2 } });
    const streamed = await fetch(`${rig.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...ASKED, stream: true }),
    });
    expect(streamed.headers.get('x-ratelimit-remaining-requests')).toBe('1');
    expect(await streamed.text()).toContain('[DONE]');
    const headers = { authorization: `Bearer ${secret}` };
    expect((await fetch(`${rig.gatewayUrl}/api/tags`, { headers })).status).toBe(200);
    const native = await fetch(`${rig.gatewayUrl}/api/tags`, { headers });
    expect(native.status).toBe(429);
    expect(await native.json()).toEqual({ error: expect.stringContaining('Rate limit reached') as string });
  });

  it('count for all of a user’s keys together', async () => {
    const { user } = await expectJson<UserWithPassword>(
      await send(rig, 'POST', '/api/users', {
        email: 'team@example.org',
        role: 'member',
        limits: { requestsPerMinute: 2 },
      }),
      201,
    );
    const [one, two] = [await makeKey(rig, { ownerId: user.id }), await makeKey(rig, { ownerId: user.id })];
    expect((await models(one.secret)).headers.get('x-ratelimit-remaining-requests')).toBe('1');
    expect((await models(two.secret)).headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect((await models(one.secret)).status).toBe(429);
    await expectJson(
      await send(rig, 'PATCH', `/api/users/${user.id}`, { limits: { requestsPerMinute: null } }),
      200,
    );
    const free = await models(one.secret);
    expect(free.status).toBe(200);
    expect(rateHeaders(free.headers)).toEqual({});
  });

  it('count for all keys together, and one that is refused by them has lost none of its own', async () => {
    await expectJson(await send(rig, 'PUT', '/api/limits/all', { requestsPerMinute: 1 }), 200);
    try {
      const key = await makeKey(rig, { limits: { requestsPerMinute: 10 } });
      expect((await models(key.secret)).status).toBe(200);
      const refused = await models(key.secret);
      expect(refused.status).toBe(429);
      expect(await refused.json()).toMatchObject({
        error: { message: expect.stringContaining('all API keys together') as string },
      });
      await expectJson(await send(rig, 'PUT', '/api/limits/all', {}), 200);
      expect((await models(key.secret)).headers.get('x-ratelimit-remaining-requests')).toBe('8');
    } finally {
      await send(rig, 'PUT', '/api/limits/all', {});
    }
  });

  it('changed in the portal count at once', async () => {
    const key = await makeKey(rig, { limits: { requestsPerMinute: 1 } });
    await models(key.secret);
    expect((await models(key.secret)).status).toBe(429);
    await changeKey(rig, key.id, { limits: { requestsPerMinute: 100 } });
    expect((await models(key.secret)).headers.get('x-ratelimit-remaining-requests')).toBe('98');
  });
});

describe('the official client', () => {
  it('throws RateLimitError with the refusal’s code', async () => {
    const { secret } = await makeKey(rig, { limits: { requestsPerMinute: 1 } });
    const client = rig.openai({ apiKey: secret });
    await client.chat.completions.create(ASKED);
    const error = await client.chat.completions.create(ASKED).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'requests' });
  });

  it('comes back when it was told, and is served', async () => {
    const { secret } = await makeKey(rig, { limits: { tokensPerMinute: 6000 } });
    const client = rig.openai({ apiKey: secret, maxRetries: 3 });
    rig.ollama.script({ done: { metrics: { prompt_eval_count: 10, eval_count: 4990 } } });
    await client.chat.completions.create({ ...ASKED, max_completion_tokens: 5999 });
    // About 1000 of 6000 are left and 100 flow back in a second: what needs 1100 has to come again.
    const answer = await client.chat.completions
      .create({ ...ASKED, max_completion_tokens: 1150 })
      .withResponse();
    expect(answer.data.choices).toHaveLength(1);
  });
});
