import type { LoginMethods, MyAccount, SessionUser } from '@ollameter/admin-contract';
import { AdminApp } from '../support/admin-app';
import { freePort } from '../support/free-port';
import { CLIENT_ID, CLIENT_SECRET, FormBrowser, OidcServer } from '../support/oidc-server';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let provider: OidcServer;
let app: AdminApp;

beforeAll(async () => {
  database = await startTestDatabase();
  const port = await freePort();
  provider = await OidcServer.start(`http://127.0.0.1:${port}/api/auth/oidc/callback`);
  app = await AdminApp.start(
    database.dataSource,
    {
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: CLIENT_SECRET,
      OIDC_NAME: 'Example Org',
      OIDC_ROLES: 'admin=ops,viewer=staff',
    },
    undefined,
    port,
  );
}, 60_000);
afterAll(async () => {
  await app.stop();
  await provider.stop();
  await database.stop();
});

/** Logs in at the provider under a name; returns where that ended and who is logged in here then. */
async function logIn(
  name: string,
): Promise<{ path: string; steps: string[]; user: SessionUser | null; cookie: string }> {
  const browser = new FormBrowser(name);
  const { url, steps } = await browser.walk(`${app.url}/api/auth/oidc/login`, app.url);
  const cookie = browser.cookieFor(app.url);
  const me = await app.get('/api/auth/me', { cookie });
  const user = me.status === 200 ? ((await me.json()) as SessionUser) : null;
  return { path: url.pathname + url.search, steps, user, cookie };
}

it('tells the login page of it', async () => {
  await expect((await app.get('/api/auth/methods', {})).json()).resolves.toEqual({
    password: true,
    oidc: { name: 'Example Org', url: '/api/auth/oidc/login' },
  } satisfies LoginMethods);
});

it('logs in by code and PKCE, makes the account, and gives the role of the first match', async () => {
  provider.people.set('grace', {
    email: 'Grace@Example.org',
    email_verified: true,
    name: 'Grace',
    groups: ['staff', 'ops'],
  });
  const { path, steps, user, cookie } = await logIn('grace');
  expect(path).toBe('/');
  const asked = new URL(steps[0] ?? '').searchParams;
  expect([asked.get('code_challenge_method'), asked.get('response_type')]).toEqual(['S256', 'code']);
  expect(asked.get('nonce')).toMatch(/.{20,}/);
  expect(user).toMatchObject({
    email: 'grace@example.org',
    name: 'Grace',
    role: 'admin',
    mustChangePassword: false,
  });
  const account = (await (await app.get('/api/me', { cookie })).json()) as MyAccount;
  expect(account.hasPassword).toBe(false);
  expect((await app.post('/api/auth/login', { email: 'grace@example.org', password: 'any' })).status).toBe(
    401,
  );
});

it('knows the person again by the subject, though address and groups are others', async () => {
  provider.people.set('linus', { email: 'linus@example.org', email_verified: true, groups: ['ops'] });
  const first = await logIn('linus');
  provider.people.set('linus', { email: 'linus@elsewhere.org', email_verified: true, groups: ['staff'] });
  const second = await logIn('linus');
  expect(second.user).toMatchObject({ id: first.user?.id, email: 'linus@example.org', role: 'viewer' });
});

it('opens an account that is here by its address only where the provider has verified it', async () => {
  const { id, email } = await app.person('viewer');
  provider.people.set('mallory', { email, groups: ['staff'] });
  expect((await logIn('mallory')).path).toBe('/login?error=oidc_refused');
  provider.people.set('mallory', { email, email_verified: true, groups: ['staff'] });
  expect((await logIn('mallory')).user).toMatchObject({ id });
});

it.each([
  ['nobody of no group', { email: 'a@example.org', email_verified: true, groups: ['guests'] }],
  ['nobody without a claim', { email: 'b@example.org', email_verified: true }],
  ['nobody without an address', { groups: ['staff'] }],
  ['nobody whose address is denied', { email: 'c@example.org', email_verified: false, groups: ['staff'] }],
])('lets in %s', async (name, claims) => {
  provider.people.set(name, claims);
  const { path, user } = await logIn(name);
  expect([path, user]).toEqual(['/login?error=oidc_refused', null]);
});

it('lets in nobody who was disabled', async () => {
  provider.people.set('dora', { email: 'dora@example.org', email_verified: true, groups: ['staff'] });
  const { user } = await logIn('dora');
  await app.send('PATCH', `/api/users/${user?.id ?? ''}`, { disabled: true });
  expect((await logIn('dora')).path).toBe('/login?error=oidc_refused');
});

it('takes no answer that this browser did not ask for', async () => {
  provider.people.set('eve', { email: 'eve@example.org', email_verified: true, groups: ['staff'] });
  const { steps } = await logIn('eve');
  const callback = steps.find((step) => step.includes('/callback?')) ?? '';
  const stranger = await fetch(callback, { redirect: 'manual' });
  expect(stranger.headers.get('location')).toBe('/login?error=oidc_failed');
  const forged = await fetch(callback, { redirect: 'manual', headers: { cookie: 'ollameter_oidc=AAAA' } });
  expect(forged.headers.get('location')).toBe('/login?error=oidc_failed');
});

it('is not there where no provider is set', async () => {
  const other = await AdminApp.start(database.dataSource);
  expect((await other.get('/api/auth/oidc/login', {})).status).toBe(404);
  await expect((await other.get('/api/auth/methods', {})).json()).resolves.toEqual({
    password: true,
    oidc: null,
  });
  await other.stop();
});

it('says so where the provider does not answer', async () => {
  const dead = await AdminApp.start(database.dataSource, {
    OIDC_ISSUER: 'http://127.0.0.1:1',
    OIDC_CLIENT_ID: CLIENT_ID,
  });
  const answer = await fetch(`${dead.url}/api/auth/oidc/login`, { redirect: 'manual' });
  expect(answer.headers.get('location')).toBe('/login?error=oidc_unavailable');
  await dead.stop();
});
