import { type FakeOllama, startFakeOllama } from './fake-ollama.ts';
import { call, post, records, said } from './test-client.ts';

let fake: FakeOllama;
beforeAll(async () => {
  fake = await startFakeOllama({
    slots: 4,
    models: [
      { name: 'llama3.1:8b' },
      { name: 'rendered', mode: 'rendered' },
      { name: 'qwen3:8b', capabilities: ['completion', 'tools', 'thinking'] },
      { name: 'codellama', capabilities: ['completion', 'insert'] },
      { name: 'nomic-embed-text', capabilities: ['embedding'] },
    ],
  });
});
afterAll(() => fake.close());
afterEach(() => fake.clearScripts());

const CHAT = { model: 'llama3.1:8b', messages: [{ role: 'user', content: 'Say hello.' }] };
const WEATHER = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

describe('chat and generate', () => {
  it('stream by default: NDJSON, one record a line, the last one done with figures in ns', async () => {
    const answer = await post(fake, '/api/chat', CHAT);
    expect(answer).toMatchObject({ status: 200, contentType: 'application/x-ndjson', whole: true });
    expect(answer.text.endsWith('\n')).toBe(true);
    const lines = records(answer);
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) {
      expect(line.model).toBe('llama3.1:8b');
      expect(line.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/);
      expect(line.message?.role).toBe('assistant');
    }
    const last = lines.pop();
    expect(lines.every(({ done, eval_count }) => !done && eval_count === undefined)).toBe(true);
    expect(last).toMatchObject({ done: true, done_reason: 'stop', eval_count: lines.length });
    expect(last?.message?.content).toBe('');
    for (const duration of [
      'total_duration',
      'load_duration',
      'prompt_eval_duration',
      'eval_duration',
    ] as const)
      expect(Number.isInteger(last?.[duration])).toBe(true);
  });

  it('stream:false is one JSON document of the same words', async () => {
    const streamed = records(await post(fake, '/api/chat', CHAT));
    const answer = await post(fake, '/api/chat', { ...CHAT, stream: false });
    expect(answer.contentType).toBe('application/json; charset=utf-8');
    const [whole] = records(answer);
    expect(whole).toMatchObject({ done: true, done_reason: 'stop' });
    expect(whole?.message?.content).toBe(said(streamed));
  });

  it('leave out figures of 0, as Go does', async () => {
    fake.script({
      text: 'Hi.',
      done: { metrics: { load_duration: 0, prompt_eval_count: 7, eval_count: 2 } },
    });
    const last = records(await post(fake, '/api/chat', CHAT)).at(-1);
    expect(last).toMatchObject({ prompt_eval_count: 7, eval_count: 2 });
    expect(last).not.toHaveProperty('load_duration');
  });

  it('escape what Go escapes', async () => {
    fake.script({ chunks: ['<a & b>\u2028'] });
    const { text } = await post(fake, '/api/chat', CHAT);
    expect(text).toContain('\\u003ca \\u0026 b\\u003e\\u2028');
  });

  it('generate answers in `response`, with its context, and fills in the middle', async () => {
    const lines = records(await post(fake, '/api/generate', { model: 'llama3.1:8b', prompt: 'Hello' }));
    expect(said(lines)).not.toBe('');
    expect(lines.at(-1)?.context?.length).toBeGreaterThan(0);
    const raw = records(
      await post(fake, '/api/generate', { model: 'llama3.1:8b', prompt: 'Hello', raw: true }),
    );
    expect(raw.at(-1)).not.toHaveProperty('context');
    const filled = await post(fake, '/api/generate', { model: 'codellama', prompt: 'a', suffix: 'b' });
    expect(said(records(filled))).toContain('filled in');
  });

  it('num_predict cuts the answer, and done_reason says so', async () => {
    const lines = records(await post(fake, '/api/chat', { ...CHAT, options: { num_predict: 2 } }));
    expect(lines.at(-1)).toMatchObject({ done_reason: 'length', eval_count: 2 });
  });

  it('a stop sequence ends the answer in front of itself', async () => {
    const whole = said(records(await post(fake, '/api/chat', CHAT)));
    const stop = whole.slice(10, 14);
    const cut = said(records(await post(fake, '/api/chat', { ...CHAT, options: { stop: [stop] } })));
    expect(cut).toBe(whole.slice(0, whole.indexOf(stop)));
  });

  it('an empty list of messages only loads, and keep_alive 0 unloads', async () => {
    const [loaded] = records(await post(fake, '/api/chat', { model: 'llama3.1:8b', messages: [] }));
    expect(loaded).toMatchObject({ done: true, done_reason: 'load' });
    const [gone] = records(
      await post(fake, '/api/chat', { model: 'llama3.1:8b', messages: [], keep_alive: 0 }),
    );
    expect(gone).toMatchObject({ done: true, done_reason: 'unload' });
  });
});

describe('thinking', () => {
  const ASK = { ...CHAT, model: 'qwen3:8b' };

  it('is on where it is not said, comes first and in its own field', async () => {
    const lines = records(await post(fake, '/api/chat', ASK));
    const thoughts = lines.findLastIndex(({ message }) => message?.thinking !== undefined);
    const words = lines.findIndex(({ message }) => message?.content !== '');
    expect(thoughts).toBeGreaterThanOrEqual(0);
    expect(words).toBeGreaterThan(thoughts);
  });

  it('is off when it is turned off', async () => {
    const lines = records(await post(fake, '/api/chat', { ...ASK, think: false }));
    expect(lines.some(({ message }) => message?.thinking !== undefined)).toBe(false);
  });

  it('is an error on a model that cannot', async () => {
    const answer = await post(fake, '/api/chat', { ...CHAT, think: true });
    expect(answer.status).toBe(400);
    expect(records(answer)).toEqual([{ error: '"llama3.1:8b" does not support thinking' }]);
  });
});

describe('tool calls', () => {
  const ASK = { messages: [{ role: 'user', content: 'Use get_weather for Paris.' }], tools: [WEATHER] };

  it('of a native model stand on the done record, whole, with arguments as an object', async () => {
    const lines = records(await post(fake, '/api/chat', { ...ASK, model: 'llama3.1:8b' }));
    const last = lines.pop();
    expect(lines.some(({ message }) => message?.tool_calls !== undefined)).toBe(false);
    expect(last).toMatchObject({ done: true, done_reason: 'stop' });
    expect(last?.message?.tool_calls).toEqual([
      {
        id: expect.stringMatching(/^call_.{8}$/) as string,
        function: { index: 0, name: 'get_weather', arguments: { city: expect.any(String) as string } },
      },
    ]);
  });

  it('of a rendered model come earlier, one a record, every index 0', async () => {
    fake.script({
      toolCalls: [
        { function: { name: 'a', arguments: {} } },
        { function: { name: 'b', arguments: { x: 1 } } },
      ],
    });
    const lines = records(await post(fake, '/api/chat', { ...ASK, model: 'rendered' }));
    const calls = lines.flatMap(({ done, message }) => (done ? [] : (message?.tool_calls ?? [])));
    expect(calls.map(({ function: { name, index } }) => [name, index])).toEqual([
      ['a', 0],
      ['b', 0],
    ]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    expect(lines.at(-1)?.message).not.toHaveProperty('tool_calls');
  });
});

describe('format', () => {
  it('"json" gives an object, and a schema an instance of it', async () => {
    const anything = said(records(await post(fake, '/api/chat', { ...CHAT, format: 'json' })));
    expect(typeof JSON.parse(anything)).toBe('object');
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' }, age: { type: 'integer' }, kind: { enum: ['a', 'b'] } },
      required: ['name', 'age', 'kind'],
    };
    const instance = JSON.parse(
      said(records(await post(fake, '/api/chat', { ...CHAT, format: schema }))),
    ) as {
      name: unknown;
      age: unknown;
      kind: unknown;
    };
    expect(typeof instance.name).toBe('string');
    expect(Number.isInteger(instance.age)).toBe(true);
    expect(['a', 'b']).toContain(instance.kind);
  });
});

describe('errors before the first record', () => {
  const LONG = { role: 'user', content: 'word '.repeat(6000) };

  it.each<[string, string, unknown, number, string | RegExp]>([
    ['no body', '/api/chat', '', 400, 'missing request body'],
    ['bad JSON', '/api/chat', '{"model":', 400, /unexpected/i],
    ['a wrong type', '/api/chat', { ...CHAT, messages: 'x' }, 400, /json: cannot unmarshal string/],
    ['no model', '/api/chat', { messages: [] }, 400, 'model is required'],
    ['an impossible name', '/api/chat', { ...CHAT, model: 'a b' }, 400, 'invalid model name'],
    ['an unknown model', '/api/chat', { ...CHAT, model: 'none' }, 404, "model 'none' not found"],
    [
      'top_logprobs',
      '/api/chat',
      { ...CHAT, top_logprobs: 21 },
      400,
      'top_logprobs must be between 0 and 20',
    ],
    [
      'tools on a model without',
      '/api/chat',
      { ...CHAT, model: 'codellama', tools: [WEATHER] },
      400,
      'registry.ollama.ai/library/codellama:latest does not support tools',
    ],
    [
      'chat with an embedder',
      '/api/chat',
      { ...CHAT, model: 'nomic-embed-text' },
      400,
      '"nomic-embed-text" does not support chat',
    ],
    [
      'a wrong option',
      '/api/chat',
      { ...CHAT, options: { temperature: 'hot' } },
      500,
      /option "temperature" must be/,
    ],
    ['a prompt too long', '/api/chat', { ...CHAT, messages: [LONG] }, 400, /exceed_context_size_error/],
    [
      'an embedding of a chat model',
      '/api/embed',
      { model: 'llama3.1:8b', input: 'a' },
      501,
      /does not support embeddings/,
    ],
    ['token arrays', '/api/embed', { model: 'nomic-embed-text', input: [1, 2] }, 400, 'invalid input type'],
  ])('%s has its status and its words', async (_, path, body, status, words) => {
    const answer = await post(fake, path, body);
    expect(answer.status).toBe(status);
    const [{ error = '' } = { error: '' }] = records(answer);
    if (typeof words === 'string') expect(error).toBe(words);
    else expect(error).toMatch(words);
  });

  it('a long prompt loses its oldest turns first, unless truncate is off', async () => {
    const messages = [LONG, { role: 'user', content: 'Short.' }];
    const cut = records(await post(fake, '/api/chat', { ...CHAT, messages }));
    expect(cut.at(-1)?.prompt_eval_count).toBeLessThan(100);
    expect((await post(fake, '/api/chat', { ...CHAT, messages, truncate: false })).status).toBe(400);
  });

  it('unknown paths and methods are plain text', async () => {
    expect(await call(fake, 'GET', '/api/none').answer).toMatchObject({
      status: 404,
      text: '404 page not found',
    });
    expect((await call(fake, 'GET', '/api/chat').answer).status).toBe(405);
  });

  it('a foreign Host or Origin is 403', async () => {
    expect((await call(fake, 'GET', '/api/tags', undefined, { host: 'evil.example' }).answer).status).toBe(
      403,
    );
    expect(
      (await call(fake, 'GET', '/api/tags', undefined, { origin: 'http://evil.example' }).answer).status,
    ).toBe(403);
  });
});

describe('embeddings', () => {
  it('are of length 1, in order, cut by dimensions and then normalised again', async () => {
    const answer = await post(fake, '/api/embed', {
      model: 'nomic-embed-text',
      input: ['a', 'b'],
      dimensions: 8,
    });
    const { embeddings, prompt_eval_count } = JSON.parse(answer.text) as {
      embeddings: number[][];
      prompt_eval_count: number;
    };
    expect(embeddings.map(({ length }) => length)).toEqual([8, 8]);
    for (const vector of embeddings) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(embeddings[0]).not.toEqual(embeddings[1]);
    expect(prompt_eval_count).toBe(2);
  });
});

describe('the catalogue', () => {
  it('lists, shows and tells what is loaded', async () => {
    await post(fake, '/api/chat', { ...CHAT, options: { num_ctx: 2048 } });
    const tags = JSON.parse((await call(fake, 'GET', '/api/tags').answer).text) as {
      models: { name: string; capabilities: string[]; details: object }[];
    };
    expect(tags.models.map(({ name }) => name)).toContain('rendered:latest');
    expect(tags.models[2]?.capabilities).toEqual(['completion', 'tools', 'thinking']);
    const ps = JSON.parse((await call(fake, 'GET', '/api/ps').answer).text) as {
      models: { name: string; context_length: number }[];
    };
    expect(ps.models).toContainEqual(expect.objectContaining({ name: 'llama3.1:8b', context_length: 2048 }));
    const shown = JSON.parse((await post(fake, '/api/show', { model: 'qwen3:8b' })).text) as {
      capabilities: string[];
      model_info: Record<string, unknown>;
    };
    expect(shown.capabilities).toContain('thinking');
    expect(Object.keys(shown.model_info).some((key) => key.endsWith('.context_length'))).toBe(true);
    expect((await call(fake, 'GET', '/').answer).text).toBe('Ollama is running');
    expect(JSON.parse((await call(fake, 'GET', '/api/version').answer).text)).toEqual({ version: '0.33.0' });
  });

  it('pulls with progress, copies and deletes', async () => {
    const pulled = (await post(fake, '/api/pull', { model: 'new:1b' })).text.split('\n').filter(Boolean);
    expect(JSON.parse(pulled[0] ?? '')).toEqual({ status: 'pulling manifest' });
    expect(JSON.parse(pulled.at(-1) ?? '')).toEqual({ status: 'success' });
    expect((await post(fake, '/api/copy', { source: 'new:1b', destination: 'copy' })).status).toBe(200);
    expect((await call(fake, 'DELETE', '/api/delete', { model: 'copy' }).answer).status).toBe(200);
    expect((await call(fake, 'DELETE', '/api/delete', { model: 'copy' }).answer).status).toBe(404);
  });
});
