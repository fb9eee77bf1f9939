import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { type Account, serverAccount } from '../start/postgres/account.ts';
import { makeClusterFolder, placeServerFiles } from '../start/postgres/server-files.ts';
import {
  executable,
  identity,
  serverEnvironment,
  temporaryFolder,
} from '../start/postgres/server-process.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const USER = 'crash';

/** A PostgreSQL server that can be stopped, frozen and killed. Its data is as durable as a process crash asks for. */
export class CrashPostgres {
  private server: ChildProcess | null = null;
  private readonly account: Account | null = serverAccount();
  private readonly folder: string;
  private readonly binFolder: string;

  private readonly settings: Record<string, string>;

  private constructor(settings: Record<string, string>) {
    this.settings = settings;
    this.folder = temporaryFolder(this.account);
    this.binFolder = placeServerFiles(ROOT, this.folder, this.account).binFolder;
  }

  /** @param settings over the defaults of a campaign */
  static async start(settings: Record<string, string> = {}): Promise<CrashPostgres> {
    const postgres = new CrashPostgres(settings);
    makeClusterFolder(postgres.dataFolder, postgres.account);
    execFileSync(
      join(postgres.binFolder, executable('initdb')),
      [
        '-D',
        postgres.dataFolder,
        '-U',
        USER,
        '--auth=trust',
        '--encoding=UTF8',
        '--locale=C.UTF-8',
        '--no-sync',
      ],
      { ...identity(postgres.account), cwd: postgres.folder, env: serverEnvironment(), stdio: 'pipe' },
    );
    await postgres.run();
    return postgres;
  }

  get url(): string {
    return `postgres://${USER}@localhost/postgres?host=${encodeURIComponent(this.folder)}`;
  }

  async run(): Promise<void> {
    const settings = {
      listen_addresses: '',
      unix_socket_directories: this.folder,
      // A killed server needs its log, not the disk: the machine stays up.
      fsync: 'off',
      max_connections: '60',
      ...this.settings,
    };
    this.server = spawn(
      join(this.binFolder, executable('postgres')),
      [
        '-D',
        this.dataFolder,
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      { ...identity(this.account), cwd: this.folder, env: serverEnvironment(), stdio: 'ignore' },
    );
    for (let attempt = 0; ; attempt++) {
      try {
        await this.query('SELECT 1');
        return;
      } catch (error) {
        if (attempt > 600 || this.server.exitCode !== null) throw error;
        await delay(50);
      }
    }
  }

  async query<R>(sql: string, values: unknown[] = []): Promise<R[]> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    return (await client.query(sql, values).finally(() => client.end())).rows as R[];
  }

  /** Fast shutdown: connections are cut. */
  stop(): Promise<void> {
    return this.end((server) => server.kill('SIGINT'));
  }

  /** Every process of the server at once, whatever it is doing. */
  kill(): Promise<void> {
    return this.end(() => this.signalAll('SIGKILL'));
  }

  freeze(): void {
    this.signalAll('SIGSTOP');
  }

  thaw(): void {
    this.signalAll('SIGCONT');
  }

  async destroy(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What it wrote to `server.log` where its settings make it collect one. */
  serverLog(): string {
    return readFileSync(join(this.dataFolder, 'log', 'server.log'), 'utf8');
  }

  private get dataFolder(): string {
    return join(this.folder, 'data');
  }

  private async end(how: (server: ChildProcess) => void): Promise<void> {
    const { server } = this;
    if (server === null) return;
    const exited = new Promise((done) => server.once('exit', done));
    how(server);
    await exited;
    this.server = null;
  }

  private signalAll(signal: NodeJS.Signals): void {
    const pid = this.server?.pid;
    if (pid === undefined) return;
    const children = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout.split('\n');
    for (const each of [pid, ...children.filter(Boolean).map(Number)])
      try {
        process.kill(each, signal);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
  }
}
