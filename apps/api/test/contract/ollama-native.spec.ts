import { request } from 'node:http';
import { Ollama } from 'ollama';
import { collect } from '../support/collect';
import { API_KEY, GatewayRig } from '../support/gateway-rig';

/** Ollama's own API through the gateway: its official client, and byte for byte against the fake asked directly. */

let rig: GatewayRig;
let client: Ollama;
beforeAll(async () => {
  rig = await GatewayRig.start();
  client = new Ollama({ host: rig.gatewayUrl, headers: { authorization: `Bearer ${API_KEY}` } });
});
afterEach(() => rig.ollama.clearScripts());
afterAll(() => rig.stop());

const MODEL = 'llama3.1:8b';
const MESSAGES = [{ role: 'user', content: 'Say hello.' }];
const upstream = () => rig.ollama.requests.findLast(({ isInference }) => isInference)?.body ?? {};

/** What differs between two runs of the same request. */
const withoutTimes = (text: string) =>
  text.replace(/"(created_at|\w+_duration)":("[^"]*"|\d+)/g, (_, name: string) => `"${name}":0`);

const direct = (path: string, body: object) =>
  fetch(rig.ollama.url + path, { method: 'POST', body: JSON.stringify(body) });

describe('the official client', () => {
  it('chats, unary and streamed', async () => {
    rig.ollama.script({ text: 'Hello there.', times: 2 });
    const answer = await client.chat({ model: MODEL, messages: MESSAGES });
    expect(answer).toMatchObject({ done: true, done_reason: 'stop', message: { content: 'Hello there.' } });
    const parts = await collect(await client.chat({ model: MODEL, messages: MESSAGES, stream: true }));
    expect(parts.map(({ message }) => message.content).join('')).toBe('Hello there.');
    expect(parts.at(-1)?.eval_count).toBeGreaterThan(0);
  });

  it('calls tools, thinks, follows a schema and sees', async () => {
    rig.ollama.script({ toolCalls: [{ function: { name: 'weather', arguments: { city: 'Rom' } } }] });
    const called = await client.chat({
      model: MODEL,
      messages: MESSAGES,
      tools: [
        { type: 'function', function: { name: 'weather', description: '', parameters: { type: 'object' } } },
      ],
    });
    expect(called.message.tool_calls).toMatchObject([
      { function: { name: 'weather', arguments: { city: 'Rom' } } },
    ]);
    rig.ollama.script({ thinking: 'Hm.', text: 'Yes.' });
    const thought = await client.chat({ model: 'qwen3:8b', messages: MESSAGES, think: true });
    expect(thought.message).toMatchObject({ thinking: 'Hm.', content: 'Yes.' });
    const format = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] };
    const formed = await client.chat({ model: MODEL, messages: MESSAGES, format });
    expect(JSON.parse(formed.message.content)).toEqual({ age: expect.any(Number) as number });
    await client.chat({
      model: 'gemma3:4b',
      messages: [{ role: 'user', content: 'What?', images: [new Uint8Array([1, 2, 3])] }],
    });
    expect(upstream().messages?.[0]?.images).toEqual(['AQID']);
  });

  it('generates, embeds, lists, shows', async () => {
    rig.ollama.script({ text: 'there was.' });
    expect((await client.generate({ model: MODEL, prompt: 'Once', raw: true })).response).toBe('there was.');
    const { embeddings } = await client.embed({ model: 'nomic-embed-text', input: ['a', 'b'] });
    expect(embeddings.map((vector) => vector.length)).toEqual([768, 768]);
    const old = await client.embeddings({ model: 'nomic-embed-text', prompt: 'a' });
    expect(old.embedding).toHaveLength(768);
    expect((await client.list()).models.map(({ name }) => name)).toContain(MODEL);
    expect((await client.ps()).models.map(({ name }) => name)).toContain('nomic-embed-text:latest');
    expect((await client.show({ model: MODEL })).capabilities).toContain('tools');
    expect((await client.version()).version).toBe('0.33.0');
  });

  it('is told what is wrong in Ollama’s words', async () => {
    const missing = client.chat({ model: 'none:7b', messages: MESSAGES });
    await expect(missing).rejects.toMatchObject({
      name: 'ResponseError',
      status_code: 404,
      error: /none:7b/ as never,
    });
    const manage = client.pull({ model: 'x' });
    await expect(manage).rejects.toMatchObject({ status_code: 403 });
    for (const change of [
      client.delete({ model: MODEL }),
      client.copy({ source: MODEL, destination: 'x' }),
      client.create({ model: 'x', from: MODEL }),
      client.push({ model: MODEL }),
    ])
      await expect(change).rejects.toMatchObject({ status_code: 403 });
    const stranger = new Ollama({ host: rig.gatewayUrl });
    await expect(stranger.list()).rejects.toMatchObject({ status_code: 401 });
  });

  it('throws when a stream breaks, and stops the generation when it leaves', async () => {
    rig.ollama.script({ chunks: ['Half', { content: ' an', delayMs: 20 }, { die: true }] });
    await expect(async () =>
      collect(await client.chat({ model: MODEL, messages: MESSAGES, stream: true })),
    ).rejects.toThrow();
    const script = rig.ollama.script({ chunks: ['first', { stall: true }] });
    const stream = await client.chat({ model: MODEL, messages: MESSAGES, stream: true });
    await expect(async () => {
      for await (const part of stream) if (part.message.content === 'first') stream.abort();
    }).rejects.toThrow(/abort/i);
    const [asked] = script.requests;
    if (asked === undefined) throw new Error('nothing was asked');
    await rig.ollama.aborted(asked);
  });
});

describe('the wire', () => {
  it.each<[string, string, object]>([
    ['a chat', '/api/chat', { model: MODEL, messages: MESSAGES }],
    ['a chat that thinks', '/api/chat', { model: 'qwen3:8b', messages: MESSAGES, think: true }],
    [
      'a chat that calls tools',
      '/api/chat',
      {
        model: MODEL,
        messages: [{ role: 'user', content: 'weather and clock' }],
        tools: ['weather', 'clock'].map((name) => ({ type: 'function', function: { name, parameters: {} } })),
      },
    ],
    ['a generation', '/api/generate', { model: MODEL, prompt: 'Once' }],
    ['a fill in the middle', '/api/generate', { model: 'codellama:7b-code', prompt: 'a', suffix: 'b' }],
  ])('of %s is relayed line for line, and folded as Ollama folds it', async (_what, path, body) => {
    const seeded = { ...body, options: { seed: 5 } };
    const [ours, theirs] = await Promise.all([rig.post(path, seeded), direct(path, seeded)]);
    expect(ours.headers.get('content-type')).toBe('application/x-ndjson');
    expect(withoutTimes(await ours.text())).toBe(withoutTimes(await theirs.text()));
    const unary = { ...seeded, stream: false };
    const [ourFold, theirFold] = await Promise.all([rig.post(path, unary), direct(path, unary)]);
    expect(ourFold.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(JSON.parse(withoutTimes(await ourFold.text()))).toEqual(
      JSON.parse(withoutTimes(await theirFold.text())),
    );
  });

  it('keeps Ollama’s load and unload', async () => {
    for (const body of [
      { model: MODEL, messages: [] },
      { model: MODEL, messages: [], keep_alive: 0 },
      { model: MODEL, messages: [], stream: false },
    ]) {
      const [ours, theirs] = await Promise.all([rig.post('/api/chat', body), direct('/api/chat', body)]);
      expect(JSON.parse(withoutTimes(await ours.text()))).toEqual(
        JSON.parse(withoutTimes(await theirs.text())),
      );
    }
  });

  it('takes JSON under any content type, as every curl line of Ollama’s documentation sends it', async () => {
    const body = JSON.stringify({ model: MODEL, messages: MESSAGES, stream: false });
    for (const headers of [{ 'content-type': 'application/x-www-form-urlencoded' }, {}]) {
      const answer = await new Promise<number>((resolve, reject) => {
        const asked = request(
          `${rig.gatewayUrl}/api/chat`,
          { method: 'POST', headers: { authorization: `Bearer ${API_KEY}`, ...headers } },
          (response) => {
            response.resume().on('end', () => resolve(response.statusCode ?? 0));
          },
        );
        asked.on('error', reject).end(body);
      });
      expect(answer).toBe(200);
    }
  });

  it('has errors as {"error":"text"}, before the first line and after it', async () => {
    for (const [path, body, status] of [
      ['/api/chat', { model: 'none:7b' }, 404],
      ['/api/chat', '{"model":', 400],
      ['/api/generate', [], 400],
      ['/api/chat', { model: 5 }, 400],
      ['/api/chat', { model: MODEL, messages: MESSAGES, options: [] }, 400],
      ['/api/chat', { model: MODEL, messages: MESSAGES, options: { temperature: 'hot' } }, 400],
      ['/api/embed', { model: MODEL, input: 'x' }, 400],
      ['/api/nothing', {}, 404],
    ] as const) {
      const response = await rig.post(path, body);
      expect([path, response.status]).toEqual([path, status]);
      expect(await response.json()).toEqual({ error: expect.any(String) as string });
    }
    const script = { chunks: ['Half', { stall: true } as const, { errorLine: 'out of memory' }] };
    const handle = rig.ollama.script(script);
    const stream = await client.generate({ model: MODEL, prompt: 'x', stream: true });
    await expect(async () => {
      for await (const part of stream) if (part.response === 'Half') handle.release();
    }).rejects.toThrow(/out of memory/);
  });

  it('never lets a client’s load-time option reload a model', async () => {
    await client.chat({ model: MODEL, messages: MESSAGES });
    const { reloads } = rig.ollama.scheduler;
    const options = { num_ctx: 1024, num_gpu: 1, num_batch: 64, num_thread: 2, use_mmap: false, main_gpu: 1 };
    await rig.post('/api/chat', { model: MODEL, messages: MESSAGES, options, shift: false, stream: false });
    expect(upstream().options ?? {}).toEqual({});
    expect(upstream()).not.toHaveProperty('shift');
    const larger = await rig.post('/api/chat', {
      model: MODEL,
      messages: MESSAGES,
      options: { num_ctx: 99_999 },
    });
    expect(larger.status).toBe(400);
    expect(((await larger.json()) as { error: string }).error).toContain('99999');
    expect(rig.ollama.scheduler.reloads).toBe(reloads);
  });
});

it('makes rows like /v1 does', async () => {
  const before = new Set((await rig.rows(0)).map(({ id }) => id));
  rig.ollama.script({ text: 'Logged.', done: { metrics: { prompt_eval_count: 4, eval_count: 2 } } });
  await client.chat({ model: MODEL, messages: MESSAGES });
  const row = await rig.eventually(
    async () =>
      (await rig.rows(1)).find(({ id, answerPreview }) => !before.has(id) && answerPreview === 'Logged.'),
    'the row',
  );
  expect(row).toMatchObject({
    endpoint: 'ollama.chat',
    outcome: 'completed',
    promptTokens: 4,
    completionTokens: 2,
    promptPreview: expect.stringContaining('Say hello.') as string,
  });
});
