import { type ChildProcess, spawn } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stop } from './child.ts';
import { StartError } from './start-error.ts';

const PROBE_MS = 1_000;
const STOP_MS = 3_000;

/** True where something speaks HTTP on Ollama's own port. */
export function ollamaAnswers(): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request('http://127.0.0.1:11434/api/version', { timeout: PROBE_MS }, (response) => {
      response.resume();
      resolve(true);
    });
    probe.on('timeout', () => probe.destroy()).on('error', () => resolve(false));
    probe.end();
  });
}

/** The built-in stand-in for Ollama, in a process of its own. */
export class DemoHost {
  private readonly child: ChildProcess;
  readonly url: string;

  private constructor(child: ChildProcess, url: string) {
    this.child = child;
    this.url = url;
  }

  /** @throws StartError where it does not come up. */
  static async start(root: string): Promise<DemoHost> {
    // It ends by itself when the pipe to its stdin closes with this process.
    const child = spawn(
      process.execPath,
      ['--no-warnings', join(root, 'tools/fake-ollama/main.ts'), '--demo'],
      { cwd: root, stdio: ['pipe', 'pipe', 'inherit'], detached: true },
    );
    const lines = createInterface({ input: child.stdout });
    const url = await new Promise<string | null>((resolve) => {
      lines.once('line', (line) => resolve((JSON.parse(line) as { url: string }).url));
      child.once('exit', () => resolve(null));
      child.once('error', () => resolve(null));
    });
    if (url === null) throw new StartError('The demo host does not start: the reason stands above.');
    return new DemoHost(child, url);
  }

  stop(): Promise<void> {
    return stop(this.child, 'SIGTERM', STOP_MS);
  }
}
