import type { AuditItem, AuditPage, Problem } from '@ollameter/admin-contract';
import { AuditService } from '../../src/identity/audit.service';
import { AdminApp } from '../support/admin-app';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let app: AdminApp;

const ADA = { id: '01930000-0000-7000-8000-00000000000a', name: 'ada@example.org' };
const BOB = { id: '01930000-0000-7000-8000-00000000000b', name: 'bob@example.org' };

beforeAll(async () => {
  database = await startTestDatabase();
  app = await AdminApp.start(database.dataSource);
  const audit = new AuditService(database.dataSource);
  const key = { type: 'key', id: 'k1', name: '=cmd("x"), n8n' };
  await audit.record({
    actor: ADA,
    action: 'key.create',
    target: key,
    after: { note: 'für Büro' },
    address: '::1',
  });
  await audit.record({
    actor: BOB,
    action: 'key.revoke',
    target: key,
    before: { state: 'active' },
    after: { state: 'revoked' },
    address: '192.0.2.1',
  });
  await audit.record({
    actor: ADA,
    action: 'model.pull',
    target: { type: 'model', id: 'm', name: 'm' },
    address: null,
  });
}, 60_000);
afterAll(async () => {
  await app.stop();
  await database.stop();
});

const page = (query = '') => app.json<AuditPage>(`/api/audit${query}`);
const actions = async (query: string) => (await page(query)).items.map(({ action }) => action);

it('lists who did what to what, from where, newest first', async () => {
  const { items, nextCursor } = await page();
  expect(nextCursor).toBeNull();
  expect(items.map(({ action }) => action)).toEqual(['model.pull', 'key.revoke', 'key.create']);
  expect(items[1]).toEqual({
    id: expect.stringMatching(/^\d+$/) as string,
    at: expect.stringMatching(/Z$/) as string,
    actor: BOB,
    action: 'key.revoke',
    target: { type: 'key', id: 'k1', name: '=cmd("x"), n8n' },
    before: { state: 'active' },
    after: { state: 'revoked' },
    address: '192.0.2.1',
  });
});

it.each([
  ['?q=büro', ['key.create']],
  ['?q=192.0.2', ['key.revoke']],
  ['?q=%25', []],
  ['?actor=ada@example.org', ['model.pull', 'key.create']],
  [`?actor=${BOB.id}`, ['key.revoke']],
  ['?action=key', ['key.revoke', 'key.create']],
  ['?action=key.revoke', ['key.revoke']],
  ['?target=k1', ['key.revoke', 'key.create']],
  ['?target=model', ['model.pull']],
  ['?from=2020-01-01&to=2020-01-02', []],
  ['?from=2020-01-01&action=model', ['model.pull']],
])('finds by %s', async (query, expected) => {
  expect(await actions(query)).toEqual(expected);
});

it('goes on by its cursor', async () => {
  const first = await page('?pageSize=2');
  expect(first.items).toHaveLength(2);
  const second = await page(`?pageSize=2&cursor=${first.nextCursor ?? ''}`);
  expect(second.items.map(({ action }) => action)).toEqual(['key.create']);
  expect(second.nextCursor).toBeNull();
});

it('exports what matches as CSV that no spreadsheet runs, and as JSON', async () => {
  const csv = await app.get('/api/audit/export?target=k1');
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename="ollameter-audit.csv"');
  const text = await csv.text();
  const lines = text.trimEnd().split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toBe('id,at,actor,actorId,action,targetType,targetId,targetName,before,after,address');
  expect(lines[1]).toContain(`"'=cmd(""x""), n8n"`);
  const items = await app.json<AuditItem[]>('/api/audit/export?format=json');
  expect(items.map(({ action }) => action)).toEqual(['model.pull', 'key.revoke', 'key.create']);
  expect(await app.json('/api/audit/export?format=json&q=nothing')).toEqual([]);
});

it('exports more than one chunk, each entry once', async () => {
  await database.dataSource.query(
    `INSERT INTO audit_log (actor_name, action, target_type)
     SELECT 'flood', 'flood.' || n, 'flood' FROM generate_series(1, 2500) n`,
  );
  const items = await app.json<AuditItem[]>('/api/audit/export?format=json&actor=flood');
  expect(new Set(items.map(({ id }) => id)).size).toBe(2500);
});

it.each([
  ['?from=yesterday', 'from'],
  ['?cursor=x', 'cursor'],
  ['?pageSize=0', 'pageSize'],
  ['?who=me', 'who'],
  ['/export?format=xml', 'format'],
])('%s is a 400 that names %s', async (query, field) => {
  const answer = await app.get(`/api/audit${query}`);
  expect(answer.status).toBe(400);
  expect(((await answer.json()) as Problem).errors?.[0]?.field).toBe(field);
});

it('records logins, and is for admins only', async () => {
  await app.login();
  expect((await page('?action=session.start')).items[0]).toMatchObject({
    actor: { name: 'ada@example.org' },
    address: '127.0.0.1',
  });
  for (const role of ['operator', 'viewer', 'member'] as const) {
    const { cookie } = await app.person(role);
    expect((await app.get('/api/audit', { cookie })).status).toBe(403);
    expect((await app.get('/api/audit/export', { cookie })).status).toBe(403);
  }
});
