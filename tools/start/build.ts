import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { ended } from './child.ts';
import { StartError } from './start-error.ts';

const SOURCES = ['apps', 'libs', 'package-lock.json', 'tsconfig.base.json', 'nx.json'];
const NOT_SOURCES = new Set(['node_modules', 'dist', '.angular', 'test', 'coverage', 'test-results']);

/**
 * Builds both apps when their sources differ from those of the last build.
 * @throws StartError where a build fails; its output stands above.
 */
export async function buildIfChanged(root: string): Promise<void> {
  const stampFile = join(root, '.nx', 'start-build-stamp');
  const stamp = stampOf(root);
  if (isBuilt(root) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  console.log('Building (once, and after every change of the sources) …');
  const output: string[] = [];
  if ((await runBuilds(root, output)) !== 0) {
    console.error(output.join('\n'));
    throw new StartError('The build failed: what it says above is the reason. Nothing was started.');
  }
  mkdirSync(join(root, '.nx'), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** Builds all projects by Nx, a line on the terminal for each; resolves to the exit code, with all that Nx said in `output`. */
async function runBuilds(root: string, output: string[]): Promise<number> {
  const nx = spawn(
    process.execPath,
    [nxPath(root), 'run-many', '-t', 'build', '--output-style=stream-without-prefixes'],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: nxEnvironment() },
  );
  const forward = (signal: NodeJS.Signals) => nx.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  nx.stderr.on('data', (text: Buffer) => output.push(text.toString()));
  for await (const coloured of createInterface({ input: nx.stdout })) {
    const line = stripVTControlCharacters(coloured);
    output.push(line);
    const project = /^> nx run ([\w-]+):build/.exec(line)?.[1];
    if (project !== undefined) console.log(`  ${project}`);
  }
  await ended(nx);
  process.off('SIGINT', forward).off('SIGTERM', forward);
  return nx.exitCode ?? 1;
}

export function nxPath(root: string): string {
  return join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
}

export function nxEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' };
}

function isBuilt(root: string): boolean {
  return (
    existsSync(join(root, 'apps/api/dist/main.js')) &&
    (!existsSync(join(root, 'apps/admin')) || existsSync(join(root, 'apps/admin/dist')))
  );
}

function stampOf(root: string): string {
  const hash = createHash('sha256');
  const add = (path: string, name: string) => {
    hash.update(`${name}\0`).update(readFileSync(path)).update('\0');
  };
  const walk = (folder: string, name: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (NOT_SOURCES.has(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path, `${name}/${entry.name}`);
      else if (entry.isFile() && !entry.name.endsWith('.spec.ts')) add(path, `${name}/${entry.name}`);
    }
  };
  for (const source of SOURCES) {
    const path = join(root, source);
    if (!existsSync(path)) continue;
    if (source.includes('.')) add(path, source);
    else walk(path, source);
  }
  return hash.digest('hex');
}
