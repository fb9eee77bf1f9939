import { existsSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { PERMISSIONS, type Problem, type SessionUser } from '@ollameter/admin-contract';
import { FIRST_RUN_FILE } from '../../src/identity/first-run-file';
import { FirstAdminService } from '../../src/identity/first-admin.service';
import { ADMIN_EMAIL, ADMIN_PASSWORD, ADMIN_TOKEN, AdminApp } from '../support/admin-app';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let app: AdminApp;

beforeAll(async () => {
  database = await startTestDatabase();
}, 60_000);

beforeEach(async () => {
  await database.dataSource.query('TRUNCATE admin_user CASCADE');
  app = await AdminApp.start(database.dataSource);
});

afterEach(() => app.stop());
afterAll(() => database.stop());

const me = (headers: Record<string, string>) => app.get('/api/auth/me', headers);

describe('first admin', () => {
  it('is made with the given password, which is not told again', async () => {
    await database.dataSource.query('TRUNCATE admin_user CASCADE');
    await expect(app.nest.get(FirstAdminService).ensure()).resolves.toEqual({
      email: ADMIN_EMAIL,
      password: null,
    });
  });

  it('gets a generated password that logs in, and only once', async () => {
    await database.dataSource.query('TRUNCATE admin_user CASCADE');
    const other = await AdminApp.start(database.dataSource, {
      ADMIN_PASSWORD: '',
      ADMIN_EMAIL: 'Root@Example.org',
    });
    await database.dataSource.query('TRUNCATE admin_user CASCADE');
    const first = await other.nest.get(FirstAdminService).ensure();
    expect(first?.password).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    await expect(other.login('root@example.org', first?.password ?? '')).resolves.toMatch(
      /^ollameter_session=/,
    );
    await expect(other.nest.get(FirstAdminService).ensure()).resolves.toBeNull();
    await other.stop();
  });

  it('is stored as an argon2id PHC string', async () => {
    const [row] = await database.dataSource.query<{ password_hash: string }[]>(
      'SELECT password_hash FROM admin_user',
    );
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});

describe('login', () => {
  it('starts a session that a cookie carries until logout', async () => {
    const answer = await app.post('/api/auth/login', {
      email: ADMIN_EMAIL.toUpperCase(),
      password: ADMIN_PASSWORD,
    });
    expect(answer.status).toBe(200);
    const user = (await answer.json()) as SessionUser;
    expect(user).toEqual({
      id: expect.any(String) as string,
      email: ADMIN_EMAIL,
      name: null,
      role: 'admin',
      permissions: PERMISSIONS,
      readsPrompts: true,
      mustChangePassword: false,
    });
    const setCookie = answer.headers.get('set-cookie') ?? '';
    expect(setCookie).toMatch(
      /^ollameter_session=[A-Za-z0-9_-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const cookie = setCookie.split(';', 1)[0] ?? '';

    const known = await me({ cookie });
    await expect(known.json()).resolves.toEqual(user);

    const left = await app.post('/api/auth/logout', undefined, { cookie });
    expect(left.status).toBe(204);
    expect(left.headers.get('set-cookie')).toMatch(/^ollameter_session=; Max-Age=0;/);
    expect((await me({ cookie })).status).toBe(401);
  });

  it('keeps only the hash of the token', async () => {
    const token = (await app.login()).split('=', 2)[1] ?? '';
    const rows = await database.dataSource.query<{ row: string }[]>(
      'SELECT s::text AS row FROM admin_session s',
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).not.toContain(token);
    expect(rows[0]?.row).not.toContain(Buffer.from(token, 'base64url').toString('hex'));
  });

  it('deletes the file with the secrets of the first run', async () => {
    const file = join(app.dataDir, FIRST_RUN_FILE);
    writeFileSync(file, 'secret');
    await app.login();
    expect(existsSync(file)).toBe(false);
  });

  it('says the same of an unknown account as of a wrong password', async () => {
    const wrong = await app.post('/api/auth/login', { email: ADMIN_EMAIL, password: 'wrong' });
    const unknown = await app.post('/api/auth/login', { email: 'nobody@example.org', password: 'wrong' });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await unknown.text()).toBe(await wrong.text());
  });

  it('makes an account wait after five wrong passwords, also for the right one', async () => {
    const guess = async () =>
      (await app.post('/api/auth/login', { email: ADMIN_EMAIL, password: 'wrong' })).status;
    const burst = Array.from({ length: 5 }, guess);
    // Not after the burst's hashes, which may take as long as the first wait.
    const further: number[] = [];
    while (further.at(-1) !== 429) further.push(await guess());
    const right = await app.post('/api/auth/login', { email: ADMIN_EMAIL, password: ADMIN_PASSWORD });
    const statuses = [...(await Promise.all(burst)), ...further];
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(right.status).toBe(429);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    await expect(right.json()).resolves.toMatchObject({ title: 'Too Many Requests', status: 429 });
  });

  it('makes an address wait that tries many accounts', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 21; n += 1)
      statuses.push(
        (await app.post('/api/auth/login', { email: `u${n}@example.org`, password: 'x' })).status,
      );
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(401));
    expect(statuses[20]).toBe(429);
  });

  it.each([
    ['no body', {}, ['email', 'password']],
    ['a number', { email: 1, password: 'x' }, ['email']],
    ['an empty password', { email: 'a', password: '' }, ['password']],
    ['a password of a megabyte', { email: 'a', password: 'x'.repeat(900_000) }, ['password']],
    ['an unknown field', { email: 'a', password: 'x', admin: true }, ['admin']],
    ['an object for an e-mail', { email: { $ne: '' }, password: 'x' }, ['email']],
  ])('refuses %s by field', async (_name, body, fields) => {
    const answer = await app.post('/api/auth/login', body);
    expect(answer.status).toBe(400);
    const problem = (await answer.json()) as Problem;
    expect(problem.errors?.map(({ field }) => field).sort()).toEqual(fields);
  });

  it.each([
    ['no JSON', '{"email"', 'application/json', 400],
    ['an array', '[]', 'application/json', 400],
    ['another media type', '<a/>', 'application/xml', 415],
    [
      'a prototype',
      '{"__proto__": {"role": "admin"}, "email": "a", "password": "x"}',
      'application/json',
      400,
    ],
  ])('refuses %s as a problem', async (_name, body, type, status) => {
    const answer = await fetch(`${app.url}/api/auth/login`, {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await answer.text()).not.toContain(' at ');
  });
});

describe('session', () => {
  it('ends twelve hours after its last use and seven days after login', async () => {
    const cookie = await app.login();
    const age = (sql: string) => database.dataSource.query(`UPDATE admin_session SET ${sql}`);
    await age("last_seen_at = now() - interval '11 hours 59 minutes'");
    expect((await me({ cookie })).status).toBe(200);
    const [row] = await database.dataSource.query<{ fresh: boolean }[]>(
      "SELECT last_seen_at > now() - interval '1 minute' AS fresh FROM admin_session",
    );
    expect(row?.fresh).toBe(true);
    await age("last_seen_at = now() - interval '12 hours 1 minute'");
    expect((await me({ cookie })).status).toBe(401);
    await age('last_seen_at = now(), expires_at = now()');
    expect((await me({ cookie })).status).toBe(401);
  });

  it('that expired is swept by the next login', async () => {
    await app.login();
    await database.dataSource.query("UPDATE admin_session SET last_seen_at = now() - interval '13 hours'");
    await app.login();
    const [row] = await database.dataSource.query<{ count: string }[]>('SELECT count(*) FROM admin_session');
    expect(row?.count).toBe('1');
  });

  it('ends with a new password and with a disabled account', async () => {
    const cookie = await app.login();
    await database.dataSource.query(
      "UPDATE admin_user SET password_changed_at = now() + interval '1 second'",
    );
    expect((await me({ cookie })).status).toBe(401);
    await database.dataSource.query('UPDATE admin_user SET password_changed_at = created_at');
    expect((await me({ cookie })).status).toBe(200);
    await database.dataSource.query('UPDATE admin_user SET disabled_at = now()');
    expect((await me({ cookie })).status).toBe(401);
  });

  it.each([
    'ollameter_session=x',
    'ollameter_session=',
    `ollameter_session=${'A'.repeat(43)}`,
    'ollameter_session=%00',
  ])('is not made by the cookie %s', async (cookie) => {
    const answer = await me({ cookie });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });
});

describe('ADMIN_TOKEN', () => {
  it('is a bearer token of role admin', async () => {
    const answer = await me({ authorization: `Bearer ${ADMIN_TOKEN}` });
    await expect(answer.json()).resolves.toMatchObject({ role: 'admin' });
  });

  it('refuses another token, even beside a good session', async () => {
    const cookie = await app.login();
    expect((await me({ cookie, authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await me({ authorization: "Bearer ' OR 1=1 --" })).status).toBe(401);
  });

  it('lets nobody in where it is not set', async () => {
    const other = await AdminApp.start(database.dataSource, { ADMIN_TOKEN: '' });
    expect((await other.get('/api/auth/me', { authorization: 'Bearer null' })).status).toBe(401);
    await other.stop();
  });
});

describe('a request from another site', () => {
  /** As a browser sends it: fetch would not let us set these headers. */
  const logout = (headers: Record<string, string>) =>
    new Promise<number>((done, fail) => {
      const sent = httpRequest(`${app.url}/api/auth/logout`, { method: 'POST', headers }, (answer) => {
        answer.resume();
        done(answer.statusCode ?? 0);
      });
      sent.on('error', fail).end();
    });

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: 'same' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 204],
    [{ origin: 'same' }, 204],
  ])('%j → %d', async (headers: Record<string, string>, status) => {
    const cookie = await app.login();
    const origin: Record<string, string> = headers['origin'] === 'same' ? { origin: app.url } : {};
    expect(await logout({ ...headers, ...origin, cookie })).toBe(status);
    expect((await me({ cookie })).status).toBe(status === 403 ? 200 : 401);
  });
});
