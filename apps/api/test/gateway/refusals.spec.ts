import type { ErrorEnvelope } from '@ollameter/openai-contract';
import { API_KEY, GatewayRig } from '../support/gateway-rig';
import { postRequest, RawConnection, requestIds } from '../support/raw-connection';

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start({ variables: { BODY_LIMIT_MB: '5', BODY_STALL_MS: '200' } });
});
afterAll(() => rig.stop());

const CHAT = { model: 'llama3.1:8b', messages: [{ role: 'user', content: 'Say hello.' }] };
const PATH = '/v1/chat/completions';

async function errorOf(answer: Response): Promise<ErrorEnvelope['error']> {
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  return ((await answer.json()) as ErrorEnvelope).error;
}

function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(rig.gatewayUrl + path, {
    method,
    headers: { authorization: `Bearer ${API_KEY}`, ...headers },
  });
}

describe('what is not there', () => {
  it.each([
    ['GET', '/v1/nothing'],
    ['POST', '/v1/chat'],
    ['GET', '/'],
    ['GET', '/v1/chat/completions/extra'],
    ['GET', `/v2/${'x'.repeat(500)}`],
    ['GET', '/v1/%zz'],
  ])('%s %s is 404 in the envelope, and has a row', async (method, path) => {
    const answer = await ask(method, path);
    expect(answer.status).toBe(404);
    expect(await errorOf(answer)).toMatchObject({ code: 'unknown_url', type: 'invalid_request_error' });
    expect(await rig.row(answer.headers.get('x-request-id') ?? '')).toMatchObject({
      outcome: 'rejected',
      status: 404,
      errorCode: 'unknown_url',
    });
  });

  it.each([
    ['GET', PATH, 'POST'],
    ['DELETE', '/v1/embeddings', 'POST'],
    ['POST', '/v1/models', 'GET, HEAD'],
  ])('%s %s is 405 and says what is allowed', async (method, path, allow) => {
    const answer = await ask(method, path);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
    expect(await errorOf(answer)).toMatchObject({ code: 'method_not_allowed' });
  });

  it.each([
    '/api/logs',
    '/api/keys',
    '/api/auth/login',
    '/api/auth/me',
    '/api/analytics/overview',
    '/api/live',
    '/api/users',
    '/metrics',
    '/index.html',
    '/login',
    '/v1/..%2fapi%2fkeys',
    '//api/keys',
  ])('the admin plane has no %s here', async (path) => {
    for (const method of ['GET', 'POST']) {
      const answer = await ask(method, path);
      expect(answer.status).toBe(404);
      const text = await answer.text();
      expect(text).toContain('"error"');
      expect(text).not.toContain('<');
    }
  });

  it('a host name or a header changes no plane', async () => {
    const connection = await RawConnection.open(rig.gatewayUrl);
    connection.send(
      `GET /api/keys HTTP/1.1\r\nhost: 127.0.0.1:3000\r\nx-forwarded-host: localhost:3000\r\nauthorization: Bearer ${API_KEY}\r\nconnection: close\r\n\r\n`,
    );
    expect(await connection.ended()).toMatch(/^HTTP\/1\.1 404 /);
  });
});

describe('a body that cannot be taken', () => {
  it.each([
    ['malformed JSON', '{"model":', 'application/json', 400, 'invalid_json'],
    ['an empty body', '', 'application/json', 400, 'invalid_json'],
    ['a list', '[]', 'application/json', 400, 'invalid_value'],
    ['null', 'null', 'application/json', 400, 'invalid_value'],
    ['another content type', 'a=b', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['no content type', '{}', '', 415, 'unsupported_media_type'],
  ])('%s has its status and its row', async (_, body, type, status, code) => {
    const connection = await RawConnection.open(rig.gatewayUrl);
    const request = postRequest(PATH, body);
    connection.send(
      type === ''
        ? request.replace('content-type: application/json\r\n', '')
        : request.replace('application/json', type),
    );
    const text = await connection.until((received) => /\r\n\r\n.*\}$/s.test(received));
    connection.leave();
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(text).toContain(`"code":"${code}"`);
    expect(await rig.row(requestIds(text)[0] ?? '')).toMatchObject({
      outcome: 'rejected',
      status,
      errorCode: code,
    });
  });

  it.each([
    [PATH, 5 * 1024 * 1024],
    ['/v1/embeddings', 4 * 1024 * 1024],
  ])('too large a body for %s is 413 as soon as its length is known', async (path, limit) => {
    const connection = await RawConnection.open(rig.gatewayUrl);
    connection.send(postRequest(path, '').replace('content-length: 0', `content-length: ${limit + 1}`));
    const text = await connection.until((received) => received.includes('request_too_large'));
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    connection.leave();
    expect(await rig.row(requestIds(text)[0] ?? '')).toMatchObject({ outcome: 'rejected', status: 413 });
  });

  it('too large a body without a length is 413 once the limit is passed', async () => {
    const connection = await RawConnection.open(rig.gatewayUrl);
    connection.send(postRequest(PATH, '').replace('content-length: 0', 'transfer-encoding: chunked'));
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    for (let i = 0; i < 6; i++) connection.send(chunk);
    expect(await connection.until((received) => received.includes('request_too_large'))).toMatch(
      /^HTTP\/1\.1 413 /,
    );
    connection.leave();
  });

  it('a body that stops arriving is 408', async () => {
    const connection = await RawConnection.open(rig.gatewayUrl);
    connection.send(postRequest(PATH, JSON.stringify(CHAT)).slice(0, -10));
    const text = await connection.until((received) => received.includes('request_timeout'));
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    connection.leave();
  });

  it('what is not HTTP is 400 in the envelope, and the connection ends', async () => {
    const connection = await RawConnection.open(rig.gatewayUrl);
    connection.send('hello?\r\n\r\n');
    const text = await connection.ended();
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('"error"');
  });
});

describe('headers', () => {
  it.each([false, true])('of an answer (streamed: %s) carry the id of its row', async (stream) => {
    const answer = await rig.post(PATH, { ...CHAT, stream });
    await answer.text();
    const id = answer.headers.get('x-request-id') ?? '';
    expect(await rig.row(id)).toMatchObject({ id, outcome: 'completed', streamed: stream });
    expect(answer.headers.get('openai-version')).toBe('2020-10-01');
    expect(answer.headers.get('openai-processing-ms')).toMatch(/^\d+$/);
    expect(answer.headers.get('content-type')).toBe(
      stream ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8',
    );
    if (stream) {
      expect(answer.headers.get('cache-control')).toContain('no-cache');
      expect(answer.headers.get('x-accel-buffering')).toBe('no');
    }
  });

  it('of a client are never forwarded to the model server', async () => {
    const script = rig.ollama.script();
    await rig.post(PATH, CHAT, { origin: 'https://evil.example', cookie: 'a=b', 'x-api-key': 'other' });
    const { headers } = script.requests[0] ?? {};
    expect(headers).toMatchObject({ 'content-type': 'application/json' });
    for (const name of ['authorization', 'origin', 'cookie', 'x-api-key', 'user-agent'])
      expect(headers).not.toHaveProperty(name);
  });
});
