import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port';

const PROGRAM = ['redis-server', 'valkey-server'].find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);

/** False, with one printed line, where neither Redis nor Valkey is installed; in CI that is a failure. */
export function redisIsInstalled(): boolean {
  if (PROGRAM !== undefined) return true;
  if (process.env['CI'] === 'true') throw new Error('Redis is missing: install the package redis-server');
  process.stderr.write('skipped: the tests with Redis need the package redis-server\n');
  return false;
}

/** A real Redis on a port of loopback, which forgets everything when it stops. */
export class RedisServer {
  private server: ChildProcess | null = null;
  private readonly folder = mkdtempSync(join(tmpdir(), 'ollameter-redis-'));

  private constructor(readonly port: number) {}

  static async start(): Promise<RedisServer> {
    const redis = await RedisServer.absent();
    await redis.run();
    return redis;
  }

  /** A port at which it may be started later. */
  static async absent(): Promise<RedisServer> {
    return new RedisServer(await freePort());
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async run(): Promise<void> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', this.folder];
    const server = spawn(PROGRAM ?? 'redis-server', args, { stdio: 'ignore' });
    this.server = server;
    for (let attempt = 0; !(await this.accepts()); attempt++) {
      if (server.exitCode !== null || attempt > 200) throw new Error('Redis does not start');
      await delay(25);
    }
  }

  /** `kill -9`: nothing it held is kept. */
  async kill(): Promise<void> {
    const { server } = this;
    if (server?.exitCode !== null || server.signalCode !== null) return;
    const exited = new Promise((done) => server.once('exit', done));
    server.kill('SIGKILL');
    await exited;
    this.server = null;
  }

  /** Its connections stay open and nothing is answered. */
  freeze(): void {
    this.server?.kill('SIGSTOP');
  }

  thaw(): void {
    this.server?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private accepts(): Promise<boolean> {
    return new Promise((result) => {
      const socket = connect(this.port, '127.0.0.1', () => {
        socket.destroy();
        result(true);
      }).on('error', () => result(false));
    });
  }
}
