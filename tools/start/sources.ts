import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nxEnvironment, nxPath } from './build.ts';
import { asGroup, stop } from './child.ts';

const STOP_MS = 2_000;

/** Compilers that follow the sources: the API and its libraries by tsc, the portal by its dev server. */
export class Sources {
  private readonly watchers: readonly ChildProcess[];

  private constructor(watchers: readonly ChildProcess[]) {
    this.watchers = watchers;
  }

  static watch(root: string): Sources {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const compiled = ['libs/openai-contract', 'libs/cost-model', 'libs/admin-contract', 'apps/api'].map(
      (folder) =>
        spawnWatcher(join(root, folder), [
          tsc,
          '-p',
          'tsconfig.build.json',
          '--watch',
          '--preserveWatchOutput',
        ]),
    );
    const portal = existsSync(join(root, 'apps/admin/project.json'))
      ? [spawnWatcher(root, [nxPath(root), 'serve', 'admin'])]
      : [];
    return new Sources([...compiled, ...portal]);
  }

  async stop(): Promise<void> {
    await Promise.all(this.watchers.map((watcher) => stop(watcher, 'SIGTERM', STOP_MS)));
  }
}

function spawnWatcher(cwd: string, args: readonly string[]): ChildProcess {
  return asGroup(
    spawn(process.execPath, args, {
      cwd,
      env: nxEnvironment(),
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    }),
  );
}
