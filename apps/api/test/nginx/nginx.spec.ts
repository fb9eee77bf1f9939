import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import OpenAI from 'openai';
import { API_KEY, GatewayRig } from '../support/gateway-rig';
import { nginxIsInstalled, NginxServer } from '../support/nginx-server';

const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];
const describeIf = nginxIsInstalled() ? describe : describe.skip;

interface Envelope {
  error: { message: string; type: string; code: string; param: string | null };
}

describeIf('through nginx', () => {
  let rig: GatewayRig;
  let nginx: NginxServer;
  beforeAll(async () => {
    rig = await GatewayRig.start({ variables: { TRUST_PROXY: '127.0.0.1' } });
    nginx = await NginxServer.start(portOf(rig.gatewayUrl));
  });
  afterAll(async () => {
    await nginx.stop();
    await rig.stop();
  });

  function client(): OpenAI {
    return new OpenAI({ baseURL: `${nginx.url}/v1`, apiKey: API_KEY, maxRetries: 0 });
  }

  it('a stream arrives token by token: each before the model makes the next', async () => {
    let makeSecond = (): void => undefined;
    const second = new Promise<void>((resolve) => (makeSecond = resolve));
    rig.ollama.script({ chunks: ['first', { content: 'second', after: second }] });
    const stream = await client().chat.completions.create({
      model: 'llama3.1:8b',
      messages: MESSAGES,
      stream: true,
    });
    const contents: string[] = [];
    for await (const chunk of stream) {
      const content = chunk.choices[0]?.delta.content;
      if (!content) continue;
      contents.push(content);
      // Nothing more would ever come if nginx held the first one back.
      makeSecond();
    }
    expect(contents).toEqual(['first', 'second']);
  });

  it('keeps the spelling of a model id, slash encoded and colon raw', async () => {
    const answer = await fetch(`${nginx.url}/v1/models/hf.co%2Fa%2Fb:Q4`, {
      headers: { authorization: `Bearer ${API_KEY}` },
    });
    expect(answer.status).toBe(404);
    expect(((await answer.json()) as Envelope).error).toMatchObject({
      code: 'model_not_found',
      message: expect.stringContaining('hf.co/a/b:Q4') as string,
    });
  });

  it('a base URL with a trailing slash reaches every path', async () => {
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
    expect((await fetch(`${nginx.url}/v1//models`, { headers })).status).toBe(200);
    rig.ollama.script({ text: 'Hi.' });
    const body = JSON.stringify({ model: 'llama3.1:8b', messages: MESSAGES });
    const answer = await fetch(`${nginx.url}/v1//chat/completions`, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
  });

  it('gives the gateway the real address, and no client can claim another', async () => {
    rig.ollama.script({ text: 'Hi.' });
    const answer = await fetch(`${nginx.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${API_KEY}`,
        'content-type': 'application/json',
        'x-forwarded-for': '203.0.113.9',
        'cf-connecting-ip': '203.0.113.9',
        forwarded: 'for=203.0.113.9',
      },
      body: JSON.stringify({ model: 'llama3.1:8b', messages: MESSAGES }),
    });
    await answer.json();
    const row = await rig.row(answer.headers.get('x-request-id') ?? '');
    expect(row.clientAddress).toBe('127.0.0.1');
  });

  it('believes Cloudflare about the address on the port of the tunnel only', async () => {
    rig.ollama.script({ text: 'Hi.' });
    const answer = await fetch(`http://127.0.0.1:${nginx.tunnelPort}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${API_KEY}`,
        'content-type': 'application/json',
        'cf-connecting-ip': '203.0.113.9',
      },
      body: JSON.stringify({ model: 'llama3.1:8b', messages: MESSAGES }),
    });
    await answer.json();
    const row = await rig.row(answer.headers.get('x-request-id') ?? '');
    expect(row.clientAddress).toBe('203.0.113.9');
  });

  it('no trick of path, Host or absolute URI reaches the admin plane', async () => {
    const targets = [
      '/api/status',
      '/api/auth/me',
      '/api/keys',
      '/metrics',
      '/',
      '//api//status',
      '/v1/../api/status',
      '/v1/%2e%2e/api/status',
      '/v1/..%2fapi/status',
      '/%61pi/status',
      '/api/status;x=1',
      '/api/status%00',
      '/v1/%252e%252e/api/status',
      '/v1/..;/api/status',
      '/v1\\..\\api\\status',
      '/./metrics',
      '/metrics/',
      '/metrics?x=/v1/models',
      '/METRICS',
      '*',
      `${rig.adminUrl}/api/status`,
      'http://localhost:3000/api/status',
    ];
    for (const target of targets)
      for (const host of ['localhost', 'localhost:3000', new URL(rig.adminUrl).host, 'api:3000']) {
        const answer = await nginx.raw(
          `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${API_KEY}\r\nConnection: close\r\n\r\n`,
        );
        expect(`${target} ${answer.slice(0, 12)}`).toMatch(/HTTP\/1\.1 4\d\d$/);
        expect(answer).not.toMatch(/databaseReachable|<html/i);
      }
  });

  it('no header that names another place is believed, and no protocol is changed', async () => {
    for (const header of [
      'X-Original-URL: /api/status',
      'X-Rewrite-URL: /metrics',
      'X-Forwarded-Host: localhost:3000',
      'X-Forwarded-Port: 3000',
      'Forwarded: host=localhost:3000',
      'Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
    ]) {
      const answer = await nginx.raw(
        `GET /api/status HTTP/1.1\r\nHost: localhost:3000\r\n${header}\r\nAuthorization: Bearer ${API_KEY}\r\nConnection: close\r\n\r\n`,
      );
      expect(`${header} ${answer.slice(0, 12)}`).toMatch(/HTTP\/1\.1 404$/);
    }
  });

  it('two ways to tell a body’s length are refused, not passed on', async () => {
    const answer = await nginx.raw(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\nGET /api/status HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(answer.match(/^HTTP\/1\.1/gm)).toHaveLength(1);
  });

  it.each([
    ['not HTTP', 'GARBAGE\r\n\r\n', 400, 'invalid_value'],
    [
      'headers too large',
      `GET /v1/models HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'invalid_value',
    ],
    ['path too long', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 414, 'unknown_url'],
    [
      'body too large',
      'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 99000000\r\n\r\n',
      413,
      'request_too_large',
    ],
  ])("%s: the refusal is in OpenAI's envelope", async (_, bytes, status, code) => {
    const answer = await nginx.raw(bytes);
    expect(answer.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
    expect(answer).toMatch(/content-type: application\/json/i);
    expect((JSON.parse(answer.split('\r\n\r\n')[1] ?? '') as Envelope).error).toMatchObject({ code });
  });

  it('writes no key into its log, not even one that came in the URL', async () => {
    await fetch(`${nginx.url}/v1/models?api_key=${API_KEY}`, {
      headers: { authorization: `Bearer ${API_KEY}` },
    });
    const log = await rig.eventually(
      () => Promise.resolve(nginx.accessLog.includes('"/v1/models"') ? nginx.accessLog : undefined),
      'the line in the access log',
    );
    expect(log).not.toContain(API_KEY);
  });

  it('a client that leaves cancels the generation', async () => {
    const script = rig.ollama.script({ chunks: ['first', { stall: true }] });
    const leaving = request(`${nginx.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    });
    leaving.on('error', () => undefined);
    leaving.on('response', (response) => response.once('data', () => leaving.destroy()));
    leaving.end(JSON.stringify({ model: 'llama3.1:8b', messages: MESSAGES, stream: true }));
    const upstream = await rig.ollama.waitFor(() => script.requests[0]);
    await rig.ollama.aborted(upstream);
  });
});

describeIf('nginx where the gateway is slow, gone or flooded', () => {
  it('answers 408 when a body does not arrive, in the envelope', async () => {
    const rig = await GatewayRig.start({ variables: { BODY_STALL_MS: '200' } });
    const nginx = await NginxServer.start(portOf(rig.gatewayUrl));
    try {
      const answer = await nginx.raw(
        `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${API_KEY}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 100\r\n\r\n{"mod`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 408/);
      expect(answer).toContain('"code":"request_timeout"');
    } finally {
      await nginx.stop();
      await rig.stop();
    }
  });

  it.each([
    ['/v1/models', '"code":"upstream_unreachable"'],
    ['/api/tags', '{"error":"the gateway does not answer'],
  ])('answers 502 on %s with Retry-After while the gateway is gone', async (path, expected) => {
    // A port that was free a moment ago: nothing listens there.
    const nginx = await NginxServer.start(1);
    try {
      const answer = await fetch(nginx.url + path);
      expect(answer.status).toBe(502);
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(await answer.text()).toContain(expected);
    } finally {
      await nginx.stop();
    }
  });

  it.each([
    ['/v1/models', '"code":"upstream_timeout"'],
    ['/api/tags', '{"error":"the gateway did not answer in time"}'],
  ])('answers 504 on %s in its envelope when the gateway says nothing', async (path, expected) => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const nginx = await NginxServer.start((silent.address() as AddressInfo).port, [
      ['proxy_read_timeout 3600s', 'proxy_read_timeout 200ms'],
    ]);
    try {
      const answer = await fetch(nginx.url + path);
      expect(answer.status).toBe(504);
      expect(answer.headers.get('content-type')).toBe('application/json');
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(await answer.text()).toContain(expected);
    } finally {
      await nginx.stop();
      silent.close();
    }
  });

  it('lets go of a client that never ends its headers', async () => {
    const nginx = await NginxServer.start(1, [['client_header_timeout 15s', 'client_header_timeout 200ms']]);
    try {
      expect(await nginx.raw('GET /v1/models HTTP/1.1\r\nHost: x\r\nX-Slow: ')).not.toContain('HTTP/1.1 2');
    } finally {
      await nginx.stop();
    }
  });

  it('answers 429 with Retry-After to a flood from one address', async () => {
    const nginx = await NginxServer.start(1, [
      ['rate=100r/s', 'rate=1r/s'],
      ['burst=400', 'burst=3'],
    ]);
    try {
      const answers = await Promise.all(Array.from({ length: 12 }, () => fetch(`${nginx.url}/v1/models`)));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThan(0);
      expect(refused[0]?.headers.get('retry-after')).toBe('1');
      expect((await refused[0]?.json()) as Envelope).toMatchObject({
        error: { code: 'rate_limit_exceeded', type: 'requests' },
      });
    } finally {
      await nginx.stop();
    }
  });
});

function portOf(url: string): number {
  return Number(new URL(url).port);
}
