import type { DataSource } from 'typeorm';
import { AuditService, SYSTEM_ACTOR } from '../../src/identity/audit.service';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await startTestDatabase();
  dataSource = database.dataSource;
}, 60_000);
afterAll(() => database.stop());

interface Row {
  action: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

async function lastRow(): Promise<Row | undefined> {
  const [row] = await dataSource.query<Row[]>('SELECT * FROM audit_log ORDER BY id DESC LIMIT 1');
  return row;
}

describe('the audit log', () => {
  const audit = () => new AuditService(dataSource);

  it('keeps only the fields that changed, and no secret', async () => {
    await audit().record({
      actor: SYSTEM_ACTOR,
      action: 'meter.change',
      target: { type: 'meter', id: '7', name: 'plug' },
      before: { name: 'plug', watts: 3n, settings: { secret: 'old', url: 'http://a' } },
      after: { name: 'plug', watts: 4n, settings: { secret: 'new', url: 'http://a' }, passwordHash: 'x' },
      address: null,
    });
    await expect(lastRow()).resolves.toMatchObject({
      action: 'meter.change',
      before: { watts: '3', settings: { secret: '(hidden)', url: 'http://a' } },
      after: { watts: '4', settings: { secret: '(hidden)' }, passwordHash: '(hidden)' },
    });
    expect((await lastRow())?.after).not.toHaveProperty('name');
  });

  it.each([
    "UPDATE audit_log SET actor_name = 'somebody else'",
    'DELETE FROM audit_log',
    'TRUNCATE audit_log',
  ])('refuses %s', async (sql) => {
    await expect(dataSource.query(sql)).rejects.toThrow('audit_log is append-only');
  });

  it('is undone together with the change that it records', async () => {
    const { action } = (await lastRow()) ?? { action: 'none' };
    await dataSource
      .transaction(async (manager) => {
        await audit().record(
          { actor: SYSTEM_ACTOR, action: 'user.create', target: { type: 'user' }, address: null },
          manager,
        );
        throw new Error('the change failed');
      })
      .catch(() => undefined);
    expect((await lastRow())?.action).toBe(action);
  });
});
