import { type ChildProcess, fork } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'apps', 'api', 'dist', 'main.js');

/** One life of the gateway: the built product in a process of its own. */
export class GatewayProcess {
  readonly url: string;
  readonly adminUrl: string;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess, url: string, adminUrl: string) {
    this.child = child;
    this.url = url;
    this.adminUrl = adminUrl;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** @throws with the gateway's own reason where it does not start */
  static start(variables: Record<string, string>, logFile: string): Promise<GatewayProcess> {
    const child = fork(MAIN, {
      env: { PATH: process.env['PATH'], ...variables },
      execArgv: ['--no-warnings'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const log = createWriteStream(logFile, { flags: 'a' });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.once('close', () => log.end());
    let lastWords = '';
    child.stderr?.on('data', (text: Buffer) => (lastWords = (lastWords + text.toString()).slice(-2_000)));
    return new Promise((resolve, reject) => {
      child.on(
        'message',
        (message: { type: string; gatewayUrl?: string; adminUrl?: string; reason?: string }) => {
          if (message.type === 'ready')
            resolve(new GatewayProcess(child, message.gatewayUrl ?? '', message.adminUrl ?? ''));
          if (message.type === 'start-failed') reject(new Error(message.reason));
        },
      );
      child.once('close', (code, signal) =>
        reject(new Error(`the gateway ended at its start (${signal ?? code}): ${lastWords}`)),
      );
    });
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null)
      throw new Error(`the gateway had ended by itself (${this.child.signalCode ?? this.child.exitCode})`);
    const exited = new Promise((done) => this.child.once('exit', done));
    this.child.kill('SIGKILL');
    await exited;
  }

  /** What of its memory is in RAM now, MB; Linux only. */
  residentMb(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }

  /** What `/health` says of the spool. */
  async spool(): Promise<{ records: number; unaccountedRecords: number }> {
    const answer = await fetch(`${this.url}/health`);
    return ((await answer.json()) as { spool: { records: number; unaccountedRecords: number } }).spool;
  }
}
