import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DataSource } from 'typeorm';
import { applySchema } from '../../src/database/apply-schema';
import { MAPPING } from '../../src/database/mapping';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

/** Everything that the catalogue says of our tables, indexes, constraints, functions, triggers and views. */
const CATALOGUE = `
  SELECT 'column' AS kind, table_name || '.' || column_name AS name,
         concat_ws(' ', data_type, udt_name, numeric_precision, numeric_scale, is_nullable, column_default,
                   identity_generation) AS definition
    FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
             WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 'view', viewname, definition FROM pg_views WHERE schemaname = 'public'
  ORDER BY kind, name, definition`;

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

it('init.sql and the entities describe one schema: TypeORM would change nothing', async () => {
  const source = await new DataSource({ ...MAPPING, url: database.url }).initialize();
  try {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  } finally {
    await source.destroy();
  }
});

it('every table has its entity', async () => {
  const source = new DataSource({ ...MAPPING, url: database.url });
  await source.initialize();
  const mapped = source.entityMetadatas.map(({ tableName }) => tableName);
  await source.destroy();
  const tables = await database.rows<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
  );
  expect(mapped.sort()).toEqual(
    tables
      .map(({ name }) => name)
      .filter((name) => name !== 'migrations')
      .sort(),
  );
});

it('init.sql run again changes nothing', async () => {
  const before = await database.rows(CATALOGUE);
  await database.rows(readFileSync(resolve(__dirname, '../../../../init.sql'), 'utf8'));
  expect(await database.rows(CATALOGUE)).toEqual(before);
  expect(before.length).toBeGreaterThan(100);
});

it('gateways that start at once on an empty database make one schema', async () => {
  const before = await database.rows(CATALOGUE);
  await database.rows('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  await Promise.all(Array.from({ length: 4 }, () => applySchema(database.url)));
  expect(await database.rows(CATALOGUE)).toEqual(before);
});
