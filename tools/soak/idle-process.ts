import { type ChildProcess, fork } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

/** As prom-client's, so that both tell the same of the same machine. */
export const RESOLUTION_MS = 10;
const THIS_FILE = fileURLToPath(import.meta.url);

/** A process that does nothing: what its event loop is late by is the machine's doing, the yardstick for others. */
export class IdleProcess {
  private readonly child: ChildProcess = fork(THIS_FILE, { execArgv: ['--no-warnings'] });

  /** The 99th percentile of its event loop's delay in ms since its start, as the gateway's metric counts it. */
  p99Ms(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.child.once('message', (p99Ms) => resolve(p99Ms as number));
      this.child.once('exit', () => reject(new Error('The idle process ended by itself.')));
      this.child.send('p99');
    });
  }

  end(): void {
    this.child.kill();
  }
}

if (process.argv[1] === THIS_FILE) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  process.on('message', () => process.send?.(delay.percentile(99) / 1e6));
  process.once('disconnect', () => process.exit());
}
