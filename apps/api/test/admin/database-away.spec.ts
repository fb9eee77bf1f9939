import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { DataSource } from 'typeorm';
import { AdminApp } from '../support/admin-app';
import { createLogPartitions } from '../support/seed-log';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

/** A line to PostgreSQL that can be cut and mended. */
class Line {
  private readonly sockets = new Set<Socket>();
  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async to(socketPath: string): Promise<Line> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const line = new Line(server, (server.address() as AddressInfo).port);
    server.on('connection', (near) => {
      const far = connect(socketPath);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        line.sockets.add(from);
        from.on('error', () => to.destroy()).on('close', () => to.destroy());
        from.pipe(to);
      }
    });
    return line;
  }

  async cut(): Promise<void> {
    const closed = new Promise((done) => this.server.close(done));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  mend(): Promise<void> {
    return new Promise((done) => this.server.listen(this.port, '127.0.0.1', done));
  }
}

let database: TestDatabase;
let line: Line;
let dataSource: DataSource;
let app: AdminApp;

beforeAll(async () => {
  database = await startTestDatabase();
  await createLogPartitions(database.dataSource);
  const url = new URL(database.url);
  line = await Line.to(`${url.searchParams.get('host') ?? ''}/.s.PGSQL.5432`);
  url.search = '';
  url.host = `127.0.0.1:${line.port}`;
  dataSource = new DataSource({
    type: 'postgres',
    url: url.href,
    // What TypeORM says of a cut connection is what these tests cause.
    poolErrorHandler: () => undefined,
    logging: false,
  });
  await dataSource.initialize();
  app = await AdminApp.start(dataSource);
}, 60_000);
afterAll(async () => {
  await app.stop();
  await dataSource.destroy();
  await line.cut();
  await database.stop();
});

it('answers 503 with Retry-After while the database is away, tells nothing of it, and recovers', async () => {
  expect((await app.get('/api/logs')).status).toBe(200);
  await line.cut();
  for (const path of ['/api/logs', '/api/analytics/overview', '/api/analytics/breakdown?by=model']) {
    const answer = await app.get(path);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await answer.text()).not.toContain('127.0.0.1');
  }
  await line.mend();
  expect((await app.get('/api/logs')).status).toBe(200);
});

it('ends a question that takes too long', async () => {
  const runner = database.dataSource.createQueryRunner();
  await runner.startTransaction();
  await runner.query('LOCK TABLE request_log IN ACCESS EXCLUSIVE MODE');
  const answer = await app.get('/api/logs?q=needle');
  await runner.rollbackTransaction();
  await runner.release();
  expect(answer.status).toBe(503);
  await expect(answer.json()).resolves.toMatchObject({
    detail: 'The query took too long. Narrow the period or the filters.',
  });
}, 20_000);
