import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { LogDetail, StartMessage } from '@ollameter/admin-contract';
import { ADMIN_TOKEN, API_KEY } from './gateway-rig';

const PROJECT = resolve(__dirname, '../..');
const START_TIMEOUT_MS = 20_000;

/** Compiles what the process runs; a second call costs seconds. */
export function buildGateway(): void {
  const compiler = join(createRequire(__filename).resolve('typescript/package.json'), '../bin/tsc');
  execFileSync(
    process.execPath,
    [compiler, '-p', 'tsconfig.build.json', '--incremental', '--tsBuildInfoFile', 'dist/test.tsbuildinfo'],
    { cwd: PROJECT, stdio: 'inherit' },
  );
}

/** The built gateway as a process of its own, started as `npm start` starts it. */
export class GatewayProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly gatewayUrl: string,
    readonly adminUrl: string,
  ) {}

  /** Resolves once both planes listen. */
  static async start(variables: Record<string, string>): Promise<GatewayProcess> {
    const child = fork(join(PROJECT, 'dist/main.js'), {
      env: {
        PATH: process.env['PATH'],
        GATEWAY_PORT: '0',
        ADMIN_PORT: '0',
        API_KEY,
        ADMIN_TOKEN,
        ADMIN_PASSWORD: 'a password of the tests',
        LOG_LEVEL: 'error',
        SPOOL_RESERVE_MB: '1',
        ...variables,
      },
      execArgv: ['--no-warnings'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const signal = AbortSignal.timeout(START_TIMEOUT_MS);
    for (;;) {
      const [message] = (await once(child, 'message', { signal })) as [StartMessage];
      if (message.type === 'start-failed') throw new Error(message.reason);
      if (message.type === 'ready') return new GatewayProcess(child, message.gatewayUrl, message.adminUrl);
    }
  }

  /** Ends the process without a chance to do anything more; resolves when it is gone. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited();
  }

  /** What it holds of the machine's memory now, bytes. */
  get residentBytes(): number {
    return (
      Number(execFileSync('ps', ['-o', 'rss=', '-p', String(this.child.pid)], { encoding: 'utf8' })) * 1024
    );
  }

  /** Asks it to stop. */
  terminate(): void {
    this.child.kill('SIGTERM');
  }

  /** Resolves with its exit code. */
  async exited(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  /** A request to the admin plane with the script token. */
  admin(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({ authorization: `Bearer ${ADMIN_TOKEN}` });
    if (init.body !== undefined) headers.set('content-type', 'application/json');
    return fetch(this.adminUrl + path, { ...init, headers });
  }

  /** A POST to the gateway plane. */
  post(path: string, body: unknown, key = API_KEY): Promise<Response> {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    return fetch(this.gatewayUrl + path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /** `GET /v1/models`. */
  models(key = API_KEY): Promise<Response> {
    return fetch(`${this.gatewayUrl}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
  }

  /** The row with this id, as soon as it can be read. */
  async row(id: string): Promise<LogDetail> {
    for (const giveUpAtMs = Date.now() + 10_000; ;) {
      const answer = await this.admin(`/api/logs/${id}`);
      if (answer.status === 200) return (await answer.json()) as LogDetail;
      if (Date.now() > giveUpAtMs) throw new Error(`no row ${id}: ${answer.status}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }
}
