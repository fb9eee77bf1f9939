import OpenAI from 'openai';
import { API_KEY, GatewayRig } from '../support/gateway-rig';
import { RawConnection, requestIds } from '../support/raw-connection';
import { sseFrames, streamedText } from '../support/sse-frames';

const CHAT = { model: 'llama3.1:8b', messages: [{ role: 'user' as const, content: 'Say hello.' }] };
const PATH = '/v1/chat/completions';

describe('200 streams at once', () => {
  const STREAMS = 200;
  const TOKENS = 100;
  let rig: GatewayRig;
  beforeAll(async () => {
    rig = await GatewayRig.start({
      variables: { HOST_SLOTS: String(STREAMS), QUEUE_MAX: '0' },
      ollama: { slots: STREAMS, tokenDelayMs: 2 },
    });
  });
  afterAll(() => rig.stop());

  /** What stream `n` says: every token names its stream and its place. */
  const tokens = (n: number): string[] => Array.from({ length: TOKENS }, (_, i) => ` ${n}:${i}ж`);

  it('lose no frame and keep their order, however the upstream cuts its bytes', async () => {
    for (let n = 0; n < STREAMS; n++)
      rig.ollama.script({
        match: ({ body }) => body.messages?.[0]?.content === `stream ${n}`,
        chunks: tokens(n),
        wire: { split: n % 4 === 0 ? 37 : n % 4 === 1 ? 1000 : 'record' },
        done: { metrics: { prompt_eval_count: n + 1, eval_count: TOKENS } },
      });
    const answers = await Promise.all(
      Array.from({ length: STREAMS }, async (_, n) => {
        const answer = await rig.post(PATH, {
          ...CHAT,
          messages: [{ role: 'user', content: `stream ${n}` }],
          stream: true,
          stream_options: { include_usage: true },
        });
        return { n, id: answer.headers.get('x-request-id') ?? '', frames: sseFrames(await answer.text()) };
      }),
    );
    for (const { n, frames } of answers) {
      expect(streamedText(frames)).toBe(tokens(n).join(''));
      expect(frames.at(-1)).toBe('[DONE]');
      expect(JSON.parse(frames.at(-2) ?? '')).toMatchObject({
        usage: { prompt_tokens: n + 1, completion_tokens: TOKENS },
      });
    }
    await rig.eventually(async () => {
      const [counted] = await rig.database.rows<{ rows: number; tokens: number }>(
        `SELECT count(*)::int AS rows, sum(completion_tokens)::int AS tokens
         FROM request_log WHERE outcome = 'completed'`,
      );
      return counted?.rows === STREAMS && counted.tokens === STREAMS * TOKENS ? counted : undefined;
    }, 'a row for each stream');
    expect(new Set(answers.map(({ id }) => id)).size).toBe(STREAMS);
  });
});

describe('strangers', () => {
  let rig: GatewayRig;
  beforeAll(async () => {
    rig = await GatewayRig.start();
  });
  afterAll(() => rig.stop());

  it('are refused at once, whatever they ask for, and learn nothing of the key', async () => {
    for (const authorization of [
      '',
      'Bearer',
      'Bearer sk-om-wrong',
      `Basic ${API_KEY}`,
      `Bearer ${API_KEY}x`,
    ]) {
      const answer = await fetch(rig.gatewayUrl + PATH, { method: 'POST', headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain(API_KEY);
    }
  });
});

describe('a full house', () => {
  let rig: GatewayRig;
  beforeAll(async () => {
    rig = await GatewayRig.start({ variables: { HOST_SLOTS: '1', QUEUE_MAX: '2', QUEUE_WAIT_MS: '300' } });
  });
  afterAll(() => rig.stop());

  it('queues in order, refuses beyond its bounds with a time to come back, and forgets nobody', async () => {
    const script = rig.ollama.script({ chunks: ['Busy', { stall: true }] });
    const holder = await RawConnection.open(rig.gatewayUrl);
    holder.post(PATH, { ...CHAT, stream: true });
    await holder.until((text) => text.includes('Busy'));
    const waiting = [rig.post(PATH, CHAT), rig.post(PATH, CHAT)];
    await rig.eventually(() => Promise.resolve(rig.queued === 2 || undefined), 'a full queue');
    const refused = await rig.post(PATH, CHAT);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: { code: 'server_is_overloaded' } });
    for (const late of await Promise.all(waiting)) {
      expect(late.status).toBe(503);
      expect(Number(late.headers.get('retry-after-ms'))).toBeGreaterThan(0);
      expect(await late.json()).toMatchObject({ error: { code: 'server_is_overloaded' } });
      expect(await rig.row(late.headers.get('x-request-id') ?? '')).toMatchObject({
        outcome: 'rejected',
        host: null,
      });
    }
    script.release();
    const [id = ''] = requestIds(await holder.until((text) => text.includes('[DONE]')));
    holder.leave();
    expect(await rig.row(id)).toMatchObject({ outcome: 'completed' });
  });

  it('is what the official client retries by itself', async () => {
    const script = rig.ollama.script({ chunks: ['Busy', { stall: true }] });
    const holder = await RawConnection.open(rig.gatewayUrl);
    holder.post(PATH, { ...CHAT, stream: true });
    await holder.until((text) => text.includes('Busy'));
    const client = new OpenAI({ baseURL: `${rig.gatewayUrl}/v1`, apiKey: API_KEY, maxRetries: 0 });
    await expect(client.chat.completions.create(CHAT)).rejects.toMatchObject({ status: 503 });
    script.release();
    await holder.until((text) => text.includes('[DONE]'));
    holder.leave();
    expect((await client.chat.completions.create(CHAT)).choices).toHaveLength(1);
  });
});
