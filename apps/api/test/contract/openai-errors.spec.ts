import { request } from 'node:http';
import OpenAI from 'openai';
import { API_KEY, GatewayRig, type GatewayRigOptions } from '../support/gateway-rig';

/** Errors as the SDK's classes, its retries, and the envelope of whatever is no request at all. */

const MODEL = 'llama3.1:8b';
const MESSAGES = [{ role: 'user' as const, content: 'Say hello.' }];
const BODY = { model: MODEL, messages: MESSAGES };

interface Envelope {
  error: { message: string; type: string; param: string | null; code: string | null };
}

async function withRig(options: GatewayRigOptions, work: (rig: GatewayRig) => Promise<void>): Promise<void> {
  const rig = await GatewayRig.start(options);
  try {
    await work(rig);
  } finally {
    await rig.stop();
  }
}

describe('a gateway', () => {
  let rig: GatewayRig;
  let client: OpenAI;
  beforeAll(async () => {
    rig = await GatewayRig.start({ variables: { BODY_LIMIT_MB: '1' } });
    client = rig.openai();
  });
  afterEach(() => rig.ollama.clearScripts());
  afterAll(() => rig.stop());

  const create = (body: object, asked = client) =>
    asked.chat.completions.create({ ...BODY, ...body } as OpenAI.ChatCompletionCreateParamsNonStreaming);

  it('401 AuthenticationError for a wrong key, on models too', async () => {
    const stranger = rig.openai({ apiKey: 'sk-wrong' });
    for (const asked of [create({}, stranger), stranger.models.list()])
      await expect(asked).rejects.toThrow(OpenAI.AuthenticationError);
    await expect(create({}, stranger)).rejects.toMatchObject({
      code: 'invalid_api_key',
      type: 'invalid_request_error',
      param: null,
      requestID: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
  });

  it('404 NotFoundError for a model and for a path', async () => {
    await expect(create({ model: 'none:7b' })).rejects.toThrow(OpenAI.NotFoundError);
    await expect(create({ model: 'none:7b' })).rejects.toMatchObject({
      code: 'model_not_found',
      param: 'model',
    });
    await expect(client.get('/moderations')).rejects.toMatchObject({ status: 404, code: 'unknown_url' });
  });

  it('405 with the methods that there are', async () => {
    const response = await fetch(`${rig.gatewayUrl}/v1/chat/completions`, {
      headers: { authorization: `Bearer ${API_KEY}` },
    });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(((await response.json()) as Envelope).error.code).toBe('method_not_allowed');
  });

  it('400 BadRequestError names the field', async () => {
    await expect(create({ temperature: 'hot' })).rejects.toThrow(OpenAI.BadRequestError);
    await expect(create({ temperature: 'hot' })).rejects.toMatchObject({ param: 'temperature' });
    await expect(create({ messages: undefined })).rejects.toMatchObject({
      code: 'missing_required_parameter',
      param: 'messages',
    });
  });

  it.each<[string, number, string, { body?: string; contentType?: string }]>([
    ['malformed JSON', 400, 'invalid_json', { body: '{"model":' }],
    ['no body', 400, 'invalid_json', {}],
    ['an array', 400, 'invalid_value', { body: '[]' }],
    ['a wrong content type', 415, 'unsupported_media_type', { body: 'x', contentType: 'text/plain' }],
    ['too large a body', 413, 'request_too_large', { body: JSON.stringify({ a: 'x'.repeat(1_100_000) }) }],
  ])('answers %s with %i %s in the envelope', async (_what, status, code, { body, contentType }) => {
    const response = await fetch(`${rig.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': contentType ?? 'application/json' },
      ...(body !== undefined && { body }),
    });
    const envelope = (await response.json()) as Envelope;
    expect([response.status, envelope.error.code]).toEqual([status, code]);
    expect(Object.keys(envelope)).toEqual(['error']);
    expect(Object.keys(envelope.error).sort()).toEqual(['code', 'message', 'param', 'type']);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('shows its request id and version on every answer', async () => {
    const { response } = await client.models.list().withResponse();
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('openai-version')).toBe('2020-10-01');
    const answered = await client.chat.completions.create(BODY).withResponse();
    expect(Number(answered.response.headers.get('openai-processing-ms'))).toBeGreaterThanOrEqual(0);
  });

  it('retries what may pass by itself: the SDK succeeds at the second try', async () => {
    rig.ollama.script({
      error: { status: 503, message: 'server busy, please try again.  maximum pending requests exceeded' },
    });
    rig.ollama.script({ text: 'At last.' });
    const retrying = rig.openai({ maxRetries: 1 });
    // The gateway says when: five seconds would be the wait, so the test reads the header instead.
    await expect(create({})).rejects.toMatchObject({ status: 503, code: 'server_is_overloaded' });
    await expect(create({}, retrying)).resolves.toMatchObject({
      choices: [{ message: { content: 'At last.' } }],
    });
  });

  it('answers a preflight as the SDK in a page sends it, without a key', async () => {
    const wanted = 'authorization,content-type,openai-organization,x-stainless-arch,x-stainless-retry-count';
    const response = await fetch(`${rig.gatewayUrl}/v1/chat/completions`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': wanted,
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toBe(wanted);
    expect(response.headers.get('access-control-allow-methods')?.split(', ')).toEqual(
      expect.arrayContaining(['GET', 'POST', 'DELETE', 'OPTIONS']),
    );
  });

  it.each([
    ['an answer', API_KEY, 200],
    ['an error', 'wrong', 401],
  ])('lets a page read %s and its headers', async (_what, key, status) => {
    const response = await fetch(`${rig.gatewayUrl}/v1/models`, {
      headers: { authorization: `Bearer ${key}`, origin: 'https://app.example' },
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-expose-headers')).toMatch(/x-request-id.*retry-after-ms/);
  });

  it('never shows a stack or a framework’s own error', async () => {
    for (const path of ['/v1/%E0%A4%A', '/v1/models/%00', '/%2e%2e/etc', `/v1/${'a'.repeat(9000)}`]) {
      const response = await rawGet(rig, path);
      expect(response.status).toBeLessThan(500);
      expect(response.text).not.toMatch(/at .*\.[jt]s|statusCode|node_modules/);
      expect((JSON.parse(response.text) as Envelope).error.message).toEqual(expect.any(String));
    }
  });
});

it('a full queue is 429 or 503 with Retry-After, which the SDK obeys', async () => {
  await withRig({ variables: { HOST_SLOTS: '1', QUEUE_MAX: '0' } }, async (rig) => {
    const script = rig.ollama.script({ chunks: ['x', { stall: true }] });
    const busy = rig.openai().chat.completions.create(BODY);
    await rig.ollama.nextRequest();
    const refusal = await rig.post('/v1/chat/completions', BODY);
    expect([429, 503]).toContain(refusal.status);
    const seconds = Number(refusal.headers.get('retry-after'));
    const ms = Number(refusal.headers.get('retry-after-ms'));
    expect(seconds).toBe(Math.max(1, Math.ceil(ms / 1000)));
    expect(ms).toBeGreaterThan(0);
    script.release();
    await busy;
  });
});

it('a slot that does not come free in time is 503 server_is_overloaded', async () => {
  await withRig({ variables: { HOST_SLOTS: '1', QUEUE_WAIT_MS: '50' } }, async (rig) => {
    const script = rig.ollama.script({ chunks: ['x', { stall: true }] });
    const busy = rig.openai().chat.completions.create(BODY);
    await rig.ollama.nextRequest();
    await expect(rig.openai().chat.completions.create(BODY)).rejects.toMatchObject({
      status: 503,
      code: 'server_is_overloaded',
    });
    script.release();
    await busy;
  });
});

it('an answer that takes too long is 504, and the SDK does not try again', async () => {
  await withRig({ variables: { FIRST_TOKEN_TIMEOUT_MS: '50' } }, async (rig) => {
    rig.ollama.script({ holdHeaders: new Promise(() => undefined), times: Infinity });
    const before = rig.ollama.requests.length;
    await expect(rig.openai({ maxRetries: 2 }).chat.completions.create(BODY)).rejects.toMatchObject({
      status: 504,
      code: 'upstream_timeout',
    });
    expect(rig.ollama.requests.slice(before).filter(({ isInference }) => isInference)).toHaveLength(1);
  });
});

it('a host that is away is 502 with a wish to retry', async () => {
  await withRig({}, async (rig) => {
    await rig.ollama.close();
    const response = await rig.post('/v1/chat/completions', BODY);
    expect(response.status).toBe(502);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(((await response.json()) as Envelope).error.code).toBe('upstream_unreachable');
  });
});

it('CORS_ORIGINS narrows who may ask', async () => {
  await withRig({ variables: { CORS_ORIGINS: 'https://good.example' } }, async (rig) => {
    const allowed = async (origin: string) =>
      (await fetch(`${rig.gatewayUrl}/v1/models`, { headers: { origin } })).headers.get(
        'access-control-allow-origin',
      );
    expect(await allowed('https://good.example')).toBe('https://good.example');
    expect(await allowed('https://evil.example')).toBeNull();
  });
});

/** `fetch` would mend the path. */
function rawGet(rig: GatewayRig, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    request(rig.gatewayUrl, { path, headers: { authorization: `Bearer ${API_KEY}` } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });
}
