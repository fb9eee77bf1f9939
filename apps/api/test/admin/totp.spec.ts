import type { MyAccount, Problem, RecoveryCodes, TotpSetup } from '@ollameter/admin-contract';
import { Secret, TOTP, URI } from 'otpauth';
import { AdminApp, PERSON_PASSWORD } from '../support/admin-app';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let app: AdminApp;

beforeAll(async () => {
  database = await startTestDatabase();
}, 60_000);
beforeEach(async () => {
  app = await AdminApp.start(database.dataSource);
});
afterEach(() => app.stop());
afterAll(() => database.stop());

const json = async <T>(answer: Response | Promise<Response>) => (await (await answer).json()) as T;
const codeOf = (secret: string, timestamp = Date.now()) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp });
const login = (email: string, code?: string) =>
  app.post('/api/auth/login', { email, password: PERSON_PASSWORD, ...(code !== undefined && { code }) });

/** Somebody with the second factor on, the code of the step before used up by turning it on. */
async function secured() {
  const person = await app.person('viewer');
  const as = { cookie: person.cookie };
  const { secret, uri } = await json<TotpSetup>(app.send('POST', '/api/me/totp', undefined, as));
  const confirmed = await app.send(
    'POST',
    '/api/me/totp/confirm',
    { code: codeOf(secret, Date.now() - 30_000) },
    as,
  );
  if (confirmed.status !== 200) throw new Error(`${confirmed.status} ${await confirmed.text()}`);
  const { codes } = await json<RecoveryCodes>(confirmed);
  return { ...person, as, secret, uri, codes };
}

it('is set up by a URI that authenticators read, and asked for from then on', async () => {
  const { email, secret, uri, as } = await secured();
  const read = URI.parse(uri);
  expect([read.issuer, read.label, read.secret.base32]).toEqual(['Ollameter', email, secret]);
  const without = await login(email);
  expect(without.status).toBe(401);
  await expect(without.json()).resolves.toMatchObject({ code: 'totp_required' });
  expect((await login(email, codeOf(secret))).status).toBe(200);
  await expect(json<MyAccount>(app.get('/api/me', as))).resolves.toMatchObject({
    totp: true,
    recoveryCodesLeft: 10,
  });
});

it('is not in force before a code is confirmed', async () => {
  const { email, cookie } = await app.person('viewer');
  const { secret } = await json<TotpSetup>(app.send('POST', '/api/me/totp', undefined, { cookie }));
  const wrong = await app.send('POST', '/api/me/totp/confirm', { code: '000000' }, { cookie });
  expect([wrong.status, (await json<Problem>(wrong)).errors?.[0]?.field]).toEqual([400, 'code']);
  expect((await login(email)).status).toBe(200);
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
});

it('takes a code once, and not one of long ago', async () => {
  const { email, secret } = await secured();
  const code = codeOf(secret);
  expect((await login(email, codeOf(secret, Date.now() - 300_000))).status).toBe(401);
  expect((await login(email, code)).status).toBe(200);
  const again = await login(email, code);
  expect(again.status).toBe(401);
  await expect(again.json()).resolves.toMatchObject({ code: 'totp_wrong' });
});

it('takes each recovery code once, however it is written', async () => {
  const { email, codes, as } = await secured();
  const [first = '', second = ''] = codes;
  expect(first).toMatch(/^[a-z2-9]{5}-[a-z2-9]{5}$/);
  expect((await login(email, first.toUpperCase().replace('-', ' '))).status).toBe(200);
  expect((await login(email, first)).status).toBe(401);
  expect((await login(email, second)).status).toBe(200);
  expect((await json<MyAccount>(app.get('/api/me', as))).recoveryCodesLeft).toBe(8);
});

it('renews the recovery codes for the password; the old ones are void', async () => {
  const { email, codes, as } = await secured();
  const refused = await app.send('POST', '/api/me/totp/recovery-codes', { password: 'wrong' }, as);
  expect(refused.status).toBe(400);
  const body = { password: PERSON_PASSWORD };
  const renewed = await json<RecoveryCodes>(app.send('POST', '/api/me/totp/recovery-codes', body, as));
  expect((await login(email, codes[0])).status).toBe(401);
  expect((await login(email, renewed.codes[0])).status).toBe(200);
});

it('is turned off for the password only, or by an admin', async () => {
  const mine = await secured();
  const off = (password: string) => app.send('POST', '/api/me/totp/disable', { password }, mine.as);
  expect((await off('wrong')).status).toBe(400);
  expect((await off(PERSON_PASSWORD)).status).toBe(204);
  expect((await login(mine.email)).status).toBe(200);
  const other = await secured();
  expect((await app.send('DELETE', `/api/users/${other.id}/totp`)).status).toBe(204);
  expect((await login(other.email)).status).toBe(200);
  const rows = await database.dataSource.query<{ target_name: string }[]>(
    "SELECT target_name FROM audit_log WHERE action = 'totp.disable' ORDER BY id DESC LIMIT 2",
  );
  expect(rows.map((row) => row.target_name)).toEqual([other.email, mine.email]);
});

it('makes guessing codes wait as guessing passwords does', async () => {
  const { email } = await secured();
  const answers: number[] = [];
  for (let n = 0; n < 7; n++) answers.push((await login(email, String(100_000 + n))).status);
  expect(answers.at(-1)).toBe(429);
});

it('keeps its secret sealed and its recovery codes hashed', async () => {
  const { id, secret, codes } = await secured();
  const rows = await database.dataSource.query<object[]>(
    `SELECT encode(u.totp_secret, 'escape') AS secret, encode(c.code_hash, 'escape') AS code
       FROM admin_user u JOIN admin_recovery_code c ON c.user_id = u.id WHERE u.id = $1`,
    [id],
  );
  const stored = JSON.stringify(rows);
  expect(stored).not.toContain(secret);
  for (const code of codes) expect(stored).not.toContain(code.slice(0, 5));
});
