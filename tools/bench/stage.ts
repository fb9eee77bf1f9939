import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CrashPostgres } from '../crash/crash-postgres.ts';
import { SideProcess } from '../soak/side-process.ts';
import { pin } from './measure.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const GATEWAY = join(HERE, '..', '..', 'apps', 'api', 'dist', 'main.js');
export const API_KEY = 'key-of-the-benchmarks-0123456789';
export const OTHER_KEY = 'other-key-of-the-benchmarks-0123456789';

export interface StageOptions {
  /** Whether the gateway writes a CPU profile. */
  readonly profile?: boolean;
  /** Whether slots and limits are kept in a Redis, as several gateways share them. */
  readonly redis?: boolean;
  /** Of the one host; default more than anybody fills. */
  readonly slots?: number;
  /** More of the gateway's settings. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** What the clients can ask: the upstream itself, nginx in front of it, the gateway in front of it. */
export type TargetName = 'direct' | 'nginx' | 'gateway';

export interface Target {
  readonly name: TargetName;
  readonly url: string;
  /** The process whose cost is counted; with nginx its one worker. */
  readonly pid: number;
}

/**
 * Everything a benchmark needs, on the loopback only: the upstream, nginx proxying it, and the gateway with a real
 * PostgreSQL, its key check, its limits, its metering and its spool on. Where there are two cores, what is measured
 * has the first for itself, and all else shares the second.
 */
export class Stage {
  readonly targets: readonly Target[];
  readonly pinned: boolean;
  private readonly children: readonly ChildProcess[];
  private readonly postgres: CrashPostgres;
  private readonly redis: SideProcess | null;
  private readonly folder: string;

  private constructor(
    targets: readonly Target[],
    pinned: boolean,
    children: readonly ChildProcess[],
    postgres: CrashPostgres,
    redis: SideProcess | null,
    folder: string,
  ) {
    this.targets = targets;
    this.pinned = pinned;
    this.children = children;
    this.postgres = postgres;
    this.redis = redis;
    this.folder = folder;
  }

  static async start(options: StageOptions = {}): Promise<Stage> {
    const cores = availableParallelism();
    const measured = 0;
    const pinned = cores >= 2 && pin(process.pid, 1);
    const folder = mkdtempSync(join(tmpdir(), 'ollameter-bench-'));
    const postgres = await CrashPostgres.start();
    const redis = options.redis === true ? await SideProcess.redis() : null;
    const replay = fork(join(HERE, 'replay.ts'), { execArgv: ['--no-warnings'] });
    const { url: upstream } = await message<{ url: string }>(replay, () => true);
    const gateway = fork(GATEWAY, {
      cwd: folder,
      execArgv: [
        '--no-warnings',
        ...(options.profile === true ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : []),
      ],
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        DATABASE_URL: postgres.url,
        DATA_DIR: join(folder, 'data'),
        OLLAMA_URL: `${upstream}#slots=${options.slots ?? 1024}`,
        GATEWAY_PORT: '0',
        ADMIN_PORT: '0',
        MAX_STREAMS: '2048',
        API_KEY,
        API_KEY_ALT: OTHER_KEY,
        ADMIN_PASSWORD: 'a password of the benchmarks',
        LOG_LEVEL: 'warn',
        ...(redis !== null && { REDIS_URL: `redis://127.0.0.1:${redis.port}` }),
        ...options.variables,
      },
    });
    const ready = await message<{ type: string; gatewayUrl: string; reason?: string }>(
      gateway,
      ({ type }) => type === 'ready' || type === 'start-failed',
    );
    if (ready.reason !== undefined) throw new Error(ready.reason);
    const targets: Target[] = [
      { name: 'direct', url: upstream, pid: replay.pid ?? 0 },
      { name: 'gateway', url: ready.gatewayUrl, pid: gateway.pid ?? 0 },
    ];
    const children = [replay, gateway];
    const nginx = await startNginx(upstream, folder);
    if (nginx !== null) {
      children.push(nginx.child);
      targets.splice(1, 0, { name: 'nginx', url: nginx.url, pid: nginx.child.pid ?? 0 });
    }
    if (pinned) for (const { name, pid } of targets) if (name !== 'direct') pin(pid, measured);
    return new Stage(targets, pinned, children, postgres, redis, folder);
  }

  target(name: TargetName): Target | undefined {
    return this.targets.find((target) => target.name === name);
  }

  get databaseUrl(): string {
    return this.postgres.url;
  }

  /** Where a profile lands once the gateway has stopped. */
  get profileFolder(): string {
    return this.folder;
  }

  /** Ends the gateway in order, so that it writes its profile. */
  async stopGateway(): Promise<void> {
    const [, gateway] = this.children;
    if (gateway?.exitCode !== null) return;
    const gone = new Promise((done) => gateway.once('exit', done));
    gateway.kill('SIGTERM');
    await gone;
  }

  async stop(): Promise<void> {
    await this.stopGateway();
    for (const child of this.children) child.kill('SIGTERM');
    await this.redis?.stop();
    await this.postgres.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function message<M>(child: ChildProcess, wanted: (message: M) => boolean): Promise<M> {
  return new Promise((resolve, reject) => {
    child.on('message', (sent: M) => {
      if (wanted(sent)) resolve(sent);
    });
    child.once('exit', (code) => reject(new Error(`a process of the stage ended with ${code}`)));
  });
}

/** nginx as a plain reverse proxy with keep-alive to the upstream, in one process; null where it is not installed. */
async function startNginx(
  upstream: string,
  folder: string,
): Promise<{ child: ChildProcess; url: string } | null> {
  const program = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'].find(existsSync);
  if (program === undefined) return null;
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${folder}/nginx.pid; error_log /dev/null;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path ${folder}/nginx-body; proxy_temp_path ${folder}/nginx-proxy;
  fastcgi_temp_path ${folder}/nginx-f; uwsgi_temp_path ${folder}/nginx-u; scgi_temp_path ${folder}/nginx-s;
  upstream replay { server ${new URL(upstream).host}; keepalive 1024; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://replay; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }
  }
}`,
  );
  const child = spawn(program, ['-c', file, '-e', '/dev/null', '-p', folder], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 100; attempt++) {
    if (
      await fetch(`${url}/api/tags`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return { child, url };
    await delay(50);
  }
  child.kill();
  return null;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
