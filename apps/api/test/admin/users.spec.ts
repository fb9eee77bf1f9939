import type {
  MyAccount,
  NewToken,
  Problem,
  SessionList,
  SessionUser,
  TokenList,
  UserItem,
  UserList,
  UserWithPassword,
} from '@ollameter/admin-contract';
import { resetAccount } from '../../src/admin-cli/reset-account';
import { ADMIN_EMAIL, ADMIN_PASSWORD, AdminApp, cookieOf, PERSON_PASSWORD } from '../support/admin-app';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let app: AdminApp;

beforeAll(async () => {
  database = await startTestDatabase();
  app = await AdminApp.start(database.dataSource);
}, 60_000);
afterAll(async () => {
  await app.stop();
  await database.stop();
});

const json = async <T>(answer: Response | Promise<Response>) => (await (await answer).json()) as T;
const status = async (answer: Promise<Response>) => (await answer).status;
const invite = (body: object) => app.send('POST', '/api/users', body);
async function admin(): Promise<UserItem> {
  const { items } = await json<UserList>(app.get('/api/users'));
  const found = items.find(({ email }) => email === ADMIN_EMAIL);
  if (found === undefined) throw new Error('the first admin is gone');
  return found;
}

interface AuditRow {
  actor_name: string;
  target_name: string;
  before: unknown;
  after: unknown;
  address: string;
}
async function lastAudit(action: string): Promise<AuditRow | undefined> {
  const [row] = await database.dataSource.query<AuditRow[]>(
    'SELECT * FROM audit_log WHERE action = $1 ORDER BY id DESC LIMIT 1',
    [action],
  );
  return row;
}

describe('inviting', () => {
  it('makes a person with a password that is shown once and must be changed first', async () => {
    const answer = await invite({ email: ' Bob@Example.org', name: 'Bob', role: 'operator' });
    expect(answer.status).toBe(400);
    const invited = await json<UserWithPassword>(
      invite({ email: 'Bob@Example.org', name: 'Bob', role: 'operator' }),
    );
    expect(invited.user).toMatchObject({
      email: 'bob@example.org',
      name: 'Bob',
      role: 'operator',
      readsPrompts: false,
      mustChangePassword: true,
      disabledAt: null,
    });
    const cookie = await app.login('bob@example.org', invited.password);
    const refused = await app.get('/api/status', { cookie });
    expect(refused.status).toBe(403);
    await expect(refused.json()).resolves.toMatchObject({ code: 'password_change_required' });
    expect((await app.get('/api/auth/me', { cookie })).status).toBe(200);
    const changed = await app.send(
      'POST',
      '/api/me/password',
      { currentPassword: invited.password, newPassword: 'something of my own' },
      { cookie },
    );
    expect(changed.status).toBe(204);
    expect((await app.get('/api/status', { cookie })).status).toBe(401);
    expect((await app.get('/api/status', { cookie: cookieOf(changed) })).status).toBe(200);
  });

  it('is recorded without the password', async () => {
    const { user, password } = await json<UserWithPassword>(
      invite({ email: 'c@example.org', role: 'viewer' }),
    );
    const row = await lastAudit('user.create');
    expect(row).toMatchObject({
      actor_name: 'ADMIN_TOKEN',
      target_name: 'c@example.org',
      before: null,
      after: { role: 'viewer' },
      address: '127.0.0.1',
    });
    expect(JSON.stringify(row)).not.toContain(password);
    expect(JSON.stringify(await json(app.get(`/api/users/${user.id}`)))).not.toMatch(/argon2|password_hash/);
  });

  it.each([
    [{ email: 'ada@example.org', role: 'viewer' }, 'email'],
    [{ email: 'ADA@example.org', role: 'viewer' }, 'email'],
    [{ email: 'nobody', role: 'viewer' }, 'email'],
    [{ email: 'd@example.org', role: 'king' }, 'role'],
    [{ email: 'd@example.org' }, 'role'],
    [{ email: 'd@example.org', role: 'viewer', password: 'mine' }, 'password'],
    [{ email: 'd@example.org', role: 'viewer', name: '' }, 'name'],
    [{ email: 'd@example.org', role: 'viewer', name: 'a\u0000b' }, 'name'],
    [{ email: 'd@example.org', role: 'viewer', readsPrompts: 'yes' }, 'readsPrompts'],
  ])('of %j is a 400 that names %s', async (body, field) => {
    const answer = await invite(body);
    expect(answer.status).toBe(400);
    expect((await json<Problem>(answer)).errors?.map((error) => error.field)).toEqual([field]);
  });
});

describe('changing', () => {
  it('takes effect on the sessions that run, and only changes what is given', async () => {
    const { id, cookie } = await app.person('viewer');
    const refused = await app.get('/api/users', { cookie });
    expect([refused.status, ((await refused.json()) as Problem).detail]).toEqual([
      403,
      'Your role lacks users:manage.',
    ]);
    const item = await json<UserItem>(app.send('PATCH', `/api/users/${id}`, { role: 'admin' }));
    expect(item.role).toBe('admin');
    expect(await status(app.get('/api/users', { cookie }))).toBe(200);
    expect(await lastAudit('user.change')).toMatchObject({
      before: { role: 'viewer', readsPrompts: false },
      after: { role: 'admin', readsPrompts: true },
    });
    expect(await status(app.send('DELETE', `/api/users/${id}`))).toBe(204);
  });

  it('disables: sessions and tokens end, the login is refused, and enabling brings the login back', async () => {
    const { id, email, cookie } = await app.person('viewer');
    const token = await json<NewToken>(
      app.send('POST', '/api/me/tokens', { name: 't', scopes: ['full'] }, { cookie }),
    );
    const bearer = { authorization: `Bearer ${token.secret}` };
    expect(await status(app.get('/api/status', bearer))).toBe(200);
    await app.send('PATCH', `/api/users/${id}`, { disabled: true });
    expect(await status(app.get('/api/status', { cookie }))).toBe(401);
    expect(await status(app.get('/api/status', bearer))).toBe(401);
    expect(await status(app.post('/api/auth/login', { email, password: PERSON_PASSWORD }))).toBe(401);
    await app.send('PATCH', `/api/users/${id}`, { disabled: false });
    expect(await status(app.get('/api/status', { cookie }))).toBe(401);
    await expect(app.login(email, PERSON_PASSWORD)).resolves.toMatch(/^ollameter_session=/);
  });

  it('never leaves the house without an admin', async () => {
    const { id } = await admin();
    for (const change of [{ role: 'viewer' }, { disabled: true }])
      expect(await status(app.send('PATCH', `/api/users/${id}`, change))).toBe(409);
    expect(await status(app.send('DELETE', `/api/users/${id}`))).toBe(409);
    const other = await app.person('admin');
    const [first, second] = await Promise.all([
      status(app.send('PATCH', `/api/users/${id}`, { role: 'viewer' })),
      status(app.send('PATCH', `/api/users/${other.id}`, { role: 'viewer' })),
    ]);
    expect([first, second].sort()).toEqual([200, 409]);
    await app.send('PATCH', `/api/users/${id}`, { role: 'admin' });
    await app.send('DELETE', `/api/users/${other.id}`);
  });

  it('resets a password: old sessions and the old password end', async () => {
    const { id, email, cookie } = await app.person('viewer');
    const { password, user } = await json<UserWithPassword>(
      app.send('POST', `/api/users/${id}/reset-password`),
    );
    expect(user.mustChangePassword).toBe(true);
    expect(await status(app.get('/api/auth/me', { cookie }))).toBe(401);
    expect(await status(app.post('/api/auth/login', { email, password: PERSON_PASSWORD }))).toBe(401);
    await expect(app.login(email, password)).resolves.toMatch(/^ollameter_session=/);
  });

  it('deletes: the API keys are revoked and stay for the log', async () => {
    const { id, cookie } = await app.person('member');
    await database.dataSource.query(
      `INSERT INTO api_key (id, name, owner_id, prefix, last_four, secret_hash)
       VALUES (gen_random_uuid(), 'theirs', $1, 'sk-om-', 'abcd', '\\x01')`,
      [id],
    );
    expect(await status(app.send('DELETE', `/api/users/${id}`))).toBe(204);
    expect(await status(app.get('/api/auth/me', { cookie }))).toBe(401);
    const [key] = await database.dataSource.query<{ revoked: boolean; owner_id: string | null }[]>(
      "SELECT revoked_at IS NOT NULL AS revoked, owner_id FROM api_key WHERE name = 'theirs'",
    );
    expect(key).toEqual({ revoked: true, owner_id: null });
    expect(await status(app.get(`/api/users/${id}`))).toBe(404);
  });

  it.each([
    ['GET', '/api/users/01930000-0000-7000-8000-000000000000', 404],
    ['DELETE', '/api/users/01930000-0000-7000-8000-000000000000', 404],
    ['POST', '/api/users/01930000-0000-7000-8000-000000000000/reset-password', 404],
    ['GET', '/api/users/01930000-0000-7000-8000-000000000000/sessions', 404],
    ['GET', "/api/users/1'", 400],
  ])('%s %s is %d', async (method, path, expected) => {
    expect(await status(app.send(method, path))).toBe(expected);
  });
});

describe('one’s own account', () => {
  it('is shown, and renamed', async () => {
    const { id, cookie } = await app.person('member');
    const me = await json<MyAccount>(app.send('PATCH', '/api/me', { name: 'Mia' }, { cookie }));
    expect(me).toMatchObject({ id, name: 'Mia', role: 'member', hasPassword: true, totp: false });
    expect((await json<SessionUser>(app.get('/api/auth/me', { cookie }))).name).toBe('Mia');
    expect(await status(app.get('/api/me'))).toBe(404);
  });

  it.each([
    [{ currentPassword: 'wrong', newPassword: 'long enough it is' }, 'currentPassword'],
    [{ currentPassword: PERSON_PASSWORD, newPassword: 'short' }, 'newPassword'],
    [{ currentPassword: PERSON_PASSWORD, newPassword: PERSON_PASSWORD }, 'newPassword'],
    [{ newPassword: 'long enough it is' }, 'currentPassword'],
  ])('does not take %j', async (body, field) => {
    const { cookie } = await app.person('member');
    const answer = await app.send('POST', '/api/me/password', body, { cookie });
    expect(answer.status).toBe(400);
    expect((await json<Problem>(answer)).errors?.[0]?.field).toBe(field);
  });

  it('makes guessing the password of an open session wait', async () => {
    const { cookie } = await app.person('member');
    const guess = () =>
      status(
        app.send(
          'POST',
          '/api/me/password',
          { currentPassword: 'x', newPassword: 'y'.repeat(12) },
          { cookie },
        ),
      );
    const answers: number[] = [];
    for (let n = 0; n < 7; n++) answers.push(await guess());
    expect(answers).toContain(429);
    // The address is forgiven, or the other tests would wait too.
    await app.stop();
    app = await AdminApp.start(database.dataSource);
  });

  it('lists the sessions, and ends one or all others', async () => {
    const { email, cookie } = await app.person('member');
    const other = await app.login(email, PERSON_PASSWORD);
    const third = await app.login(email, PERSON_PASSWORD);
    const { items } = await json<SessionList>(app.get('/api/me/sessions', { cookie }));
    expect(items).toHaveLength(3);
    expect(items.filter(({ current }) => current)).toHaveLength(1);
    expect(items[0]).toMatchObject({ clientAddress: '127.0.0.1' });
    const mine = await json<SessionList>(app.get('/api/me/sessions', { cookie: other }));
    const id = mine.items.find(({ current }) => current)?.id ?? '';
    expect(await status(app.send('DELETE', `/api/me/sessions/${id}`, undefined, { cookie }))).toBe(204);
    expect(await status(app.get('/api/auth/me', { cookie: other }))).toBe(401);
    expect(await status(app.send('DELETE', `/api/me/sessions/${id}`, undefined, { cookie }))).toBe(404);
    expect(await status(app.send('DELETE', '/api/me/sessions', undefined, { cookie }))).toBe(204);
    expect(await status(app.get('/api/auth/me', { cookie: third }))).toBe(401);
    expect(await status(app.get('/api/auth/me', { cookie }))).toBe(200);
  });

  it('does not end another person’s session', async () => {
    const victim = await app.person('member');
    const { items } = await json<SessionList>(app.get('/api/me/sessions', { cookie: victim.cookie }));
    const { cookie } = await app.person('member');
    const path = `/api/me/sessions/${items[0]?.id ?? ''}`;
    expect(await status(app.send('DELETE', path, undefined, { cookie }))).toBe(404);
    expect(await status(app.get('/api/auth/me', { cookie: victim.cookie }))).toBe(200);
  });
});

describe('sessions', () => {
  it('are another one after each login, and the old one is gone', async () => {
    const { email, cookie } = await app.person('viewer');
    const answer = await app.post('/api/auth/login', { email, password: PERSON_PASSWORD }, { cookie });
    expect(cookieOf(answer)).not.toBe(cookie);
    expect(await status(app.get('/api/auth/me', { cookie }))).toBe(401);
  });

  it('are prolonged by a use, not by a poll', async () => {
    const { id, cookie } = await app.person('viewer');
    const idleHours = async () => {
      const [row] = await database.dataSource.query<{ hours: number }[]>(
        `SELECT extract(epoch FROM now() - last_seen_at)::float8 / 3600 AS hours
           FROM admin_session WHERE user_id = $1`,
        [id],
      );
      return row?.hours ?? 0;
    };
    await database.dataSource.query(
      "UPDATE admin_session SET last_seen_at = now() - interval '11 hours' WHERE user_id = $1",
      [id],
    );
    expect(await status(app.get('/api/status', { cookie, 'x-ollameter-poll': '1' }))).toBe(200);
    expect(await idleHours()).toBeGreaterThan(10.9);
    expect(await status(app.get('/api/status', { cookie }))).toBe(200);
    expect(await idleHours()).toBeLessThan(0.1);
  });
});

describe('personal tokens', () => {
  const tokenOf = async (cookie: string, scopes: string[]) =>
    json<NewToken>(app.send('POST', '/api/me/tokens', { name: 'ci', scopes }, { cookie }));
  const bearer = ({ secret }: NewToken) => ({ authorization: `Bearer ${secret}` });

  it('do what their scopes say and the role allows, and no more', async () => {
    const { cookie } = await app.person('viewer');
    const logs = bearer(await tokenOf(cookie, ['logs']));
    expect(await status(app.get('/api/auth/me', logs))).toBe(200);
    expect(await status(app.get('/api/logs', logs))).toBe(200);
    const refused = await app.get('/api/analytics/overview', logs);
    expect([refused.status, ((await refused.json()) as Problem).detail]).toEqual([
      403,
      'This token lacks analytics:read.',
    ]);
    const full = bearer(await tokenOf(cookie, ['full']));
    expect(await status(app.get('/api/analytics/overview', full))).toBe(200);
    expect(await status(app.get('/api/users', full))).toBe(403);
    expect(await status(app.get('/api/me/tokens', full))).toBe(403);
    const me = await json<SessionUser>(app.get('/api/auth/me', bearer(await tokenOf(cookie, ['metrics']))));
    expect(me.permissions).toEqual(['session:own', 'metrics:read']);
  });

  it('are shown once, listed without their text, and end when removed', async () => {
    const { cookie } = await app.person('viewer');
    const token = await tokenOf(cookie, ['read']);
    expect(token.secret).toMatch(/^om-pat-[A-Za-z0-9_-]{43}$/);
    expect(await status(app.get('/api/logs', bearer(token)))).toBe(200);
    const { items } = await json<TokenList>(app.get('/api/me/tokens', { cookie }));
    expect(items).toMatchObject([{ name: 'ci', scopes: ['read'], prefix: token.secret.slice(0, 11) }]);
    expect(items[0]?.lastUsedAt).not.toBeNull();
    expect(JSON.stringify(items)).not.toContain(token.secret);
    const path = `/api/me/tokens/${token.id}`;
    const { cookie: stranger } = await app.person('viewer');
    expect(await status(app.send('DELETE', path, undefined, { cookie: stranger }))).toBe(404);
    expect(await status(app.send('DELETE', path, undefined, { cookie }))).toBe(204);
    expect(await status(app.get('/api/logs', bearer(token)))).toBe(401);
    expect(JSON.stringify(await lastAudit('token.create'))).not.toContain(token.secret);
  });

  it('expire', async () => {
    const { cookie } = await app.person('viewer');
    const body = { name: 'old', scopes: ['full'], expiresAt: '2020-01-01T00:00:00Z' };
    const token = await json<NewToken>(app.send('POST', '/api/me/tokens', body, { cookie }));
    expect(await status(app.get('/api/status', bearer(token)))).toBe(401);
  });

  it.each([
    [{ name: '', scopes: ['full'] }, 'name'],
    [{ name: 'x', scopes: [] }, 'scopes'],
    [{ name: 'x', scopes: ['root'] }, 'scopes'],
    [{ name: 'x', scopes: 'full' }, 'scopes'],
    [{ name: 'x', scopes: ['full'], expiresAt: 'tomorrow' }, 'expiresAt'],
  ])('%j is a 400 that names %s', async (body, field) => {
    const { cookie } = await app.person('viewer');
    const answer = await app.send('POST', '/api/me/tokens', body, { cookie });
    expect(answer.status).toBe(400);
    expect((await json<Problem>(answer)).errors?.[0]?.field).toBe(field);
  });
});

it('keeps people from people: no role but admin reaches /api/users', async () => {
  for (const role of ['operator', 'viewer', 'member'] as const) {
    const { cookie } = await app.person(role);
    expect(await status(app.get('/api/users', { cookie }))).toBe(403);
    expect(await status(app.send('POST', '/api/users', { email: 'x@y.z', role: 'admin' }, { cookie }))).toBe(
      403,
    );
  }
  expect(await app.login(ADMIN_EMAIL, ADMIN_PASSWORD)).not.toBe('');
});

describe('npm run admin -- reset', () => {
  it('lets a locked-out person in with a new password, and ends what was open', async () => {
    const { id, email, cookie } = await app.person('viewer');
    await app.send('PATCH', `/api/users/${id}`, { disabled: true });
    const password = await resetAccount(database.dataSource, ` ${email.toUpperCase()}`);
    expect(await status(app.get('/api/auth/me', { cookie }))).toBe(401);
    await expect(app.login(email, password ?? '')).resolves.toMatch(/^ollameter_session=/);
    expect(await lastAudit('user.reset_password')).toMatchObject({
      actor_name: 'system',
      target_name: email,
    });
  });

  it('knows nobody of another address', async () => {
    await expect(resetAccount(database.dataSource, 'nobody@example.org')).resolves.toBeNull();
  });
});
