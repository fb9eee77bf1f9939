import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { ended, stop } from '../child.ts';
import { StartError } from '../start-error.ts';
import { type Account, serverAccount } from './account.ts';
import { initialise, readPassword, refuseOtherMajor } from './cluster.ts';
import { type Address, endOrphan, runningServer } from './postmaster-file.ts';
import { placeServerFiles, type ServerFiles } from './server-files.ts';
import { executable, identity, serverEnvironment, SUPERUSER, temporaryFolder } from './server-process.ts';

const DATABASE = 'ollama_logs';
const ANSWER_MS = 30_000;
const SHUTDOWN_MS = 15_000;
const RESTARTS_PER_MINUTE = 5;

export interface EmbeddedPostgresOptions {
  /** The folder whose node_modules holds the server's package. */
  root: string;
  dataDir: string;
  /** Where root keeps what the server's account cannot reach; default `/var/lib/ollameter`. */
  sharedFolder?: string;
}

/** The PostgreSQL server that comes with the packages, on a folder of its own. */
export class EmbeddedPostgres {
  private server: ChildProcess | null = null;
  private readonly crashes: number[] = [];

  private readonly files: ServerFiles;
  private readonly account: Account | null;
  private readonly password: string;
  private readonly address: Address;
  private readonly logFile: string;

  private constructor(
    files: ServerFiles,
    account: Account | null,
    password: string,
    address: Address,
    logFile: string,
  ) {
    this.files = files;
    this.account = account;
    this.password = password;
    this.address = address;
    this.logFile = logFile;
  }

  /**
   * Makes the cluster where there is none, ends an orphan, starts the server, makes the database.
   * @throws StartError with one line.
   */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const account = serverAccount();
    const files = placeServerFiles(options.root, options.dataDir, account, options.sharedFolder);
    if (files.note !== null) console.log(files.note);
    const password = readPassword(join(options.dataDir, 'postgres-password'), files.clusterFolder);
    if (existsSync(join(files.clusterFolder, 'PG_VERSION'))) {
      refuseOtherMajor(files);
      await endOrphan(files.clusterFolder);
    } else initialise(files, account, password);
    const address = await chooseAddress(account);
    const server = new EmbeddedPostgres(
      files,
      account,
      password,
      address,
      join(dirname(files.clusterFolder), 'postgres.log'),
    );
    try {
      await server.launch();
      await server.makeDatabase();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Where the server on this data folder listens, started by another process; null where none runs. */
  static urlOfRunning(root: string, dataDir: string): string | null {
    const { clusterFolder } = placeServerFiles(root, dataDir, serverAccount());
    const running = runningServer(clusterFolder);
    if (running === null) return null;
    const password = readPassword(join(dataDir, 'postgres-password'), clusterFolder);
    return urlOf(running, password, DATABASE);
  }

  /** For node-postgres: the socket's folder goes in as `host`. */
  get databaseUrl(): string {
    return this.urlOf(DATABASE);
  }

  get pid(): number | undefined {
    return this.server?.pid;
  }

  get note(): string | null {
    return this.files.note;
  }

  /** Fast shutdown: connections are cut, the data is checkpointed. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (server !== null) await stop(server, 'SIGINT', SHUTDOWN_MS);
    if (process.platform !== 'win32') rmSync(this.address.host, { recursive: true, force: true });
  }

  private async launch(): Promise<void> {
    const until = Date.now() + ANSWER_MS;
    for (;;) {
      const server = this.spawnServer();
      if (await this.answersBefore(until, server)) {
        this.server = server;
        void ended(server).then(() => this.onExit(server));
        return;
      }
      // The children of a killed server hold its shared memory for a moment: the next try finds it free.
      if (!/shared memory|lock file/.test(this.lastLogLine()) || Date.now() > until) {
        await stop(server, 'SIGINT', SHUTDOWN_MS);
        throw new StartError(`PostgreSQL does not start: ${this.lastLogLine()} (${this.logFile})`);
      }
      await delay(250);
    }
  }

  private spawnServer(): ChildProcess {
    const onSocket = process.platform !== 'win32';
    const settings = {
      listen_addresses: onSocket ? '' : this.address.host,
      ...(onSocket ? { unix_socket_directories: this.address.host, unix_socket_permissions: '0700' } : {}),
      port: this.address.port,
      max_connections: 50,
      log_timezone: 'UTC',
      timezone: 'UTC',
    };
    const output = openSync(this.logFile, 'w', 0o600);
    const server = spawn(
      join(this.files.binFolder, executable('postgres')),
      [
        '-D',
        this.files.clusterFolder,
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      {
        ...identity(this.account),
        cwd: this.files.clusterFolder,
        env: serverEnvironment(),
        stdio: ['ignore', output, output],
        // Ctrl-C in the terminal must not reach it before the gateway has drained.
        detached: true,
      },
    );
    // Its exit code tells; unheard, the event would end this process and leave all others running.
    server.on('error', (error) => console.error(`PostgreSQL: ${error.message}`));
    closeSync(output);
    return server;
  }

  private async answersBefore(until: number, server: ChildProcess): Promise<boolean> {
    while (server.exitCode === null && server.signalCode === null && Date.now() < until) {
      try {
        await this.query('postgres', 'SELECT 1');
        return true;
      } catch (error) {
        // 28P01: it answers, and the password in DATA_DIR is not the cluster's.
        if ((error as { code?: string }).code === '28P01') {
          await stop(server, 'SIGINT', SHUTDOWN_MS);
          throw new StartError(
            'The file postgres-password in DATA_DIR is not the password of the database beside it: restore both together.',
          );
        }
        await delay(40);
      }
    }
    return false;
  }

  private async onExit(server: ChildProcess): Promise<void> {
    if (this.server !== server) return;
    const now = Date.now();
    this.crashes.push(now);
    const recent = this.crashes.filter((at) => now - at < 60_000).length;
    if (recent > RESTARTS_PER_MINUTE) {
      console.error(`PostgreSQL ended ${recent} times within a minute and is left alone (${this.logFile}).`);
      return;
    }
    console.error(
      'PostgreSQL ended unexpectedly and is started again; the gateway keeps its records meanwhile.',
    );
    await this.launch().catch((error: unknown) => console.error((error as Error).message));
  }

  private async makeDatabase(): Promise<void> {
    const { rows } = await this.query('postgres', 'SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rows.length === 0) await this.query('postgres', `CREATE DATABASE ${DATABASE}`);
    await this.query(DATABASE, 'CREATE EXTENSION IF NOT EXISTS pg_trgm');
    const checked = await this.query(DATABASE, "SELECT show_trgm('Привет') <> '{}' AS found");
    if ((checked.rows[0] as { found: boolean } | undefined)?.found !== true)
      console.warn('The search will find Latin letters only: this PostgreSQL has no Unicode locale.');
  }

  private async query(database: string, sql: string, values: unknown[] = []): Promise<pg.QueryResult> {
    const client = new pg.Client({ connectionString: this.urlOf(database), connectionTimeoutMillis: 5_000 });
    // A server that goes away while we ask is reported by the query.
    client.on('error', () => undefined);
    await client.connect();
    return client.query(sql, values).finally(() => client.end());
  }

  private urlOf(database: string): string {
    return urlOf(this.address, this.password, database);
  }

  private lastLogLine(): string {
    const lines = readFileSync(this.logFile, 'utf8').trim().split('\n');
    return lines.findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? lines.at(-1) ?? 'it says nothing';
  }
}

function urlOf({ host, port }: Address, password: string, database: string): string {
  return `postgres://${SUPERUSER}:${password}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
}

/** Sockets have short paths (107 bytes on Linux), so the folder is not below DATA_DIR. */
async function chooseAddress(account: Account | null): Promise<Address> {
  if (process.platform === 'win32') return { host: '127.0.0.1', port: await freePort() };
  return { host: temporaryFolder(account), port: 5432 };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
