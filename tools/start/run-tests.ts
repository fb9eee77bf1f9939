import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildIfChanged, nxEnvironment, nxPath } from './build.ts';
import { asGroup, ended, stop } from './child.ts';
import { missingSoftware } from './software.ts';
import { TestTotals } from './test-totals.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** Browser tests want a core for the browser beside the one for the API. */
const PARALLEL_TASKS = 2;
const STOP_MS = 5_000;

/**
 * `npm test`: everything that CI checks, by Nx, which runs cheap targets first and repeats nothing that it has cached.
 * Resolves to the exit code; the last line is the sum.
 * @throws StartError where the build fails
 */
export async function runTests(): Promise<number> {
  const totals = new TestTotals();
  const missing = missingSoftware();
  const isCi = process.env['CI'] === 'true';
  // Or the first `npm start` of a test would build anew what the other tests are running.
  await buildIfChanged(root);
  const nx = asGroup(
    spawn(
      process.execPath,
      [
        nxPath(root),
        'run-many',
        '-t',
        'lint,typecheck,build,test,e2e',
        `--parallel=${PARALLEL_TASKS}`,
        '--output-style=static',
      ],
      { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: nxEnvironment(), detached: true },
    ),
  );
  const interrupted = () => void stop(nx, 'SIGTERM', STOP_MS);
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted).on('disconnect', interrupted);
  for await (const line of createInterface({ input: nx.stdout })) {
    console.log(line);
    totals.addLine(line);
  }
  await ended(nx);
  if (nx.exitCode !== 0 && totals.allFailed === 0) totals.addFailure();
  for (const { package: name, tests } of missing) {
    console.log(`${isCi ? 'failed' : 'skipped'}: the ${tests} tests need the package ${name}`);
    if (isCi) totals.addFailure();
  }
  console.log(totals.summary());
  return totals.allFailed === 0 ? 0 : 1;
}
