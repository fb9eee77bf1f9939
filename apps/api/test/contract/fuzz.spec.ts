import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { API_KEY, GatewayRig } from '../support/gateway-rig';

/**
 * No request, however odd, gives a 500, hangs, or shows a stack: every gateway route is fed bodies that are a mutation
 * away from valid, bodies that are nothing of the kind, and bytes that are no JSON.
 */

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 150);
const DEADLINE_MS = 10_000;
const TIMEOUT_MS = 120_000;

const user = { role: 'user', content: 'Hi' };
const tool = {
  type: 'function',
  function: { name: 'weather', description: 'd', parameters: { type: 'object' } },
};
const SCHEMA = { type: 'object', properties: { a: { $ref: '#/$defs/b' } }, $defs: { b: { type: 'string' } } };

/** For each route a request that is rich in fields and works. */
const VALID: Record<string, Record<string, unknown>> = {
  '/v1/chat/completions': {
    model: 'gemma3:4b',
    messages: [
      { role: 'system', content: [{ type: 'text', text: 'x' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'x' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'auto' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'weather', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: 'sun' },
    ],
    stream: false,
    stream_options: { include_usage: true },
    temperature: 1,
    top_p: 1,
    max_tokens: 4,
    stop: ['a'],
    seed: 1,
    n: 1,
    logprobs: false,
    response_format: { type: 'json_schema', json_schema: { name: 'p', strict: true, schema: SCHEMA } },
    parallel_tool_calls: true,
    reasoning_effort: 'low',
    keep_alive: '5m',
    options: { typical_p: 1 },
    metadata: { a: 'b' },
  },
  '/v1/chat/completions with tools': {
    model: 'llama3.1:8b',
    messages: [user],
    tools: [tool],
    tool_choice: { type: 'function', function: { name: 'weather' } },
    stream: true,
  },
  '/v1/completions': {
    model: 'llama3.1:8b',
    prompt: ['a', 'b'],
    max_tokens: 4,
    n: 1,
    echo: true,
    stream: false,
    stop: 'x',
    seed: 2,
    options: { typical_p: 1 },
  },
  '/v1/embeddings': {
    model: 'nomic-embed-text',
    input: ['a', 'b'],
    dimensions: 4,
    encoding_format: 'base64',
    keep_alive: 60,
  },
  '/v1/responses': {
    model: 'llama3.1:8b',
    instructions: 'x',
    input: [
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'x' }] },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'x' }], content: [] },
      { type: 'function_call', call_id: 'c', name: 'weather', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: '4' }] },
    ],
    tools: [{ type: 'function', name: 'weather', parameters: { type: 'object' }, strict: false }],
    tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'weather' }] },
    text: { format: { type: 'json_schema', name: 'p', strict: true, schema: SCHEMA } },
    reasoning: { effort: 'low', summary: 'auto' },
    include: [],
    metadata: { a: 'b' },
    stream: false,
    store: true,
    truncation: 'auto',
    previous_response_id: null,
    max_output_tokens: 16,
  },
  '/api/chat': {
    model: 'llama3.1:8b',
    messages: [{ role: 'user', content: 'x', images: [], tool_calls: [] }],
    tools: [tool],
    format: SCHEMA,
    stream: false,
    think: false,
    keep_alive: '5m',
    options: { num_predict: 4, num_ctx: 2048, stop: ['x'] },
  },
  '/api/generate': {
    model: 'llama3.1:8b',
    prompt: 'x',
    raw: true,
    stream: true,
    format: 'json',
    options: { num_predict: 4 },
  },
  '/api/embed': { model: 'nomic-embed-text', input: ['a'], truncate: true, dimensions: 4, options: {} },
  '/api/embeddings': { model: 'nomic-embed-text', prompt: 'a', options: {} },
  '/api/show': { model: 'llama3.1:8b', verbose: true },
};
const ROUTES = Object.keys(VALID);

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;
const nestedObject = (depth: number): unknown =>
  JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth)) as unknown;

/** Values that JSON can say and nobody expects. */
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -0,
    -1,
    1e308,
    -1e308,
    1e-320,
    2 ** 53,
    0.1,
    '',
    ' ',
    '\0',
    '\ud800',
    '\u202e',
    '💥'.repeat(50),
    [],
    {},
    [[]],
    [{}],
    [null],
    [5],
    ['x'],
    { type: 5 },
    { type: 'text' },
    { length: 1e9 },
    { toString: 1 },
  ),
  fc.constantFrom(
    'x'.repeat(100_000),
    'é'.repeat(50_000),
    '\n'.repeat(10_000),
    'data:image/png;base64,',
    'https://127.0.0.1/x',
  ),
  fc.integer({ min: 1, max: 200 }).map(nested),
  fc.integer({ min: 1, max: 200 }).map(nestedObject),
  fc
    .constantFrom('constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf')
    .map((key) => ({ [key]: { [key]: 1 } })),
  fc.string({ unit: 'binary' }),
);

type Path = string[];

/** Every place of a value that something else can be put in. */
function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))];
}

/** Puts something at a place; one that an earlier change took away stays away. */
function put(value: unknown, [key, ...rest]: Path, what: unknown): unknown {
  if (key === undefined) return what;
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = Array.isArray(value)
    ? ([...(value as unknown[])] as never)
    : { ...value };
  if (Object.hasOwn(copy, key)) copy[key] = put(copy[key], rest, what);
  return copy;
}

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start({
    variables: { BODY_LIMIT_MB: '1', LOG_LEVEL: 'error' },
  });
});
afterAll(() => rig.stop());

interface Answered {
  status: number;
  text: string;
}

function send(
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = { 'content-type': 'application/json' },
  method = 'POST',
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request(
      rig.gatewayUrl,
      {
        path: path.replace(' with tools', ''),
        method,
        headers: { authorization: `Bearer ${API_KEY}`, ...headers },
        signal: AbortSignal.timeout(DEADLINE_MS),
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('error', reject).on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

function expectSane(path: string, { status, text }: Answered): void {
  // What Ollama itself cannot do with a body that it lets through is 502; our own failure never.
  expect([status, text]).not.toEqual([500, expect.anything()]);
  expect(status).toBeLessThan(503);
  expect(text).not.toMatch(/\n\s+at |node_modules|FST_ERR|"statusCode"/);
  if (status === 200) return;
  const body = JSON.parse(text) as { error: unknown };
  if (path.startsWith('/api/')) expect(body).toEqual({ error: expect.any(String) as string });
  else
    expect(body).toEqual({
      error: {
        message: expect.any(String) as string,
        type: expect.any(String) as string,
        code: expect.any(String) as string,
        param: body.error === null ? null : (body.error as { param: unknown }).param,
      },
    });
}

it.each(ROUTES)('%s: its valid request is answered', async (path) => {
  const answered = await send(path, JSON.stringify(VALID[path]));
  expect([answered.status, answered.text]).toEqual([200, expect.anything()]);
});

it.each(ROUTES)(
  '%s: something odd anywhere in a valid body',
  async (path) => {
    const valid = VALID[path] ?? {};
    const places = placesOf(valid);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...places), odd), { minLength: 1, maxLength: 3 }),
        async (changes) => {
          const body = changes.reduce<unknown>((value, [place, what]) => put(value, place, what), valid);
          expectSane(path, await send(path, JSON.stringify(body)));
        },
      ),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);

it.each(ROUTES)(
  '%s: any JSON, cut JSON, bytes, content types and encodings',
  async (path) => {
    const text = JSON.stringify(VALID[path]);
    const bytes = fc.oneof(
      fc.json().map((json) => Buffer.from(json)),
      fc.integer({ min: 0, max: text.length }).map((end) => Buffer.from(text.slice(0, end))),
      fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
      fc.constantFrom(
        Buffer.from('\ufeff' + text),
        Buffer.from(text, 'utf16le'),
        gzipSync(text),
        Buffer.from('{"__proto__":{"admin":true},' + text.slice(1)),
        Buffer.from('{"constructor":{"prototype":{"x":1}},' + text.slice(1)),
        Buffer.from('{"model":1e999}'),
        Buffer.from('['.repeat(100_000)),
        Buffer.from('{"a":'.repeat(100_000)),
        Buffer.from(text.slice(0, -1) + ',"x":"\\ud800"}'),
      ),
    );
    const headers = fc.record({
      'content-type': fc.constantFrom(
        'application/json',
        'application/json; charset=utf-16',
        'application/json;',
        'text/plain',
        'text/html',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/octet-stream',
        'application/vnd.api+json',
        'nonsense',
        ';',
        '*/*',
      ),
      'content-encoding': fc.constantFrom('identity', 'identity', 'identity', 'gzip', 'br', 'x-unknown', ''),
    });
    await fc.assert(
      fc.asyncProperty(bytes, headers, async (body, sent) => {
        expectSane(path, await send(path, body, sent));
      }),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);

it(
  'any method and path',
  async () => {
    const segment = fc.oneof(
      fc.constantFrom(
        'v1',
        'api',
        'models',
        'responses',
        'chat',
        'completions',
        'input_items',
        'cancel',
        'blobs',
        'tags',
        '..',
        '%2e%2e',
        '%00',
        '%',
        '%zz',
        ':',
        '*',
      ),
      fc.webSegment(),
    );
    const query = fc.constantFrom(
      '',
      '?',
      '?limit=1&limit=2',
      '?after[]=x',
      '?stream=true',
      '?limit=1e9',
      '?order=%00',
      '?__proto__=1',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS'),
        fc.array(segment, { minLength: 1, maxLength: 5 }),
        query,
        async (method, segments, asked) => {
          const path = `/${segments.join('/')}`;
          const answered = await send(path + asked, '', {}, method);
          if (method === 'HEAD' || answered.text === '') expect(answered.status).toBeLessThan(500);
          else expectSane(path, answered);
        },
      ),
      { numRuns: RUNS * 3 },
    );
  },
  TIMEOUT_MS,
);

it(
  'any id and query of a stored response',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(['GET', ''], ['DELETE', ''], ['POST', '/cancel'], ['GET', '/input_items']),
        fc.oneof(
          fc.string({ unit: 'binary', minLength: 1 }).map((id) => id.toWellFormed()),
          fc.constantFrom('resp_x', '%00', "'", 'a'.repeat(600)),
        ),
        fc.constantFrom(
          '',
          '?limit=-1',
          '?limit=1&limit=2',
          '?order=up',
          '?after=x',
          '?stream=1',
          '?include[]=x',
          '?limit=NaN',
        ),
        async ([method = '', tail = ''], id, query) => {
          const path = `/v1/responses/${encodeURIComponent(id)}${tail}`;
          const answered = await send(path + query, '', {}, method);
          expectSane(path, answered);
          expect(answered.status).toBeGreaterThanOrEqual(400);
        },
      ),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);

describe('limits', () => {
  it('of depth: 100 levels pass, more are refused', async () => {
    const deep = (depth: number) =>
      send(
        '/v1/chat/completions',
        JSON.stringify({ model: 'llama3.1:8b', messages: [user], metadata: nestedObject(depth) }),
      );
    expect((await deep(98)).status).toBe(200);
    const refused = await deep(110);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('100 levels');
  });

  it('of size: a body above the limit is 413 before it is read', async () => {
    const answered = await send('/v1/chat/completions', 'x'.repeat(1_048_577));
    expect([answered.status, (JSON.parse(answered.text) as { error: { code: string } }).error.code]).toEqual([
      413,
      'request_too_large',
    ]);
  });

  it('of length: 10,000 messages pass the check, more do not', async () => {
    const many = (count: number) =>
      send(
        '/v1/chat/completions',
        JSON.stringify({ model: 'llama3.1:8b', messages: Array(count).fill({ role: 'user' }) }),
      );
    expect((await many(10_001)).text).toContain('10000 items');
  });
});
