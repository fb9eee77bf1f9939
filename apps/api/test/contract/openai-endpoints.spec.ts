import type OpenAI from 'openai';
import { collect } from '../support/collect';
import { API_KEY, GatewayRig } from '../support/gateway-rig';

/** Embeddings, legacy completions and models with the official client. */

let rig: GatewayRig;
let client: OpenAI;
beforeAll(async () => {
  rig = await GatewayRig.start({
    ollama: {
      models: [
        { name: 'llama3.1:8b' },
        { name: 'qwen3:8b', capabilities: ['completion', 'tools', 'thinking'] },
        { name: 'codellama:7b-code', capabilities: ['completion', 'insert'] },
        { name: 'nomic-embed-text', capabilities: ['embedding'] },
        { name: 'hf.co/team/model:Q4_K_M' },
      ],
    },
  });
  client = rig.openai();
});
afterEach(() => rig.ollama.clearScripts());
afterAll(() => rig.stop());

const upstream = () => rig.ollama.requests.findLast((request) => request.isInference)?.body ?? {};

describe('embeddings', () => {
  const MODEL = 'nomic-embed-text';

  it('as floats and as base64 are the same vector; the SDK asks base64 by itself', async () => {
    const decoded = await client.embeddings.create({ model: MODEL, input: 'Hello' });
    const floats = await client.embeddings.create({ model: MODEL, input: 'Hello', encoding_format: 'float' });
    expect(decoded.data[0]?.embedding).toHaveLength(768);
    expect(decoded.data[0]?.embedding).toEqual([...new Float32Array(floats.data[0]?.embedding ?? [])]);
    const raw = (await (
      await rig.post('/v1/embeddings', { model: MODEL, input: 'Hello', encoding_format: 'base64' })
    ).json()) as { data: { embedding: string }[] };
    expect(Buffer.from(raw.data[0]?.embedding ?? '', 'base64')).toHaveLength(768 * 4);
  });

  it('are floats where no format is named', async () => {
    const response = await rig.post('/v1/embeddings', { model: MODEL, input: 'Hello' });
    const list = (await response.json()) as OpenAI.CreateEmbeddingResponse;
    expect(list.data[0]?.embedding.every((value) => typeof value === 'number')).toBe(true);
  });

  it('of many inputs come in order, with usage', async () => {
    const input = Array.from({ length: 300 }, (_, index) => `text ${index}`);
    const list = await client.embeddings.create({ model: MODEL, input });
    expect(list.data.map(({ index, object }) => `${object} ${index}`)).toEqual(
      input.map((_, index) => `embedding ${index}`),
    );
    expect(list.object).toBe('list');
    expect(list.model).toBe('nomic-embed-text:latest');
    expect(list.usage.prompt_tokens).toBeGreaterThanOrEqual(300);
    expect(list.usage.total_tokens).toBe(list.usage.prompt_tokens);
    const single = await client.embeddings.create({ model: MODEL, input: 'text 7' });
    expect(list.data[7]?.embedding).toEqual(single.data[0]?.embedding);
  });

  it('shortened to dimensions keep the length of one', async () => {
    const { data } = await client.embeddings.create({
      model: MODEL,
      input: 'Hello',
      dimensions: 64,
      encoding_format: 'float',
    });
    const vector = data[0]?.embedding ?? [];
    expect(vector).toHaveLength(64);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  it.each<[string, object, object]>([
    ['an empty string', { input: '' }, { param: 'input' }],
    ['an empty array', { input: [] }, { param: 'input' }],
    ['an empty string among others', { input: ['a', ''] }, { param: 'input[1]' }],
    ['too many inputs', { input: Array<string>(2049).fill('a') }, { param: 'input' }],
    ['token ids', { input: [1, 2, 3] }, { param: 'input', code: 'unsupported_value' }],
    ['an unknown encoding', { input: 'a', encoding_format: 'hex' }, { param: 'encoding_format' }],
    ['more dimensions than there are', { input: 'a', dimensions: 4096 }, { param: 'dimensions' }],
    ['no dimension', { input: 'a', dimensions: 0 }, { param: 'dimensions' }],
    [
      'an input that is too long',
      { input: 'word '.repeat(9000) },
      { code: 'context_length_exceeded', param: 'input' },
    ],
  ])('refuse %s by name', async (_what, body, error) => {
    const response = await rig.post('/v1/embeddings', { model: MODEL, ...body });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: object }).error).toMatchObject(error);
  });

  it('of a model that does not embed are refused by the model’s name', async () => {
    const refused = client.embeddings.create({ model: 'llama3.1:8b', input: 'Hello' });
    await expect(refused).rejects.toMatchObject({ status: 400, param: 'model' });
  });
});

describe('completions', () => {
  const MODEL = 'llama3.1:8b';

  it('continue the raw prompt, 16 tokens where no limit is named', async () => {
    const answer = await client.completions.create({ model: MODEL, prompt: 'Once upon' });
    expect(answer).toMatchObject({
      id: expect.stringMatching(/^cmpl-/) as string,
      object: 'text_completion',
      choices: [{ index: 0, logprobs: null, text: expect.any(String) as string }],
    });
    expect(upstream()).toMatchObject({ raw: true, prompt: 'Once upon', options: { num_predict: 16 } });
    expect(answer.usage?.total_tokens).toBeGreaterThan(0);
  });

  it('of several prompts and n come prompt-major', async () => {
    const { choices } = await client.completions.create({
      model: MODEL,
      prompt: ['A', 'B'],
      n: 2,
      seed: 1,
      echo: true,
    });
    expect(choices.map(({ index, text }) => [index, text[0]])).toEqual([
      [0, 'A'],
      [1, 'A'],
      [2, 'B'],
      [3, 'B'],
    ]);
  });

  it('fill in the middle, on a model that can', async () => {
    const { choices } = await client.completions.create({
      model: 'codellama:7b-code',
      prompt: 'def add(',
      suffix: 'return c',
      max_tokens: 64,
    });
    expect(choices[0]?.text).toContain('filled in between');
    expect(upstream()).toMatchObject({ suffix: 'return c' });
    expect(upstream()).not.toHaveProperty('raw');
    const refused = client.completions.create({ model: MODEL, prompt: 'def add(', suffix: 'return c' });
    await expect(refused).rejects.toMatchObject({ status: 400, code: 'unsupported_value' });
  });

  it('stream as the same object, with usage where asked for', async () => {
    const stream = await client.completions.create({
      model: MODEL,
      prompt: 'Once upon',
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 5,
    });
    const chunks = await collect(stream);
    expect(new Set(chunks.map(({ object, id }) => `${object} ${id}`)).size).toBe(1);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('length');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 5 } });
  });

  it.each<[string, object]>([
    ['best_of', { best_of: 2 }],
    ['logprobs', { logprobs: 2 }],
    ['logit_bias', { logit_bias: { 50256: -100 } }],
    ['prompt', { prompt: [1, 2, 3] }],
    ['prompt', { prompt: [] }],
    ['prompt', { prompt: '' }],
    ['prompt', { prompt: ['x', ''] }],
    ['max_tokens', { max_tokens: 0 }],
  ])('refuse %s by name', async (param, body) => {
    const response = await rig.post('/v1/completions', { model: MODEL, prompt: 'x', ...body });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: object }).error).toMatchObject({ param });
  });
});

describe('models', () => {
  it('are listed in one answer, with the time of their last change and what they can', async () => {
    const models = await collect(await client.models.list());
    expect(models.map(({ id }) => id)).toContain('hf.co/team/model:Q4_K_M');
    for (const model of models) {
      expect(model).toMatchObject({ object: 'model', owned_by: expect.any(String) as string });
      expect(Math.abs(model.created - Date.now() / 1000)).toBeLessThan(600);
    }
    expect(models.find(({ id }) => id === 'qwen3:8b')).toMatchObject({
      owned_by: 'library',
      context_length: 131_072,
      capabilities: ['completion', 'tools', 'thinking'],
    });
  });

  it('are retrieved by ids with : and /, as the SDK encodes them and raw', async () => {
    await expect(client.models.retrieve('hf.co/team/model:Q4_K_M')).resolves.toMatchObject({
      id: 'hf.co/team/model:Q4_K_M',
      owned_by: 'team',
    });
    for (const path of [
      'hf.co/team/model:Q4_K_M',
      'hf.co%2Fteam%2Fmodel%3AQ4_K_M',
      'HF.CO/team/model:q4_k_m',
    ]) {
      const response = await fetch(`${rig.gatewayUrl}/v1/models/${path}`, {
        headers: { authorization: `Bearer ${API_KEY}` },
      });
      expect(await response.json()).toMatchObject({ id: 'hf.co/team/model:Q4_K_M' });
    }
    await expect(client.models.retrieve('none:7b')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
    });
  });

  it.each(['/v1//models', '//v1/models', '/v1/models/', '/v1/models?x=1'])(
    'answer at %s, as n8n’s credential with a trailing slash asks',
    async (path) => {
      const response = await fetch(rig.gatewayUrl + path, {
        headers: { authorization: `Bearer ${API_KEY}`, 'openai-organization': '' },
      });
      expect(response.status).toBe(200);
      expect(((await response.json()) as OpenAI.ModelsPage).data).toHaveLength(5);
    },
  );
});
