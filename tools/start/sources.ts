import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { nxEnvironment, nxPath } from './build.ts';
import { asGroup, ended, stop } from './child.ts';

const STOP_MS = 2_000;
const COMPILED = ['libs/openai-contract', 'libs/cost-model', 'libs/admin-contract', 'apps/api'];
/** What tsc says when a pass is over, whether it found errors or not. */
const PASS_IS_OVER = 'Watching for file changes';

/** Compilers that follow the sources: the API and its libraries by tsc, the portal by its dev server. */
export class Sources {
  private readonly root: string;
  private readonly watchers: ChildProcess[] = [];

  constructor(root: string) {
    this.root = root;
  }

  /** Resolves when every compiler has written all of its files once: what starts then is not restarted at once. */
  async compile(): Promise<void> {
    const tsc = join(this.root, 'node_modules/typescript/bin/tsc');
    await Promise.all(
      COMPILED.map((folder) =>
        firstPass(
          this.spawnWatcher(join(this.root, folder), [
            tsc,
            '-p',
            'tsconfig.build.json',
            '--watch',
            '--preserveWatchOutput',
          ]),
        ),
      ),
    );
  }

  /** The libraries are compiled already; built by Nx again, they would be away for a moment. */
  servePortal(adminUrl: string): void {
    if (!existsSync(join(this.root, 'apps/admin/project.json'))) return;
    const portal = this.spawnWatcher(
      this.root,
      [nxPath(this.root), 'serve', 'admin', '--excludeTaskDependencies'],
      { ADMIN_URL: adminUrl },
    );
    portal.stdout?.pipe(process.stdout);
  }

  async stop(): Promise<void> {
    await Promise.all(this.watchers.map((watcher) => stop(watcher, 'SIGTERM', STOP_MS)));
  }

  private spawnWatcher(
    cwd: string,
    args: readonly string[],
    environment: Record<string, string> = {},
  ): ChildProcess {
    const watcher = asGroup(
      spawn(process.execPath, args, {
        cwd,
        env: { ...nxEnvironment(), ...environment },
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      }),
    );
    this.watchers.push(watcher);
    return watcher;
  }
}

/** Resolves too where the compiler ends: the terminal then says why. */
async function firstPass(compiler: ChildProcess): Promise<void> {
  const { stdout } = compiler;
  if (stdout === null) return;
  await Promise.race([
    ended(compiler),
    new Promise<void>((resolve) => {
      createInterface({ input: stdout }).on('line', (line) => {
        if (line.trim() !== '') console.log(line);
        if (line.includes(PASS_IS_OVER)) resolve();
      });
    }),
  ]);
}
