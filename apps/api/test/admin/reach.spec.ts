import { randomUUID } from 'node:crypto';
import type { Breakdown, KeyPage, LogDetail, LogPage, Overview, Series } from '@ollameter/admin-contract';
import { AdminApp } from '../support/admin-app';
import { createLogPartitions, seedRequest } from '../support/seed-log';
import { seedRollup } from '../support/seed-rollup';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

interface Somebody {
  id: string;
  email: string;
  cookie: string;
}
interface Owner extends Somebody {
  keyId: string;
  requestId: string;
}

let database: TestDatabase;
let app: AdminApp;
let mia: Owner;
let tom: Owner;
/** A request under a key that is nobody's. */
let nobodys: string;

/** A member with a key, and one request and its usage under it. */
async function owner(atMs: number, secret: string): Promise<Owner> {
  const person = await app.person('member');
  const keyId = randomUUID();
  await database.dataSource.query(
    `INSERT INTO api_key (id, name, owner_id, prefix, last_four, secret_hash)
     VALUES ($1, $2, $3, 'sk-om-', 'abcd', $4)`,
    [keyId, `key of ${person.email}`, person.id, Buffer.from(keyId)],
  );
  const requestId = await seedRequest(database.dataSource, {
    atMs,
    keyId,
    prompt: secret,
    answer: `re ${secret}`,
  });
  await seedRollup(database.dataSource, {
    at: new Date(atMs - (atMs % 900_000)).toISOString(),
    keyId,
    model: `model of ${person.email}`,
    requests: 3,
    durationHistogram: [...Array<number>(secret.length).fill(0), 3],
  });
  return { ...person, keyId, requestId };
}

beforeAll(async () => {
  database = await startTestDatabase();
  await createLogPartitions(database.dataSource);
  app = await AdminApp.start(database.dataSource);
  const nowMs = Date.now() - 60_000;
  mia = await owner(nowMs, 'a letter to grandma');
  tom = await owner(nowMs - 1, 'a secret plan');
  nobodys = await seedRequest(database.dataSource, { atMs: nowMs - 2, prompt: 'the house itself' });
}, 60_000);
afterAll(async () => {
  await app.stop();
  await database.stop();
});

async function as<T>({ cookie }: Somebody, path: string): Promise<T> {
  const answer = await app.get(path, { cookie });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
const status = async ({ cookie }: Somebody, method: string, path: string, body?: object) =>
  (await app.send(method, path, body, { cookie })).status;
async function reads(action: string): Promise<{ actor_name: string; target_id: string }[]> {
  return database.dataSource.query(
    'SELECT actor_name, target_id FROM audit_log WHERE action = $1 ORDER BY id',
    [action],
  );
}

describe('a member', () => {
  it('sees own rows only, whatever is asked for', async () => {
    const queries = ['', '&outcome=all', `&key=${tom.keyId}`, '&q=secret', '&q=grandma', '&page=1'];
    for (const query of queries) {
      const { items } = await as<LogPage>(mia, `/api/logs?pageSize=50${query}`);
      expect(items.filter(({ keyId }) => keyId !== mia.keyId)).toEqual([]);
    }
    expect((await as<LogPage>(mia, '/api/logs')).total).toBe(1);
    expect((await as<LogPage>(mia, `/api/logs?key=${tom.keyId}`)).total).toBe(0);
    expect((await as<LogPage>(mia, '/api/logs?q=secret')).total).toBe(0);
  });

  it('reads an own prompt without a record, and never another one’s by guessing its id', async () => {
    const detail = await as<LogDetail>(mia, `/api/logs/${mia.requestId}`);
    expect(detail).toMatchObject({ prompt: 'a letter to grandma', answer: 're a letter to grandma' });
    expect(await reads('request.read')).toEqual([]);
    for (const id of [tom.requestId, nobodys, randomUUID()]) {
      expect(await status(mia, 'GET', `/api/logs/${id}`)).toBe(404);
      expect(await status(mia, 'DELETE', `/api/logs/${id}/body`)).toBe(404);
    }
  });

  it('sees own figures only', async () => {
    const overview = await as<Overview>(mia, '/api/analytics/overview?period=all');
    const ofTom = await as<Overview>(mia, `/api/analytics/overview?period=all&key=${tom.keyId}`);
    expect(ofTom.requests).toBe(0);
    expect(overview).toMatchObject({ requests: 3, activeKeys: 1 });
    const ownBin = 'a letter to grandma'.length;
    expect(overview.p50.durationMs).toBeCloseTo(1.1 ** (ownBin - 0.5), 6);
    expect(overview.p99.durationMs).toBeCloseTo(1.1 ** (ownBin - 0.5), 6);
    expect(ofTom.p50.durationMs).toBeNull();
    for (const by of ['key', 'model', 'user']) {
      const { items } = await as<Breakdown>(mia, `/api/analytics/breakdown?period=all&by=${by}`);
      expect(items).toHaveLength(1);
      expect(items[0]?.name).toContain(mia.email);
    }
    const series = await app.get('/api/analytics/series/export?groupBy=model', { cookie: mia.cookie });
    expect(await series.text()).not.toContain(tom.email);
    expect((await as<Overview>(mia, '/api/me/usage?period=all')).requests).toBe(3);
    const { items } = await as<Breakdown>(mia, '/api/me/usage/breakdown?period=all&by=key');
    expect(items.map(({ id }) => id)).toEqual([mia.keyId]);
    const course = await as<Series>(mia, '/api/me/usage/series?period=all');
    expect(course.items.reduce((sum, { requests }) => sum + requests, 0)).toBe(3);
  });

  it('sees own keys only', async () => {
    const { items, total } = await as<KeyPage>(mia, '/api/keys');
    expect([total, items[0]?.id]).toEqual([1, mia.keyId]);
    expect((await as<KeyPage>(mia, `/api/keys?ownerId=${tom.id}`)).total).toBe(0);
    expect(await status(mia, 'GET', `/api/keys/${tom.keyId}`)).toBe(404);
    expect(await status(mia, 'PATCH', `/api/keys/${tom.keyId}`, { name: 'mine' })).toBe(404);
    expect(await status(mia, 'POST', `/api/keys/${tom.keyId}/rotate`, {})).toBe(404);
  });

  it('has no way to people, settings and audit', async () => {
    for (const path of [
      '/api/users',
      `/api/users/${tom.id}`,
      `/api/users/${tom.id}/usage`,
      '/api/settings',
      '/api/audit',
    ])
      expect(await status(mia, 'GET', path)).toBe(403);
  });

  it('may erase own texts for good; the figures stay', async () => {
    expect(await status(tom, 'DELETE', `/api/logs/${tom.requestId}/body`)).toBe(204);
    const detail = await as<LogDetail>(tom, `/api/logs/${tom.requestId}`);
    expect(detail).toMatchObject({
      prompt: null,
      answer: null,
      request: null,
      response: null,
      totalTokens: 30,
    });
    expect((await as<LogPage>(tom, '/api/logs?q=secret')).total).toBe(0);
    expect(await reads('request.erase')).toEqual([{ actor_name: tom.email, target_id: tom.requestId }]);
  });
});

describe('a viewer', () => {
  it('sees everybody’s figures and nobody’s texts, unless allowed', async () => {
    const viewer = await app.person('viewer');
    const page = await as<LogPage>(viewer, '/api/logs');
    expect(page.total).toBe(3);
    expect(JSON.stringify(page)).not.toMatch(/grandma|house/);
    const detail = await as<LogDetail>(viewer, `/api/logs/${mia.requestId}`);
    expect(detail).toMatchObject({
      prompt: null,
      answer: null,
      request: null,
      response: null,
      textsHidden: true,
    });
    expect(await status(viewer, 'GET', '/api/logs?q=grandma')).toBe(403);
    expect(await status(viewer, 'DELETE', `/api/logs/${mia.requestId}/body`)).toBe(403);
    expect(await reads('request.read')).toEqual([]);
  });

  it('who is allowed reads them, and each reading is recorded', async () => {
    const viewer = await app.person('viewer', { readsPrompts: true });
    expect((await as<LogPage>(viewer, '/api/logs?q=grandma')).total).toBe(1);
    expect((await as<LogDetail>(viewer, `/api/logs/${mia.requestId}`)).prompt).toBe('a letter to grandma');
    expect(await reads('request.read')).toEqual([{ actor_name: viewer.email, target_id: mia.requestId }]);
  });
});

describe('an admin', () => {
  it('sees what one person used, and all of their own', async () => {
    const admin = await app.person('admin');
    const totals = await as<Overview>(admin, `/api/users/${tom.id}/usage?period=all`);
    expect(totals).toMatchObject({ requests: 3, activeKeys: 1 });
    const { items } = await as<Breakdown>(admin, `/api/users/${tom.id}/usage/breakdown?period=all&by=key`);
    expect(items.map(({ id }) => id)).toEqual([tom.keyId]);
    const course = await as<Series>(admin, `/api/users/${tom.id}/usage/series?period=all`);
    expect(course.items.reduce((sum, { requests }) => sum + requests, 0)).toBe(3);
    expect((await as<Overview>(admin, '/api/me/usage?period=all')).requests).toBe(0);
    expect(await status(admin, 'GET', `/api/users/${randomUUID()}/usage`)).toBe(404);
    expect(await status(admin, 'GET', '/api/users/tom/usage')).toBe(400);
  });
});
