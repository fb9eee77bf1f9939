import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** One `npm start -- --demo`, or another command of the starter, as a process; ports are free ones. */
export class StartProcess {
  output = '';
  private readonly child: ChildProcess;
  private readonly waiting: (() => void)[] = [];

  constructor(variables: Record<string, string>, args: readonly string[] = ['start', '--demo']) {
    this.child = spawn(process.execPath, ['--no-warnings', 'tools/start/main.ts', ...args], {
      cwd: repository,
      env: { ...cleanEnvironment(), GATEWAY_PORT: '0', ADMIN_PORT: '0', ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (text: Buffer) => {
        this.output += text.toString();
        this.wake();
      });
    this.child.once('close', () => this.wake());
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves with the first match in the output. Rejects with the output when the process ends without it. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.output);
      if (match !== null) return match;
      if (this.isClosed) throw new Error(`ended without ${pattern}:\n${this.output}`);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Resolves when it is up, with its addresses. */
  async ready(): Promise<{ gateway: string; portal: string }> {
    await this.shows(/Ctrl-C stops everything/);
    const [, gateway = ''] = await this.shows(/Gateway +(\S+)\/v1/);
    const [, portal = ''] = await this.shows(/Portal +(http\S+)/);
    return { gateway, portal };
  }

  /** Resolves with the exit code, null where a signal ended it. */
  async ended(): Promise<number | null> {
    while (!this.isClosed) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.child.exitCode;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    return this.ended();
  }

  private get isClosed(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

/** Settings of whoever runs the tests must not reach the product under test. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const keep = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot'];
  return Object.fromEntries(keep.map((name) => [name, process.env[name]]));
}
