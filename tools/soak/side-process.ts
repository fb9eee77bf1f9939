import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const NGINX = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'nginx');
const STOP_MS = 5_000;

/** A program of the machine, run for the soak on a port of loopback. */
export class SideProcess {
  readonly port: number;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.port = port;
  }

  /** The project's own nginx configuration before these gateways; only places and the limit per address are changed. */
  static async nginx(gatewayPorts: readonly number[], folder: string): Promise<SideProcess> {
    const [port, tunnelPort] = [await freePort(), await freePort()];
    const edits: readonly (readonly [string, string])[] = [
      [
        'server api:8080 max_fails=0;',
        gatewayPorts.map((gateway) => `server 127.0.0.1:${gateway} max_fails=0;`).join(' '),
      ],
      ['listen 8080', `listen 127.0.0.1:${port}`],
      ['listen 8081', `listen 127.0.0.1:${tunnelPort}`],
      // All clients of the soak are one address.
      ['rate=100r/s', 'rate=10000r/s'],
      ['/tmp/', `${folder}/`],
      ['access_log /dev/stdout requests', 'access_log off'],
      ['error_log /dev/stderr', `error_log ${folder}/error.log`],
    ];
    let main = readFileSync(join(NGINX, 'nginx.conf'), 'utf8');
    for (const [from, to] of edits) {
      if (!main.includes(from)) throw new Error(`nginx.conf has no '${from}'`);
      main = main.replaceAll(from, to);
    }
    // Workers run as another account when nginx is started by root.
    chmodSync(folder, 0o777);
    writeFileSync(join(folder, 'nginx.conf'), main);
    copyFileSync(join(NGINX, 'gateway.conf'), join(folder, 'gateway.conf'));
    return SideProcess.run('nginx', ['-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'], port);
  }

  /** A Redis that keeps nothing. */
  static async redis(): Promise<SideProcess> {
    const port = await freePort();
    return SideProcess.run(
      'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--save', ''],
      port,
    );
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = new Promise((done) => this.child.once('exit', done));
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(timer);
  }

  private static async run(program: string, args: readonly string[], port: number): Promise<SideProcess> {
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      // Debian keeps servers in sbin, which an ordinary user has not on the path.
      env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
    });
    const failures: Error[] = [];
    child.once('error', (error) => failures.push(error));
    for (let attempt = 0; !(await accepts(port)); attempt++) {
      if (failures.length > 0 || child.exitCode !== null || attempt > 200)
        throw new Error(`${program} does not start`, { cause: failures[0] });
      await delay(25);
    }
    return new SideProcess(child, port);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((result) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      result(true);
    }).on('error', () => result(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
