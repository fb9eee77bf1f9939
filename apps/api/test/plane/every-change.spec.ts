import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  AuditPage,
  KeyWithSecret,
  LogItem,
  NewToken,
  RecoveryCodes,
  SessionList,
  TariffItem,
  TotpSetup,
  UserWithPassword,
} from '@ollameter/admin-contract';
import { Secret, TOTP } from 'otpauth';
import { GatewayRig } from '../support/gateway-rig';
import { cookieOf, type InvitedPerson, PERSON_PASSWORD } from '../support/invite-person';
import { declaredRoutes } from './declared-routes';

/** Every route that changes something leaves a record of who did it, from where, and no secret. */

/** Routes that change nothing that is kept, though their method is not GET. */
const CHANGES_NOTHING = [
  'POST /api/energy/what-if',
  'POST /api/tariffs/preview',
  'POST /api/tariffs/import/urdb',
  'POST /api/settings/redaction/try',
  'POST /api/meters/detect',
  // Hangs up on the asker's own download.
  'DELETE /api/logs/exports/:id',
  // A proposal; what puts it in force is recorded.
  'POST /api/me/totp',
];

let rig: GatewayRig;
let ada: InvitedPerson;
let prices: Server;
/** Routes that were seen to leave a record. */
const seen: string[] = [];
/** Everything that must stand in no record. */
const secrets: string[] = [PERSON_PASSWORD];

beforeAll(async () => {
  rig = await GatewayRig.start();
  ada = await rig.person('admin');
  prices = createServer((_, response) => response.end('from,price\n2026-11-24T02:00Z,30'));
  await new Promise<void>((listening) => prices.listen(0, '127.0.0.1', listening));
}, 60_000);
afterAll(async () => {
  prices.closeAllConnections();
  prices.close();
  await rig.stop();
});

const lastId = async (): Promise<number> => {
  const answer = await rig.admin('/api/audit?pageSize=1');
  return Number(((await answer.json()) as AuditPage).items[0]?.id ?? 0);
};

/** Asks as Ada, or by another session; the request must succeed and be recorded as hers. */
async function change(
  route: string,
  path: string,
  body?: object,
  asker: { email: string; cookie: string } = ada,
): Promise<Response> {
  const [method = ''] = route.split(' ');
  const before = await lastId();
  const answer = await fetch(rig.adminUrl + path, {
    method,
    headers: {
      ...(asker.cookie !== '' && { cookie: asker.cookie }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  expect([route, answer.status < 300 ? 'ok' : `${answer.status} ${text}`]).toEqual([route, 'ok']);
  const { items } = (await (await rig.admin('/api/audit?pageSize=10')).json()) as AuditPage;
  const records = items.filter(({ id }) => Number(id) > before);
  expect([route, records.map(({ actor, address }) => [actor.name, address])]).toEqual([
    route,
    expect.arrayContaining([[asker.email, '127.0.0.1']]),
  ]);
  seen.push(route);
  return new Response(text === '' ? null : text, { headers: answer.headers });
}

async function made<T>(answer: Promise<Response>): Promise<T> {
  return (await (await answer).json()) as T;
}

it('people', async () => {
  const { user, password } = await made<UserWithPassword>(
    change('POST /api/users', '/api/users', { email: 'tom@example.org', role: 'member' }),
  );
  const path = `/api/users/${user.id}`;
  await change('PATCH /api/users/:id', path, { name: 'Tom' });
  const tom = { email: user.email, cookie: '' };
  const login = await change('POST /api/auth/login', '/api/auth/login', { email: user.email, password }, tom);
  await change('POST /api/auth/logout', '/api/auth/logout', undefined, { ...tom, cookie: cookieOf(login) });
  await change('POST /api/auth/login', '/api/auth/login', { email: user.email, password }, tom);
  const sessions = (await (await rig.admin(`${path}/sessions`)).json()) as SessionList;
  await change(
    'DELETE /api/users/:id/sessions/:sessionId',
    `${path}/sessions/${sessions.items[0]?.id ?? ''}`,
  );
  await change('DELETE /api/users/:id/sessions', `${path}/sessions`);
  await change('DELETE /api/users/:id/totp', `${path}/totp`);
  const reset = await made<UserWithPassword>(
    change('POST /api/users/:id/reset-password', `${path}/reset-password`),
  );
  await change('DELETE /api/users/:id', path);
  secrets.push(password, reset.password);
});

it('keys and limits', async () => {
  const key = await made<KeyWithSecret>(change('POST /api/keys', '/api/keys', { name: 'n8n' }));
  const path = `/api/keys/${key.id}`;
  await change('PATCH /api/keys/:id', path, { note: 'changed' });
  const rotated = await made<KeyWithSecret>(change('POST /api/keys/:id/rotate', `${path}/rotate`, {}));
  await change('POST /api/keys/:id/revoke', `${path}/revoke`, {});
  await change('DELETE /api/keys/:id', path);
  await change('PUT /api/limits/all', '/api/limits/all', { requestsPerMinute: 100_000 });
  secrets.push(key.secret, rotated.secret);
});

it('requests', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<undefined>();
  rig.ollama.script({ chunks: ['One ', { content: 'two', after: held }] });
  const running = await rig.post('/v1/chat/completions', {
    model: 'llama3.1:8b',
    messages: [{ role: 'user', content: 'a private word' }],
    stream: true,
  });
  await change('DELETE /api/live/:id', `/api/live/${running.headers.get('x-request-id') ?? ''}`);
  release(undefined);
  await running.text();
  const [row] = (await rig.rows(1)) as [LogItem];
  await change('DELETE /api/logs/:id/body', `/api/logs/${row.id}/body`);
  secrets.push('a private word');
});

it('models and their names', async () => {
  const name = encodeURIComponent('llama3.1:8b');
  await change('POST /api/models/pull', '/api/models/pull', { name: 'tiny:1b' });
  await change('DELETE /api/models/:name', `/api/models/${encodeURIComponent('tiny:1b')}`);
  await change('PATCH /api/models/:name/settings', `/api/models/${name}/settings`, { numCtx: 8192 });
  await change('POST /api/models/:name/load', `/api/models/${name}/load`, {});
  await change('POST /api/models/:name/unload', `/api/models/${name}/unload`, {});
  await change('PUT /api/models/aliases/:alias', '/api/models/aliases/gpt-4o', { model: 'llama3.1:8b' });
  await change('DELETE /api/models/aliases/:alias', '/api/models/aliases/gpt-4o');
});

it('tariffs', async () => {
  const { port } = prices.address() as AddressInfo;
  const plan = {
    kind: 'dynamic',
    stepMinutes: 60,
    fallbackRateMicrosPerKwh: 300_000,
    priceUrl: `http://127.0.0.1:${port}/`,
  };
  const input = { name: 'mine', currency: 'USD', plan, validFrom: null };
  const { id } = await made<TariffItem>(change('POST /api/tariffs', '/api/tariffs', input));
  const path = `/api/tariffs/${id}`;
  await change('PATCH /api/tariffs/:id', path, { name: 'ours' });
  await change('POST /api/tariffs/:id/prices', `${path}/prices`, { text: 'from,price\n2026-11-24T01:00Z,1' });
  await change('POST /api/tariffs/:id/prices/fetch', `${path}/prices/fetch`);
  await change('DELETE /api/tariffs/:id', path);
});

it('meters', async () => {
  const { port } = prices.address() as AddressInfo;
  const secret = 'a plug and its password';
  const input = {
    name: 'plug',
    kind: 'shelly',
    host: new URL(rig.ollama.url).host,
    settings: { url: `http://127.0.0.1:${port}` },
    secret,
    enabled: false,
  };
  const { id } = await made<{ id: string }>(change('POST /api/meters', '/api/meters', input));
  await change('POST /api/meters/test', '/api/meters/test', input);
  await change('PATCH /api/meters/:id', `/api/meters/${id}`, { name: 'other plug' });
  await change('DELETE /api/meters/:id', `/api/meters/${id}`);
  secrets.push(secret);
});

it('settings', async () => {
  await change('PATCH /api/settings', '/api/settings', { queueWaitMs: 30_000 });
});

it('one’s own account', async () => {
  const own = await rig.person('viewer');
  const as = (route: string, path: string, body?: object) => change(route, path, body, own);
  await as('PATCH /api/me', '/api/me', { name: 'Vera' });
  const token = await made<NewToken>(
    as('POST /api/me/tokens', '/api/me/tokens', { name: 'script', scopes: ['read'] }),
  );
  await as('DELETE /api/me/tokens/:id', `/api/me/tokens/${token.id}`);
  const headers = { cookie: own.cookie };
  const proposed = await fetch(`${rig.adminUrl}/api/me/totp`, { method: 'POST', headers });
  const { secret } = (await proposed.json()) as TotpSetup;
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
  const { codes } = await made<RecoveryCodes>(
    as('POST /api/me/totp/confirm', '/api/me/totp/confirm', { code }),
  );
  const password = PERSON_PASSWORD;
  const renewed = await made<RecoveryCodes>(
    as('POST /api/me/totp/recovery-codes', '/api/me/totp/recovery-codes', { password }),
  );
  await as('POST /api/me/totp/disable', '/api/me/totp/disable', { password });
  await change(
    'POST /api/auth/login',
    '/api/auth/login',
    { email: own.email, password },
    { ...own, cookie: '' },
  );
  const answer = await fetch(`${rig.adminUrl}/api/me/sessions`, { headers });
  const { items } = (await answer.json()) as SessionList;
  const other = items.find(({ current }) => !current);
  await as('DELETE /api/me/sessions/:id', `/api/me/sessions/${other?.id ?? ''}`);
  await as('DELETE /api/me/sessions', '/api/me/sessions');
  const newPassword = 'another password of mine';
  await as('POST /api/me/password', '/api/me/password', { currentPassword: password, newPassword });
  secrets.push(newPassword, secret, token.secret, ...codes, ...renewed.codes);
});

it('leaves no changing route out', () => {
  const changing = declaredRoutes(rig.app.nest)
    .filter(({ plane, method }) => plane === 'admin' && method !== 'GET')
    .map(({ method, path }) => `${method} ${path}`);
  expect(changing.filter((route) => !seen.includes(route) && !CHANGES_NOTHING.includes(route))).toEqual([]);
});

it('keeps no secret, and is searched and exported whole', async () => {
  const json = await (await rig.admin('/api/audit/export?format=json')).text();
  const csv = await (await rig.admin('/api/audit/export?format=csv')).text();
  expect((JSON.parse(json) as unknown[]).length).toBeGreaterThan(seen.length);
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(5);
    expect(json).not.toContain(secret);
    expect(csv).not.toContain(secret);
  }
});
