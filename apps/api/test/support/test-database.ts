import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { DataSource } from 'typeorm';

export const TEMPLATE_DATABASE = 'ollameter_template';

/** A fresh database with the schema on the run's server. */
export class TestDatabase {
  private constructor(
    readonly url: string,
    readonly dataSource: DataSource,
    private readonly name: string,
  ) {}

  static async create(): Promise<TestDatabase> {
    const name = `test_${randomBytes(6).toString('hex')}`;
    await onServer(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE_DATABASE}`);
    const dataSource = await new DataSource({ type: 'postgres', url: serverUrl(name) }).initialize();
    return new TestDatabase(serverUrl(name), dataSource, name);
  }

  /** Rows of a query, typed by the caller. */
  async rows<R>(sql: string, parameters: unknown[] = []): Promise<R[]> {
    return this.dataSource.query<R[]>(sql, parameters);
  }

  /** PostgreSQL is away: open connections break, new ones are refused. */
  async refuseConnections(): Promise<void> {
    await onServer(`ALTER DATABASE ${this.name} ALLOW_CONNECTIONS false`);
    await onServer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${this.name}'`);
  }

  async acceptConnections(): Promise<void> {
    await onServer(`ALTER DATABASE ${this.name} ALLOW_CONNECTIONS true`);
  }

  async stop(): Promise<void> {
    await this.dataSource.destroy();
    await onServer(`DROP DATABASE ${this.name} WITH (FORCE)`);
  }
}

/** A fresh database; stop it when done. */
export function startTestDatabase(): Promise<TestDatabase> {
  return TestDatabase.create();
}

function serverUrl(database: string): string {
  const url = process.env['TEST_POSTGRES_URL'];
  if (url === undefined)
    throw new Error('no test server: run through jest.config.cjs, whose globalSetup starts it');
  return url.replace('DATABASE', database);
}

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl('postgres') });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
