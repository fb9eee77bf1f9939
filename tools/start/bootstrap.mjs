// The one file that must run on a bare Node 20 without node_modules: it installs what the lock file
// names, then hands over to the TypeScript beside it under the Node that came with the packages.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** True where node_modules holds every package of the lock file in the locked version. */
function isInstalled() {
  const installedList = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedList) || !existsSync(node)) return false;
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(installedList);
  const outdated = Object.entries(installed).some(
    ([path, { version }]) => path.includes('node_modules/') && wanted[path]?.version !== version,
  );
  // Packages of other platforms are optional and absent.
  const missing = Object.entries(wanted).some(
    ([path, { optional, devOptional, peer }]) =>
      path.includes('node_modules/') && !optional && !devOptional && !peer && installed[path] === undefined,
  );
  return !outdated && !missing;
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

function install() {
  console.log('Installing the packages of package-lock.json (once, a minute or two) …');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  const npmCli = process.env.npm_execpath;
  const options = { cwd: root, stdio: 'inherit' };
  const { status, signal } = npmCli?.endsWith('.js')
    ? spawnSync(process.execPath, [npmCli, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (signal !== null || status !== 0) {
    console.error('npm ci failed: what it says above is the reason. Nothing was started.');
    process.exit(status ?? 1);
  }
}

/** Runs the command; signals go to it, and it sees by the closed IPC channel when this process is killed. */
function handOver(args) {
  const child = spawn(node, ['--no-warnings', join(root, 'tools', 'start', 'main.ts'), ...args], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  console.error(`Node ${process.versions.node} is too old: Ollameter needs Node ${OLDEST_NODE} or newer.`);
  process.exit(1);
}
if (!isInstalled()) install();
handOver(process.argv.slice(2));
