import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { FirstRunMessage, ReadyMessage, StartMessage } from '@ollameter/admin-contract';
import { asGroup, ended, stop } from './child.ts';
import { given } from './dot-env.ts';
import { StartError } from './start-error.ts';

/** The gateway waits `DRAIN_MS` for streams and then flushes; past that something is wrong. */
const FLUSH_MS = 15_000;
const DEFAULT_DRAIN_MS = 30_000;

export interface GatewayOptions {
  root: string;
  environment: Record<string, string | undefined>;
  /** Restart it when its build changes. */
  reload: boolean;
  onFirstRun: (message: FirstRunMessage) => void;
  onSpawn: (pid: number) => void;
}

/** The API process: both planes. */
export class Gateway {
  private stopping = false;

  private readonly child: ChildProcess;
  readonly ready: ReadyMessage;
  private readonly patienceMs: number;

  private constructor(child: ChildProcess, ready: ReadyMessage, patienceMs: number) {
    this.child = child;
    this.ready = ready;
    this.patienceMs = patienceMs;
  }

  /**
   * Resolves once both planes listen.
   * @throws StartError with the line that the gateway gave, the process gone.
   */
  static async start(options: GatewayOptions): Promise<Gateway> {
    const child = asGroup(
      fork(join(options.root, 'apps/api/dist/main.js'), {
        cwd: options.root,
        env: options.environment,
        execArgv: options.reload
          ? ['--watch', '--watch-preserve-output', '--no-warnings']
          : ['--no-warnings'],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        // Ctrl-C in the terminal reaches this process, which ends its children in order.
        detached: true,
      }),
    );
    if (child.pid !== undefined) options.onSpawn(child.pid);
    const patienceMs = drainMs(options.environment) + FLUSH_MS;
    const outcome = await new Promise<ReadyMessage | string>((resolve) => {
      // Node's watcher sends messages of its own between ours.
      child.on('message', (message: StartMessage | { type?: undefined }) => {
        if (message.type === 'first-run') options.onFirstRun(message);
        else if (message.type === 'ready') resolve(message);
        else if (message.type === 'start-failed') resolve(message.reason);
      });
      child.once('exit', (code, signal) =>
        resolve(`The gateway ended while it started (${signal ?? code}).`),
      );
    });
    if (typeof outcome !== 'string') return new Gateway(child, outcome, patienceMs);
    await stop(child, 'SIGTERM', patienceMs);
    throw new StartError(outcome);
  }

  /** Resolves when the process has ended without having been asked to, to the line that says so. */
  async crashed(): Promise<string> {
    await ended(this.child);
    if (this.stopping) return new Promise(() => undefined);
    return `The gateway ended unexpectedly (${this.child.signalCode ?? this.child.exitCode}).`;
  }

  /** Requests in flight finish, at most `DRAIN_MS`; what they leave behind is written. */
  async stop(): Promise<void> {
    this.stopping = true;
    await stop(this.child, 'SIGTERM', this.patienceMs);
  }

  kill(): void {
    this.stopping = true;
    this.child.kill('SIGKILL');
  }
}

function drainMs(environment: Record<string, string | undefined>): number {
  const setting = Number(given(environment, 'DRAIN_MS') ?? DEFAULT_DRAIN_MS);
  return Number.isFinite(setting) ? setting : DEFAULT_DRAIN_MS;
}
