import type { Overview, Problem, SettingItem, SettingList, SettingsChange } from '@ollameter/admin-contract';
import { withStoredSettings } from '../../src/config/stored-settings';
import { ADMIN_TOKEN, AdminApp } from '../support/admin-app';
import { GatewayRig } from '../support/gateway-rig';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let app: AdminApp;

beforeAll(async () => {
  database = await startTestDatabase();
  app = await AdminApp.start(database.dataSource, { QUEUE_MAX: '17', OLLAMA_URL: 'http://user:pass@box:1' });
}, 60_000);
afterAll(async () => {
  await app.stop();
  await database.stop();
});

const settings = async (): Promise<Record<string, SettingItem>> => {
  const { items } = await app.json<SettingList>('/api/settings');
  return Object.fromEntries(items.map((item) => [item.key, item]));
};
const patch = (change: SettingsChange | string) => app.send('PATCH', '/api/settings', change);

/** What the next start would read. */
const nextStart = (variables: Record<string, string>, told: string[] = []) =>
  withStoredSettings({ DATABASE_URL: 'postgres://unused', ...variables }, database.url, (line) =>
    told.push(line),
  );

it('shows every setting with its kind, bounds, default and where it comes from', async () => {
  const shown = await settings();
  expect(shown['timezone']).toMatchObject({
    variable: 'TIMEZONE',
    type: 'zone',
    value: 'America/Los_Angeles',
    default: 'America/Los_Angeles',
    source: 'default',
    editable: true,
    needsRestart: false,
  });
  expect(shown['queueMax']).toMatchObject({
    value: 17,
    default: 256,
    source: 'environment',
    editable: false,
  });
  expect(shown['queueMaxPerKey']).toMatchObject({ type: 'integer', min: 0, max: 100_000, source: 'default' });
  expect(shown['logBodies']).toMatchObject({ type: 'choice', choices: ['full', 'metadata', 'none'] });
  expect(shown['fetchImageUrls']).toMatchObject({ type: 'boolean', value: false });
  expect(shown['gatewayPort']).toMatchObject({ editable: false, value: 8080 });
  expect(shown['ollamaUrls']).toMatchObject({
    variable: 'OLLAMA_URL',
    type: 'list',
    value: ['http://box:1'],
    source: 'environment',
  });
});

it('shows no secret', async () => {
  const text = await (await app.get('/api/settings')).text();
  expect(text).not.toMatch(/a-token-for-scripts|correct horse|user:pass|postgres:/);
});

it('takes a change at once, keeps it for the next start, and goes back with null', async () => {
  const changed = await patch({ timezone: 'Europe/Berlin', logBodyMaxKb: 64, corsOrigins: [] });
  expect(changed.status).toBe(200);
  const overview = await app.json<Overview>('/api/analytics/overview');
  expect(overview.period.timezone).toBe('Europe/Berlin');
  expect((await settings())['timezone']).toMatchObject({ value: 'Europe/Berlin', source: 'database' });
  const next = await nextStart({});
  expect([next.timezone, next.logBodyMaxBytes, next.corsOrigins]).toEqual(['Europe/Berlin', 65_536, []]);
  expect((await nextStart({ TIMEZONE: 'UTC' })).timezone).toBe('UTC');
  await patch({ timezone: null, logBodyMaxKb: null, corsOrigins: null });
  expect((await app.json<Overview>('/api/analytics/overview')).period.timezone).toBe('America/Los_Angeles');
  expect((await nextStart({})).corsOrigins).toEqual(['*']);
});

it.each(['null', '[]', '""'])('refuses %s, which is no settings', async (body) => {
  const answer = await fetch(`${app.url}/api/settings`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body,
  });
  expect(answer.status).toBe(400);
  await expect(answer.json()).resolves.toMatchObject({ errors: [{ field: 'body' }] });
});

it('says when a change waits for a restart', async () => {
  const list = (await (await patch({ hostSlots: 9 })).json()) as SettingList;
  expect(list.restartPending).toBe(true);
  expect((await nextStart({})).hosts[0]?.slots).toBe(9);
  const back = (await (await patch({ hostSlots: null })).json()) as SettingList;
  expect(back.restartPending).toBe(false);
});

it('records who changed what', async () => {
  await patch({ queueWaitMs: 5000 });
  const [row] = await database.dataSource.query<object[]>(
    "SELECT * FROM audit_log WHERE action = 'setting.change' ORDER BY id DESC LIMIT 1",
  );
  expect(row).toMatchObject({
    actor_name: 'ADMIN_TOKEN',
    target_name: 'queueWaitMs',
    before: { queueWaitMs: 60_000 },
    after: { queueWaitMs: 5000 },
  });
  await patch({ queueWaitMs: null });
});

it.each([
  [{ queueMax: 5 }, 409, 'QUEUE_MAX'],
  [{ ollamaUrls: ['http://a:1'] }, 409, 'OLLAMA_URL'],
  [{ adminPort: 5 }, 409, 'ADMIN_PORT'],
] as const)('%j is %d and names the variable', async (change, status, variable) => {
  const answer = await patch(change as unknown as SettingsChange);
  expect(answer.status).toBe(status);
  expect(((await answer.json()) as Problem).detail).toContain(variable);
});

it.each([
  [{ timezone: 'Mars/Olympus' }, 'timezone'],
  [{ timezone: '' }, 'timezone'],
  [{ queueMaxPerKey: -1 }, 'queueMaxPerKey'],
  [{ queueMaxPerKey: '5' }, 'queueMaxPerKey'],
  [{ queueMaxPerKey: 1.5 }, 'queueMaxPerKey'],
  [{ logBodies: 'some' }, 'logBodies'],
  [{ fetchImageUrls: 'yes' }, 'fetchImageUrls'],
  [{ corsOrigins: 'https://a.example' }, 'corsOrigins'],
  [{ corsOrigins: ['a,b'] }, 'corsOrigins'],
  [{ idleWatts: 100 }, 'idleWatts'],
  [{ adminToken: 'x'.repeat(30) }, 'adminToken'],
  [{ timezone: 'UTC', nonsense: 1 }, 'nonsense'],
])('%j is a 400 that names %s, and changes nothing', async (change, field) => {
  const answer = await patch(change);
  expect(answer.status).toBe(400);
  expect(((await answer.json()) as Problem).errors?.[0]?.field).toBe(field);
  expect((await settings())['timezone']?.source).toBe('default');
});

it('stops no start with a stored value that is no longer taken', async () => {
  await database.dataSource.query(
    `INSERT INTO setting (key, value) VALUES ('env.QUEUE_MAX', '"many"'), ('env.QUEUE_WAIT_MS', '"7"')`,
  );
  const told: string[] = [];
  const next = await nextStart({}, told);
  expect([next.queueMax, next.queueWaitMs]).toEqual([256, 7]);
  expect(told).toEqual([expect.stringContaining('QUEUE_MAX="many"')]);
  await database.dataSource.query("DELETE FROM setting WHERE key LIKE 'env.%'");
});

it('shows the default and the fault of a stored value that does not count, and changes others all the same', async () => {
  await database.dataSource.query(
    `INSERT INTO setting (key, value) VALUES ('env.QUEUE_MAX_PER_KEY', '"many"'), ('env.POWER_WATTS', '"5"'),
       ('env.IDLE_WATTS', '"6"'), ('env.A_NAME_OF_OLD', '"x"')`,
  );
  expect((await settings())['queueMaxPerKey']).toMatchObject({
    value: 64,
    source: 'default',
    fault: expect.stringContaining('QUEUE_MAX_PER_KEY="many" is not usable') as string,
  });
  expect((await settings())['idleWatts']).toMatchObject({ value: 0, source: 'default' });
  expect((await settings())['idleWatts']?.fault).toContain('at most POWER_WATTS (5)');
  expect((await settings())['powerWatts']).toMatchObject({ value: 5, source: 'database', fault: null });
  expect((await patch({ queueWaitMs: 7000 })).status).toBe(200);
  expect((await settings())['queueWaitMs']).toMatchObject({ value: 7000, source: 'database' });
  expect((await patch({ queueMaxPerKey: 5 })).status).toBe(200);
  expect((await settings())['queueMaxPerKey']).toMatchObject({ value: 5, source: 'database', fault: null });
  await database.dataSource.query("DELETE FROM setting WHERE key LIKE 'env.%'");
});

it('leaves out the stored value that contradicts the environment, and no other', async () => {
  await database.dataSource.query(
    `INSERT INTO setting (key, value) VALUES ('env.POWER_WATTS', '"5"'), ('env.QUEUE_WAIT_MS', '"7"')`,
  );
  const told: string[] = [];
  const next = await nextStart({ IDLE_WATTS: '6' }, told);
  expect([next.powerMilliwatts, next.queueWaitMs]).toEqual([80_000, 7]);
  expect(told).toEqual([expect.stringContaining('the stored setting POWER_WATTS is left out')]);
  await database.dataSource.query("DELETE FROM setting WHERE key LIKE 'env.%'");
});

it('is read by operators and changed by admins', async () => {
  const { cookie } = await app.person('operator');
  expect((await app.get('/api/settings', { cookie })).status).toBe(200);
  expect((await app.send('PATCH', '/api/settings', { queueWaitMs: 1 }, { cookie })).status).toBe(403);
});

it('reaches the request path while it runs', async () => {
  const rig = await GatewayRig.start();
  try {
    const ask = async () => {
      const { request_id } = await rig
        .openai()
        .chat.completions.create({ model: 'llama3.1:8b', messages: [{ role: 'user', content: 'Hello.' }] })
        .withResponse();
      return (await rig.row(request_id ?? '')).prompt;
    };
    const change = (body: object) =>
      rig.admin('/api/settings', { method: 'PATCH', body: JSON.stringify(body) });
    expect(await ask()).not.toBeNull();
    expect((await change({ logBodies: 'none', corsOrigins: ['https://a.example'] })).status).toBe(200);
    expect(await ask()).toBeNull();
    const preflight = await fetch(`${rig.gatewayUrl}/v1/models`, {
      headers: { origin: 'https://b.example' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  } finally {
    await rig.stop();
  }
});

it('shows what redaction would keep of a text, and keeps nothing of it', async () => {
  const attempt = (body: object) => app.send('POST', '/api/settings/redaction/try', body);
  const text = 'Order ORD-12345 of mia@example.org';
  const kept = await attempt({ text, kinds: ['email'], patterns: '["ORD-[0-9]+"]' });
  expect(await kept.json()).toEqual({ text: 'Order [redacted] of [email]' });
  expect(await (await attempt({ text, kinds: [], patterns: '' })).json()).toEqual({ text });
  for (const [body, field] of [
    [{ text, kinds: ['shoe size'], patterns: '' }, 'kinds'],
    [{ text, kinds: [], patterns: '["("]' }, 'patterns'],
    [{ text, kinds: [], patterns: 'ORD' }, 'patterns'],
    [{ text: 'x'.repeat(10_001), kinds: [], patterns: '' }, 'text'],
    [{ text, kinds: 'email', patterns: '' }, 'kinds'],
  ] as const) {
    const answer = await attempt(body);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as Problem).errors?.map((error) => error.field)).toEqual([field]);
  }
  expect((await settings())['logRedact']).toMatchObject({ value: [], source: 'default' });
});
