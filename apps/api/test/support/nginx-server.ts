import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const FOLDER = resolve(__dirname, '../../../../nginx');

/** False, with one printed line, where nginx is not installed; in CI that is a failure. */
export function nginxIsInstalled(): boolean {
  if (spawnSync('nginx', ['-v'], { stdio: 'ignore' }).status === 0) return true;
  if (process.env['CI'] === 'true') throw new Error('nginx is missing: install the package nginx');
  process.stderr.write('skipped: the tests through nginx need the package nginx\n');
  return false;
}

/** The real nginx with the project's own configuration; only ports, addresses and what a test names are changed. */
export class NginxServer {
  private constructor(
    private readonly folder: string,
    private readonly server: ChildProcess,
    readonly port: number,
    readonly tunnelPort: number,
  ) {}

  /** @param edits pairs of `[text in nginx.conf or gateway.conf, replacement]`; each must be found. */
  static async start(
    gatewayPort: number,
    edits: readonly (readonly [string, string])[] = [],
  ): Promise<NginxServer> {
    const folder = mkdtempSync(join(tmpdir(), 'ollameter-nginx-'));
    // Workers run as another account when nginx is started by root.
    chmodSync(folder, 0o777);
    const [port, tunnelPort] = [await freePort(), await freePort()];
    const all: readonly (readonly [string, string])[] = [
      ['api:8080', `127.0.0.1:${gatewayPort}`],
      ['listen 8080', `listen 127.0.0.1:${port}`],
      ['listen 8081', `listen 127.0.0.1:${tunnelPort}`],
      ['/tmp/', `${folder}/`],
      ['access_log /dev/stdout', `access_log ${folder}/access.log`],
      ['error_log /dev/stderr', `error_log ${folder}/error.log`],
      ...edits,
    ];
    const files = new Map(
      ['nginx.conf', 'gateway.conf'].map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]),
    );
    for (const [from, to] of all) {
      const [name, text] = [...files].find(([, text]) => text.includes(from)) ?? [];
      if (name === undefined || text === undefined) throw new Error(`nginx's configuration has no '${from}'`);
      files.set(name, text.replaceAll(from, to));
    }
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    const server = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const nginx = new NginxServer(folder, server, port, tunnelPort);
    await nginx.answers();
    return nginx;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get accessLog(): string {
    return readFileSync(join(this.folder, 'access.log'), 'utf8');
  }

  /** Sends bytes as they are and returns what comes back: one whole answer, or all until the connection ends. */
  raw(bytes: string): Promise<string> {
    return new Promise((done, reject) => {
      let answer = '';
      const socket = connect(this.port, '127.0.0.1', () => socket.write(bytes));
      socket.setTimeout(10_000, () => socket.destroy(new Error('no answer in 10 s')));
      socket
        .on('data', (data) => {
          answer += data.toString('latin1');
          if (isWhole(answer)) socket.destroy();
        })
        .on('error', reject)
        .on('close', () => done(answer));
    });
  }

  async stop(): Promise<void> {
    await new Promise((exited) => {
      this.server.once('exit', exited);
      this.server.kill('SIGQUIT');
      setTimeout(() => this.server.kill('SIGTERM'), 1_000).unref();
    });
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async answers(): Promise<void> {
    let complaint = '';
    this.server.stderr?.on('data', (data: Buffer) => (complaint += data.toString()));
    for (let attempt = 0; ; attempt++) {
      const open = await new Promise<boolean>((result) => {
        const socket = connect(this.port, '127.0.0.1', () => {
          socket.destroy();
          result(true);
        }).on('error', () => result(false));
      });
      if (open) return;
      if (attempt > 200 || this.server.exitCode !== null)
        throw new Error(`nginx does not start: ${complaint}`);
      await delay(25);
    }
  }
}

function isWhole(answer: string): boolean {
  const [head = '', body] = answer.split('\r\n\r\n', 2);
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  return body !== undefined && length !== undefined && body.length >= Number(length);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
