import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MISSING_BUILD_PAGE } from '../../src/portal/portal-page';
import { AdminApp } from '../support/admin-app';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

const SCRIPT = `console.log("${'x'.repeat(2000)}");`;
const INDEX =
  '<html><head></head><body><app-root ngCspNonce="__CSP_NONCE__"></app-root><style nonce="__CSP_NONCE__"></style>' +
  '<script src="main-Ab-D123_.js" nonce="__CSP_NONCE__"></script></body></html>';
/** A page of its own, a part that two share, and something that is only loaded when it is opened. */
const STATS = {
  outputs: {
    'main-Ab-D123_.js': { entryPoint: 'apps/admin/src/main.ts', imports: [] },
    'chunk-LOGS0000.js': {
      entryPoint: 'apps/admin/src/logs/routes.ts',
      imports: [
        { path: 'main-Ab-D123_.js', kind: 'import-statement' },
        { path: 'chunk-SHARED00.js', kind: 'import-statement' },
        { path: 'chunk-REPLAY00.js', kind: 'dynamic-import' },
      ],
    },
    'chunk-REPLAY00.js': { entryPoint: 'apps/admin/src/logs/replay.ts', imports: [] },
    'chunk-SHARED00.js': { imports: [{ path: 'chunk-LOGS0000.js', kind: 'import-statement' }] },
    'chunk-METERS00.js': { entryPoint: 'apps/admin/src/energy/meters/meters.ts' },
  },
};
const PAGE = { accept: 'text/html,application/xhtml+xml' };

let database: TestDatabase;
let app: AdminApp;
let parent: string;
let folder: string;

beforeAll(async () => {
  database = await startTestDatabase();
  parent = mkdtempSync(join(tmpdir(), 'ollameter-portal-'));
  folder = join(parent, 'browser');
  mkdirSync(join(folder, 'media'), { recursive: true });
  writeFileSync(join(parent, 'browser-stats.json'), JSON.stringify(STATS));
  writeFileSync(join(folder, 'index.html'), INDEX);
  writeFileSync(join(folder, 'main-Ab-D123_.js'), SCRIPT);
  writeFileSync(join(folder, 'favicon.ico'), 'icon');
  writeFileSync(join(folder, 'media', 'inter-WXYZ9876.woff2'), 'font');
  writeFileSync(join(folder, '..', 'ollameter-outside.txt'), 'outside');
  app = await AdminApp.start(database.dataSource, {}, folder);
}, 60_000);
afterAll(async () => {
  await app.stop();
  await database.stop();
  rmSync(parent, { recursive: true });
});

describe('the page', () => {
  it.each([
    '/',
    '/index.html',
    '/logs',
    '/logs/0190c0de-0000-7000-8000-000000000001?q=a.b',
    '/keys/name.with.dots',
  ])('is at %s for a browser that navigates', async (path) => {
    const answer = await app.get(path, PAGE);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('has a nonce of its own each time, in every place and in the policy', async () => {
    const [first, second] = [await app.get('/', PAGE), await app.get('/', PAGE)];
    const policy = first.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    expect(await first.text()).toBe(INDEX.replaceAll('__CSP_NONCE__', nonce));
    expect(policy).toBe(
      `default-src 'self'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; ` +
        "img-src 'self' data:; font-src 'self'; connect-src 'self' http://127.0.0.1:8080; object-src 'none'; " +
        "base-uri 'self'; " +
        "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
        'trusted-types angular angular#bundler dompurify',
    );
    expect(second.headers.get('content-security-policy')).not.toContain(nonce);
  });

  it.each([
    ['/logs', ['chunk-LOGS0000.js', 'chunk-SHARED00.js']],
    ['/logs/0190c0de-0000-7000-8000-000000000001?q=a', ['chunk-LOGS0000.js', 'chunk-SHARED00.js']],
    ['/energy/meters', ['chunk-METERS00.js']],
    ['/constructor', []],
    ['/', []],
  ])('names the scripts of %s beside its own', async (path, scripts) => {
    const html = await (await app.get(path, PAGE)).text();
    expect([...html.matchAll(/<link rel="modulepreload" href="([^"]+)">/g)].map(([, name]) => name)).toEqual(
      scripts,
    );
  });

  it('asks ahead who is there and how the gateway is, where that is not refused', async () => {
    const asked = async (cookie: string) => {
      const html = await (await app.get('/', { ...PAGE, cookie })).text();
      const links = /<link rel="preload" as="fetch" crossorigin href="([^"]+)">/g;
      return [...html.matchAll(links)].map(([, path]) => path);
    };
    expect(await asked('ollameter_session=anything')).toEqual([]);
    const { id, cookie } = await app.person('viewer');
    expect(await asked(cookie)).toEqual(['/api/auth/me', '/api/status']);
    await database.dataSource.query('UPDATE admin_user SET must_change_password = true WHERE id = $1', [id]);
    expect(await asked(cookie)).toEqual(['/api/auth/me']);
  });

  it('answers HEAD without a body', async () => {
    const answer = await fetch(`${app.url}/`, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  it('is not at paths of programs, nor for what is no navigation', async () => {
    for (const path of ['/api/nothing', '/metrics/nothing']) {
      expect((await app.get(path, PAGE)).status).toBe(404);
    }
    expect((await app.get('/main-OLD00000.js', { accept: '*/*' })).status).toBe(404);
    expect((await fetch(`${app.url}/logs`, { method: 'POST', headers: PAGE })).status).toBe(404);
  });
});

describe('a file', () => {
  it('with a hash in its name is cached for ever, and packed as asked: Brotli before gzip', async () => {
    const answer = await app.get('/main-Ab-D123_.js', { 'accept-encoding': 'gzip, br' });
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(answer.headers.get('content-encoding')).toBe('br');
    expect(Number(answer.headers.get('content-length'))).toBeLessThan(200);
    expect(await answer.text()).toBe(SCRIPT);
    const gzipped = await app.get('/main-Ab-D123_.js', { 'accept-encoding': 'gzip, deflate, br;q=0' });
    expect(gzipped.headers.get('content-encoding')).toBe('gzip');
    expect(gzipped.headers.get('vary')).toBe('accept-encoding');
    expect(await gzipped.text()).toBe(SCRIPT);
    const plain = await app.get('/main-Ab-D123_.js', { 'accept-encoding': 'gzip;q=0' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toBe(SCRIPT);
  });

  it('without one is asked for again, and unchanged costs no bytes', async () => {
    const answer = await app.get('/favicon.ico', {});
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    const again = await app.get('/favicon.ico', { 'if-none-match': answer.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
  });

  it('in a folder below is found; a font is not packed', async () => {
    const answer = await app.get('/media/inter-WXYZ9876.woff2', { 'accept-encoding': 'gzip' });
    expect(answer.headers.get('content-type')).toBe('font/woff2');
    expect(answer.headers.get('content-encoding')).toBeNull();
  });

  it.each([
    '/../ollameter-outside.txt',
    '/media/../../ollameter-outside.txt',
    '/%2e%2e/ollameter-outside.txt',
    '/..%2follameter-outside.txt',
  ])('outside the folder is not reached by %s', async (path) => {
    const answered = await new Promise<{ status: number; body: string }>((done, fail) => {
      const sent = httpRequest({ ...target(), path }, (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text: string) => (body += text));
        answer.on('end', () => done({ status: answer.statusCode ?? 0, body }));
      });
      sent.on('error', fail).end();
    });
    expect(answered.status).toBe(404);
    expect(answered.body).not.toContain('outside.txt"');
  });
});

it('says how to build the portal where it is missing, and shows it once it is there', async () => {
  const late = mkdtempSync(join(tmpdir(), 'ollameter-late-'));
  const other = await AdminApp.start(database.dataSource, {}, late);
  const missing = await other.get('/', PAGE);
  expect(missing.status).toBe(503);
  expect(await missing.text()).toBe(MISSING_BUILD_PAGE);
  writeFileSync(join(late, 'index.html'), INDEX);
  expect((await other.get('/', PAGE)).status).toBe(200);
  await other.stop();
  rmSync(late, { recursive: true });
});

function target(): { host: string; port: string } {
  const { hostname, port } = new URL(app.url);
  return { host: hostname, port };
}
