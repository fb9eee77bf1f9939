import type { KeyItem } from '@ollameter/admin-contract';
import fc from 'fast-check';
import { expectJson, makeKey } from '../keys/keys-rig';
import { GatewayRig } from '../support/gateway-rig';

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start({ variables: { HOST_SLOTS: '4' } });
});
afterAll(() => rig.stop());

const bodyOf = (more: object) =>
  JSON.stringify({ model: 'llama3.1:8b', messages: [{ role: 'user', content: 'hi' }], ...more });
const post = (secret: string, path: string, body: string, signal?: AbortSignal) =>
  fetch(rig.gatewayUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body,
    ...(signal !== undefined && { signal }),
  });
const chat = (secret: string, more: object = {}) => post(secret, '/v1/chat/completions', bodyOf(more));
const useOf = async (id: string) =>
  (await expectJson<KeyItem>(await rig.admin(`/api/keys/${id}`), 200)).limitsUse;

describe('tokens per minute', () => {
  it('are set aside with max_tokens, and settled with what Ollama counted', async () => {
    const key = await makeKey(rig, { limits: { tokensPerMinute: 10_000 } });
    rig.ollama.script({ done: { metrics: { prompt_eval_count: 1000, eval_count: 2000 } } });
    const answer = await chat(key.secret, { max_tokens: 4000 });
    // 'user: hi' is two tokens.
    expect(answer.headers.get('x-ratelimit-limit-tokens')).toBe('10000');
    expect(answer.headers.get('x-ratelimit-remaining-tokens')).toBe('5998');
    expect(answer.headers.get('x-ratelimit-reset-tokens')).toBe('24.012s');
    expect(answer.headers.get('x-ratelimit-limit-requests')).toBeNull();
    const { tokensPerMinute } = await useOf(key.id);
    expect(tokensPerMinute?.limit).toBe(10_000);
    expect(tokensPerMinute?.remaining).toBeGreaterThanOrEqual(7_000);
    expect(tokensPerMinute?.remaining).toBeLessThan(9_000);
  });

  it('without max_tokens are expected to be a quarter of the limit, or 1024', async () => {
    const small = await makeKey(rig, { limits: { tokensPerMinute: 400 } });
    expect((await chat(small.secret)).headers.get('x-ratelimit-remaining-tokens')).toBe('298');
    const large = await makeKey(rig, { limits: { tokensPerMinute: 100_000 } });
    expect((await chat(large.secret)).headers.get('x-ratelimit-remaining-tokens')).toBe('98974');
  });

  it('of an embedding are its input’s', async () => {
    const key = await makeKey(rig, { limits: { tokensPerMinute: 1000 } });
    const body = JSON.stringify({ model: 'nomic-embed-text', input: 'x'.repeat(400) });
    const answer = await post(key.secret, '/v1/embeddings', body);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-ratelimit-remaining-tokens')).toBe('900');
  });

  it('are refused beyond the limit with the time when they fit again', async () => {
    const key = await makeKey(rig, { limits: { tokensPerMinute: 1000 } });
    rig.ollama.script({ done: { metrics: { prompt_eval_count: 100, eval_count: 800 } } });
    await chat(key.secret, { max_tokens: 900 });
    const refused = await chat(key.secret, { max_tokens: 999 });
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ error: { type: 'tokens', code: 'rate_limit_exceeded' } });
    const afterMs = Number(refused.headers.get('retry-after-ms'));
    expect(afterMs).toBeGreaterThan(45_000);
    expect(afterMs).toBeLessThanOrEqual(54_000);
    expect(Number(refused.headers.get('x-ratelimit-remaining-tokens'))).toBeLessThan(200);
  });

  it('of more than the whole minute are admitted when nothing was used', async () => {
    const key = await makeKey(rig, { limits: { tokensPerMinute: 50 } });
    expect((await chat(key.secret, { max_tokens: 100_000 })).status).toBe(200);
  });

  it('bound the native API and the Responses API too', async () => {
    const key = await makeKey(rig, { limits: { tokensPerMinute: 1000 } });
    rig.ollama.script({ done: { metrics: { prompt_eval_count: 100, eval_count: 900 } } });
    await chat(key.secret, { max_tokens: 1000 });
    const native = await post(key.secret, '/api/chat', bodyOf({ options: { num_predict: 500 } }));
    expect(native.status).toBe(429);
    expect(await native.json()).toEqual({ error: expect.stringContaining('tokens per min') as string });
    const responses = JSON.stringify({ model: 'llama3.1:8b', input: 'hi', max_output_tokens: 500 });
    expect((await post(key.secret, '/v1/responses', responses)).status).toBe(429);
  });
});

/** How a request may end, and what it leaves used at most. */
type Ending = 'whole' | 'streamed' | 'refused upstream' | 'broken' | 'client leaves' | 'unknown model';

describe('whatever ends a request', () => {
  it('leaves nothing set aside', async () => {
    const day = { unit: 'tokens', period: 'day', action: 'block', amount: 1_000_000 } as const;
    const key = await makeKey(rig, {
      limits: { tokensPerMinute: 1_000_000, concurrentRequests: 2, budgets: [day] },
    });
    const asked: Record<Ending, () => Promise<unknown>> = {
      whole: async () => (await chat(key.secret)).text(),
      streamed: async () => (await chat(key.secret, { stream: true })).text(),
      'refused upstream': async () => {
        rig.ollama.script({ error: { status: 400, message: 'no' } });
        return (await chat(key.secret)).text();
      },
      broken: async () => {
        rig.ollama.script({ text: 'half of it', done: false });
        return (await chat(key.secret, { stream: true })).text().catch(() => '');
      },
      'client leaves': async () => {
        const client = new AbortController();
        const { promise, resolve } = Promise.withResolvers<undefined>();
        const script = rig.ollama.script({ holdHeaders: promise });
        const answer = post(key.secret, '/v1/chat/completions', bodyOf({}), client.signal).catch(() => '');
        await Promise.race([
          answer,
          rig.eventually(() => Promise.resolve(script.requests.length > 0 || undefined), 'the request'),
        ]);
        client.abort();
        await answer;
        script.remove();
        resolve(undefined);
      },
      'unknown model': async () => (await chat(key.secret, { model: 'no-such-model' })).text(),
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...(Object.keys(asked) as Ending[])), { minLength: 1, maxLength: 5 }),
        async (endings) => {
          await Promise.all(endings.map((ending) => asked[ending]()));
          // A client that left is noticed a moment later, and a row is stored a moment later.
          await rig.eventually(
            async () => {
              const { concurrentRequests, budgets } = await useOf(key.id);
              const { running, waiting } = concurrentRequests;
              return (running === 0 && waiting === 0 && budgets[0]?.reserved === 0) || undefined;
            },
            `nothing set aside after ${endings.join(', ')}`,
          );
        },
      ),
      { numRuns: 8 },
    );
    const [total] = await rig.database.rows<{ tokens: string }>(
      'SELECT sum(prompt_tokens + completion_tokens)::text AS tokens FROM usage_rollup WHERE key_id = $1',
      [key.id],
    );
    const { budgets, tokensPerMinute } = await useOf(key.id);
    expect(budgets[0]).toMatchObject({ used: Number(total?.tokens), reserved: 0, exhausted: false });
    // What is still owed to the minute is no more than what was used, and the prompts of what broke off.
    expect(tokensPerMinute!.limit - tokensPerMinute!.remaining).toBeLessThanOrEqual(
      Number(total?.tokens) + 100,
    );
  }, 60_000);
});
