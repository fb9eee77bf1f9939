import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ImageFetcher, type ImageFetcherNetwork } from '../../src/openai/image-fetcher';
import { ImageInliner } from '../../src/openai/image-inliner.service';
import { GatewayRig } from '../support/gateway-rig';

/** FETCH_IMAGE_URLS: pictures by URL are fetched from public addresses only. */

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PNG = { 'content-type': 'image/png' };

let rig: GatewayRig;
let server: Server;
let port: number;
/** Paths that the picture server was asked for. */
const asked: string[] = [];

const ANSWERS: Record<string, RequestListener> = {
  '/pixel': (_, response) => response.writeHead(200, PNG).end(Buffer.from(PIXEL, 'base64')),
  '/page': (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>secret</p>'),
  '/missing': (_, response) => response.writeHead(404, PNG).end('secret'),
  '/stall': (_, response) => response.writeHead(200, PNG).write('x'),
  '/silent': () => undefined,
  '/huge': (_, response) => {
    response.writeHead(200, PNG);
    const part = Buffer.alloc(1024 * 1024);
    const more = () => {
      while (!response.destroyed && response.write(part));
    };
    response.on('drain', more);
    more();
  },
  '/moved': (_, response) => response.writeHead(302, { location: '/pixel' }).end(),
  '/inside': (_, response) =>
    response.writeHead(302, { location: `http://inside.example:${port}/pixel` }).end(),
  '/literal': (_, response) => response.writeHead(302, { location: `http://10.0.0.1:${port}/pixel` }).end(),
  '/file': (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/round': (_, response) => response.writeHead(302, { location: '/round' }).end(),
};

/** What these names resolve to; the loopback stands for the public internet, 127.0.0.2 for a private address. */
const NAMES: Record<string, string[]> = {
  'pictures.example': ['127.0.0.1'],
  'inside.example': ['127.0.0.2'],
  'both.example': ['127.0.0.1', '127.0.0.2'],
};
const network: ImageFetcherNetwork = {
  lookup: ((name: string, _: object, callback: (error: Error | null, found: object[]) => void) => {
    const found = (NAMES[name] ?? []).map((address) => ({ address, family: 4 }));
    callback(found.length === 0 ? new Error('ENOTFOUND') : null, found);
  }) as unknown as ImageFetcherNetwork['lookup'],
  isAllowed: (address) => address === '127.0.0.1',
  totalTimeoutMs: 30_000,
};

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    (ANSWERS[request.url ?? ''] ?? ANSWERS['/missing'])?.(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, listening));
  ({ port } = server.address() as AddressInfo);
  rig = await GatewayRig.start({ variables: { FETCH_IMAGE_URLS: 'true' } });
});
beforeEach(() => asked.splice(0));
afterAll(async () => {
  await rig.stop();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

/** The product's own fetcher on its own seam: only which addresses are public, and how long it waits, differ. */
function fetchWith(seam: ImageFetcherNetwork): void {
  Object.assign(rig.app.nest.get(ImageInliner, { strict: false }), { fetcher: new ImageFetcher(seam) });
}

async function see(url: string): Promise<{ status: number; text: string; images: unknown }> {
  const before = rig.ollama.requests.length;
  const answer = await rig.post('/v1/chat/completions', {
    model: 'gemma3:4b',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url } },
        ],
      },
    ],
  });
  const text = await answer.text();
  const upstream = rig.ollama.requests.slice(before).find(({ isInference }) => isInference);
  const [message] = (upstream?.body.messages ?? []) as { images?: unknown }[];
  return { status: answer.status, text, images: message?.images };
}

async function expectRefused(url: string, reason: string): Promise<void> {
  const { status, text, images } = await see(url);
  expect([url, status, images]).toEqual([url, 400, undefined]);
  expect(JSON.parse(text)).toMatchObject({
    error: { code: 'invalid_value', param: 'messages[0].content[1].image_url.url' },
  });
  expect(text).toContain(reason);
  expect(text).not.toContain('secret');
}

describe('as it stands on the internet', () => {
  it.each([
    'http://127.0.0.1:PORT/pixel',
    'http://localhost:PORT/pixel',
    'http://127.1:PORT/pixel',
    'http://2130706433:PORT/pixel',
    'http://0x7f.1:PORT/pixel',
    'http://0.0.0.0:PORT/pixel',
    'http://[::1]:PORT/pixel',
    'http://[::ffff:127.0.0.1]:PORT/pixel',
    'http://[64:ff9b::7f00:1]:PORT/pixel',
    'http://10.1.2.3:PORT/pixel',
    'http://172.16.0.1:PORT/pixel',
    'http://192.168.1.1:PORT/pixel',
    'http://100.64.0.1:PORT/pixel',
    'http://169.254.169.254/latest/meta-data',
    'http://[fe80::1]:PORT/pixel',
    'http://[fd00:ec2::254]/latest/meta-data',
  ])('it never asks %s', async (template) => {
    await expectRefused(template.replace('PORT', String(port)), 'its address is not a public one.');
    expect(asked).toEqual([]);
  });

  it.each([
    ['http://user:password@127.0.0.1:1/pixel', 'it carries credentials.'],
    ['http://', 'it is not an http(s) URL.'],
  ])('refuses %s', async (url, reason) => {
    await expectRefused(url, reason);
  });
});

describe('from an address that may be asked', () => {
  beforeEach(() => fetchWith(network));
  const at = (path: string, name = 'pictures.example') => `http://${name}:${port}${path}`;

  it('the model sees the picture, and the log has it as a picture', async () => {
    const { status, images } = await see(at('/pixel'));
    expect([status, images, asked]).toEqual([200, [PIXEL], ['/pixel']]);
  });

  it('a redirect is followed', async () => {
    const { status, images } = await see(at('/moved'));
    expect([status, images, asked]).toEqual([200, [PIXEL], ['/moved', '/pixel']]);
  });

  it.each([
    ['a redirect to a private name', '/inside', 'its address is not a public one.'],
    ['a redirect to a private address', '/literal', 'its address is not a public one.'],
    ['a redirect to a file', '/file', 'it is not an http(s) URL.'],
    ['redirects without an end', '/round', 'it redirects more than 3 times.'],
    ['a page', '/page', 'it is no PNG, JPEG, WebP or GIF.'],
    ['an error', '/missing', 'its server answered 404.'],
    ['more bytes than a picture has', '/huge', 'it is larger than 20 MB.'],
  ])('%s is refused by the part’s name', async (_, path, reason) => {
    await expectRefused(at(path), reason);
    expect(asked).not.toContain('/pixel');
  });

  it.each([
    ['a picture that stops arriving', '/stall'],
    ['a server that says nothing', '/silent'],
  ])('%s is given up in time and refused', async (_, path) => {
    fetchWith({ ...network, totalTimeoutMs: 500 });
    await expectRefused(at(path), 'it could not be fetched.');
  });

  it('a name with one address that is not public is not asked at all', async () => {
    await expectRefused(at('/pixel', 'both.example'), 'its address is not a public one.');
    await expectRefused(at('/pixel', 'inside.example'), 'its address is not a public one.');
    await expectRefused(at('/pixel', 'nowhere.example'), 'it could not be fetched.');
    expect(asked).toEqual([]);
  });

  it('the picture is given up when the client leaves', async () => {
    const leaving = new AbortController();
    const answer = fetch(`${rig.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      signal: leaving.signal,
      headers: { authorization: 'Bearer key-of-the-rig-0123456789', 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'gemma3:4b',
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: at('/silent') } }] }],
      }),
    });
    const closed = new Promise((resolve) =>
      server.once('request', (request) => request.once('close', resolve)),
    );
    await rig.eventually(() => Promise.resolve(asked.length > 0 || undefined), 'the picture to be asked for');
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await closed;
  });
});
