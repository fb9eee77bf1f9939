import type { EnergyStatement } from '@ollameter/admin-contract';
import { DataSource, type EntityManager } from 'typeorm';
import { ReadOnlyDatabase } from '../../src/admin-api/read-only-database.service';
import { uuidv7 } from '../../src/exchange/uuid-v7';
import { uuidv7AtMs } from '../../src/request-log/month-partition';
import { GatewayRig } from '../support/gateway-rig';

const YEAR = 'from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z';
const REQUESTS = 120_000;
/** No more rows of requests than this are looked at, however long the period is. */
const NEWEST = 50_000;

let rig: GatewayRig;
let database: DataSource;
beforeAll(async () => {
  rig = await GatewayRig.start();
  database = rig.app.nest.get(DataSource);
  const bounds = `FROM ('${uuidv7AtMs(Date.UTC(2025, 0))}') TO ('${uuidv7AtMs(Date.UTC(2026, 0))}')`;
  for (const table of ['request_log', 'request_energy'])
    await database.query(`CREATE TABLE ${table}_2025 PARTITION OF ${table} FOR VALUES ${bounds}`);
  await seedYear(database);
}, 120_000);
afterAll(() => rig.stop());

/** A year of three keys and two models on one host: every quarter hour of the books, and a request each 263 s. */
async function seedYear(dataSource: DataSource): Promise<void> {
  const quarters = `generate_series(timestamptz '2025-01-01Z', timestamptz '2025-12-31 23:45Z', interval '15 min') AS at`;
  const keys = `generate_series(1, 3) AS key`;
  const keyId = `('0190c0de-0000-7000-8000-00000000000' || key)::uuid`;
  const model = `CASE key WHEN 1 THEN 'llama3.1:8b' ELSE 'qwen3:32b' END`;
  await dataSource.query(
    `INSERT INTO energy_ledger (bucket_at, host, kind, currency, energy_pj, cost_numerator)
     SELECT at, 'gpu:11434', kind, 'USD', 1e15, 383e18 FROM ${quarters}, unnest('{request,idle,load}'::text[]) AS kind`,
  );
  await dataSource.query(
    `INSERT INTO energy_by_key (bucket_at, host, key_id, model, currency, energy_pj, cost_numerator)
     SELECT at, 'gpu:11434', ${keyId}, ${model}, 'USD', 3e14, 1149e17 FROM ${quarters}, ${keys}`,
  );
  await dataSource.query(
    `INSERT INTO usage_rollup (bucket_at, key_id, model, endpoint, outcome, host, currency, requests, prompt_tokens,
                               completion_tokens, generate_ms, energy_pj, cost_numerator)
     SELECT at, ${keyId}, ${model}, 'chat.completions', 'completed', 'gpu:11434', 'USD', 1, 100, 200, 4000, 3e14, 1149e17
       FROM ${quarters}, ${keys}`,
  );
  await dataSource.query(
    `INSERT INTO request_log (id, at, model, host, endpoint, streamed, status, outcome, duration_ms, active_from_us,
                              active_to_us)
     SELECT (lpad(to_hex(ms), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid, to_timestamp(ms / 1000.0),
            'llama3.1:8b', 'gpu:11434', 'chat.completions', true, 200, 'completed', 5000, ms * 1000, ms * 1000 + 5000000
       FROM (SELECT n, 1735689600000 + n::bigint * 262800 AS ms FROM generate_series(0, ${REQUESTS - 1}) AS n) AS rows`,
  );
  await dataSource.query(
    `INSERT INTO request_energy (id, host, energy_pj, cost_numerator, currency, quality, source, scope, concurrency)
     SELECT id, host, 4e14, 1532e17, 'USD', 'constant', 'constant', 'constant', 1 FROM request_log`,
  );
  await dataSource.query('ANALYZE');
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

function nodes(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)];
}

/** What a report asks the database, planned and run again: how each question reads the rows of requests. */
async function readsOfRequests(path: string): Promise<{ how: string; rows: number }[]> {
  const asked: { sql: string; parameters: unknown[] }[] = [];
  const reader = rig.app.nest.get(ReadOnlyDatabase, { strict: false });
  const read = ReadOnlyDatabase.prototype.read.bind(reader);
  reader.read = (work) =>
    read((manager) => {
      const recording = Object.create(manager) as EntityManager;
      recording.query = (sql: string, parameters: unknown[] = []) => {
        asked.push({ sql, parameters });
        return manager.query(sql, parameters);
      };
      return work(recording);
    });
  const answer = await rig.admin(path);
  expect([answer.status, asked.length > 0]).toEqual([200, true]);
  const reads: { how: string; rows: number }[] = [];
  for (const { sql, parameters } of asked) {
    const [row] = await database.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`,
      parameters,
    );
    for (const node of nodes(row!['QUERY PLAN'][0]!.Plan))
      if ((node['Relation Name'] ?? '').startsWith('request_'))
        reads.push({
          how: node['Node Type'],
          rows: (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
        });
  }
  return reads;
}

describe('over a year', () => {
  it.each([
    'overview',
    'series?bucket=day',
    'breakdown?by=key',
    'breakdown?by=user',
    'breakdown?by=model',
    'breakdown?by=host',
    'breakdown?by=hour',
    'breakdown?by=rate',
    'pattern',
    'what-if/all',
  ])('%s reads the books and no row of a request', async (report) => {
    const path = `/api/energy/${report}${report.includes('?') ? '&' : '?'}${YEAR}`;
    expect(await readsOfRequests(path)).toEqual([]);
  });

  it.each(['models', 'comparison', 'idle', 'statement'])(
    '%s reads no more than the newest requests, by an index',
    async (report) => {
      const reads = await readsOfRequests(`/api/energy/${report}?${YEAR}`);
      for (const { how, rows } of reads) {
        expect(how).toMatch(/Index|Bitmap/);
        expect(rows).toBeLessThanOrEqual(NEWEST);
      }
    },
  );
});

it('a statement adds up to the meter, and says how many requests straddle an end of it', async () => {
  const statementOf = async (month: string) =>
    (await (
      await rig.admin(`/api/energy/statement?month=${month}&timezone=America/Los_Angeles`)
    ).json()) as EnergyStatement;
  const before = await statementOf('2025-11');
  // Two seconds before the month of Los Angeles ends, and three after.
  const acceptedMs = Date.parse('2025-12-01T00:00:00-08:00') - 2_000;
  await database.query(
    `INSERT INTO request_log (id, at, model, host, endpoint, streamed, status, outcome, duration_ms, active_from_us,
                              active_to_us)
     VALUES ($1, $2, 'llama3.1:8b', 'gpu:11434', 'chat.completions', true, 200, 'completed', 5000, $3, $3 + 5000000::bigint)`,
    [uuidv7(acceptedMs), new Date(acceptedMs), acceptedMs * 1_000],
  );
  for (const month of ['2025-11', '2025-12']) {
    const statement = await statementOf(month);
    expect(statement.straddling).toBe(month === '2025-11' ? before.straddling + 1 : 1);
    expect(statement.notes.join(' ')).toMatch(
      /active across an end of the period; only what was used within it is on this statement/,
    );
    for (const unit of ['energyPj', 'costNumerator'] as const) {
      const lines = statement.lines.map(({ withOverhead }) => BigInt(withOverhead[unit]));
      const total = lines.reduce((sum, line) => sum + line, BigInt(statement.unassigned[unit]));
      expect(total).toBe(BigInt(statement.total[unit]));
      const kinds = Object.values(statement.byKind).map((amount) => BigInt(amount[unit]));
      expect(kinds.reduce((sum, kind) => sum + kind, 0n)).toBe(BigInt(statement.total[unit]));
    }
  }
});
