import { request as httpRequest } from 'node:http';
import { type GatewayStatus, PERMISSIONS, type Problem } from '@ollameter/admin-contract';
import { GRANTS } from '../../src/identity/permission';
import { AdminApp, STATUS } from '../support/admin-app';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let app: AdminApp;

beforeAll(async () => {
  database = await startTestDatabase();
  app = await AdminApp.start(database.dataSource, {
    ADMIN_HOSTS: 'meter.example.org, Other.example.org:3000',
  });
}, 60_000);
afterAll(async () => {
  await app.stop();
  await database.stop();
});

describe('access', () => {
  it('is granted to admins in full', () => {
    expect([...GRANTS.admin]).toEqual([...PERMISSIONS]);
  });

  it.each(['/api/auth/me', '/api/logs', '/api/logs/x', '/api/status', '/api/analytics/overview'])(
    'to %s needs a session or a token',
    async (path) => {
      const answer = await app.get(path, {});
      expect(answer.status).toBe(401);
      await expect(answer.json()).resolves.toMatchObject({ title: 'Unauthorized', status: 401 });
    },
  );
});

describe('status', () => {
  it('is what the gateway says of itself', async () => {
    await expect(app.json<GatewayStatus>('/api/status')).resolves.toEqual(STATUS);
  });
});

describe('host names', () => {
  const port = () => new URL(app.url).port;
  const status = (host: string | null) =>
    new Promise<{ status: number; body: string }>((done, fail) => {
      const sent = httpRequest(
        `${app.url}/api/auth/me`,
        { setHost: false, headers: host === null ? {} : { host } },
        (answer) => {
          let body = '';
          answer.setEncoding('utf8').on('data', (text: string) => (body += text));
          answer.on('end', () => done({ status: answer.statusCode ?? 0, body }));
        },
      );
      sent.on('error', fail).end();
    });

  it.each([
    'localhost',
    'LOCALHOST:80',
    'portal.localhost',
    '127.0.0.1',
    '127.1.2.3:1',
    '[::1]:3000',
    'meter.example.org',
    'METER.example.org.:3000',
    'other.example.org',
  ])('%s is ours', async (host) => {
    expect((await status(host)).status).toBe(401);
  });

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'meter.example.org.evil.example',
    'evil.example#localhost',
    '0.0.0.0',
    '192.168.1.5',
    '[::2]',
  ])('%s is not', async (host) => {
    const answer = await status(`${host}:${port()}`);
    expect(answer.status).toBe(421);
    expect(JSON.parse(answer.body)).toMatchObject({ title: 'Misdirected Request', status: 421 });
  });
});

describe('errors', () => {
  it.each([
    ['GET', '/api', 404],
    ['GET', '/api/nothing', 404],
    ['GET', '/api/auth/login', 404],
    ['POST', '/api/nothing', 404],
    ['DELETE', '/api/logs', 404],
    ['GET', '/metrics/nothing', 404],
    ['GET', '/v1/models', 404],
  ])('%s %s is a %d problem', async (method, path, status) => {
    const answer = await fetch(app.url + path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = (await answer.json()) as Problem;
    expect(problem).toMatchObject({ type: 'about:blank', title: 'Not Found', status });
  });

  it('carry the headers that keep a browser from misusing them', async () => {
    const { headers } = await app.get('/api/nothing');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });
});
