import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { goneWithin, isAlive } from '../process-identity.ts';
import { EmbeddedPostgres } from '../postgres/embedded-postgres.ts';
import { repository, StartProcess } from './start-process.ts';

jest.setTimeout(120_000);

describe('npm start', () => {
  let folder: string;
  const started: StartProcess[] = [];
  let key = '';
  const variables = (more: Record<string, string> = {}) => ({
    DATA_DIR: folder,
    ADMIN_TOKEN: 'a-token-of-the-tests-0123456789',
    ...more,
  });
  const start = (more: Record<string, string> = {}) => {
    const process = new StartProcess(variables(more));
    started.push(process);
    return process;
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ollameter-start-'));
    execFileSync('chmod', ['711', folder]);
  });

  afterEach(async () => {
    for (const process of started.splice(0)) await process.stop();
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const serverPid = () =>
    Number(readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
  const gatewayPid = () =>
    (JSON.parse(readFileSync(join(folder, 'lock'), 'utf8')) as { gatewayPid: number }).gatewayPid;

  it('answers the curl line that it printed, shows the row, and ends every child', async () => {
    const process = start();
    const { portal } = await process.ready();
    expect(process.output).toMatch(/Portal login +admin@localhost/);
    expect(process.output).toMatch(/The built-in demo host answers in place of Ollama/);
    const [, line = ''] = await process.shows(/(curl -N .+)\n/);
    expect(line).toMatch(/"model":"demo:(?!embed)/);
    [, key = ''] = await process.shows(/API key +(\S+)/);

    const answer = spawnSync('sh', ['-c', `${line} -si`], { encoding: 'utf8' }).stdout;
    expect(answer).toMatch(/data: \[DONE\]\s*$/);
    const [, id = ''] = /^x-request-id: (\S+)/im.exec(answer) ?? [];
    const row = await eventually(async () => {
      const response = await fetch(`${portal}/api/logs/${id}`, {
        headers: { authorization: 'Bearer a-token-of-the-tests-0123456789' },
      });
      return response.ok ? ((await response.json()) as Record<string, unknown>) : null;
    });
    expect(row).toMatchObject({ outcome: 'completed', host: 'demo', tokensQuality: 'reported' });

    const children = [serverPid(), gatewayPid()];
    expect(children.every(isAlive)).toBe(true);
    expect(await process.stop()).toBe(0);
    expect(children.some(isAlive)).toBe(false);
  });

  it('shows no secret at the second start', async () => {
    const process = start();
    await process.ready();
    expect(process.output).not.toMatch(/Password|sk-om-/);
    expect(process.output).toContain('Bearer $OLLAMETER_KEY');
  });

  it('recovers by itself after kill -9 of everything but the database', async () => {
    const first = start();
    await first.ready();
    const [orphan, gateway] = [serverPid(), gatewayPid()];
    first.signal('SIGKILL');
    process.kill(gateway, 'SIGKILL');
    await first.ended();
    expect(isAlive(orphan)).toBe(true);

    const second = start();
    await second.ready();
    expect(await goneWithin(orphan, 0)).toBe(true);
    expect(second.output).toContain(
      `A PostgreSQL that a killed start left behind (pid ${orphan}) is stopped`,
    );
  });

  it('recovers by itself after kill -9 of the database', async () => {
    const first = start();
    await first.ready();
    process.kill(serverPid(), 'SIGKILL');
    await first.shows(/PostgreSQL ended unexpectedly and is started again/);
    await first.stop();
    await start().ready();
  });

  it('backs up while it runs, and restores into another data folder where the key still works', async () => {
    const first = start();
    await first.ready();
    const backup = join(folder, 'backup');
    const backing = new StartProcess(variables(), ['backup', backup]);
    expect(await backing.ended()).toBe(0);
    expect(backing.output).toMatch(/request_log: 1 rows[^]*Done in .* It holds the pepper/);
    await first.stop();

    const restored = { DATA_DIR: mkdtempSync(join(folder, 'restored-')) };
    execFileSync('chmod', ['711', restored.DATA_DIR]);
    const restoring = new StartProcess(variables(restored), ['restore', backup]);
    expect(await restoring.ended()).toBe(0);
    expect(restoring.output).toMatch(/Restored the state of /);
    const again = new StartProcess(variables(restored), ['restore', backup]);
    expect(await again.ended()).toBe(1);

    const second = start(restored);
    const { gateway } = await second.ready();
    expect(second.output).not.toMatch(/First run/);
    const models = await fetch(`${gateway}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect(models.status).toBe(200);
  });

  it('refuses a second start on the same data', async () => {
    const first = start();
    await first.ready();
    const second = start();
    expect(await second.ended()).toBe(1);
    expect(oneLine(second)).toBe(
      `Another Ollameter (pid ${first.pid}) runs on ${folder}. Stop it, or give this one its own DATA_DIR.`,
    );
  });

  it('names the variable of a taken port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const process = start({ GATEWAY_PORT: String(port) });
    expect(await process.ended()).toBe(1);
    expect(oneLine(process)).toBe(
      `Port ${port} is taken: another program listens there. Set GATEWAY_PORT to a free port.`,
    );
    server.close();
  });

  it.each([
    ['GATEWAY_PORT', 'eighty', /^GATEWAY_PORT.*"eighty".*a whole number from 0 to 65535/],
    ['TIMEZONE', 'Mars/Olympus', /^TIMEZONE.*"Mars\/Olympus".*an IANA time zone/],
    ['KEY_PEPPER', 'another pepper than before', /^KEY_PEPPER is not the one this database was made with/],
  ])('says what is wrong with %s=%s and leaves nothing running', async (name, value, line) => {
    const process = start({ [name]: value });
    expect(await process.ended()).toBe(1);
    expect(process.output.split('\n').filter((text) => line.test(text))).toHaveLength(1);
    expect(process.output).not.toMatch(/\n {4}at /);
    expect(() => serverPid()).toThrow('ENOENT');
  });

  it('refuses a database of a newer schema', async () => {
    await inDatabase(
      "INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'FromTheFuture9999999999999')",
    );
    const process = start();
    expect(await process.ended()).toBe(1);
    expect(process.output).toMatch(/This database has a newer schema \(FromTheFuture9999999999999\)/);
    await inDatabase("DELETE FROM migrations WHERE name LIKE 'FromTheFuture%'");
  });

  it('refuses data of another PostgreSQL and names backup and restore', async () => {
    const versionFile = join(folder, 'postgres/PG_VERSION');
    const version = readFileSync(versionFile, 'utf8');
    writeFileSync(versionFile, '17\n');
    const process = start();
    expect(await process.ended()).toBe(1);
    expect(oneLine(process)).toMatch(/is of PostgreSQL 17 .* `npm run backup`.*`npm run restore`/);
    writeFileSync(versionFile, version);
  });

  it('refuses --demo in production', async () => {
    const process = start({ NODE_ENV: 'production' });
    expect(await process.ended()).toBe(1);
    expect(oneLine(process)).toMatch(/^--demo is not for NODE_ENV=production/);
  });

  it('refuses a data folder that is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const process = start({ DATA_DIR: file });
    expect(await process.ended()).toBe(1);
    expect(oneLine(process)).toBe(`The data folder ${file} is not a folder: set DATA_DIR to one.`);
  });

  const noProc = existsSync('/proc/self') ? null : 'there is no /proc here';
  if (noProc !== null) process.stderr.write(`skipped: a data folder in /proc: ${noProc}\n`);
  (noProc === null ? it : it.skip)(
    'refuses a data folder in a place that takes none, where it went on trying',
    async () => {
      const process = start({ DATA_DIR: '/proc/ollameter/data' });
      expect(await process.ended()).toBe(1);
      expect(oneLine(process)).toContain('/proc/ollameter/data');
    },
  );

  const canMount = spawnSync('unshare', ['-m', 'true']).status === 0;
  const mounted = (options: string) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk, { recursive: true });
    return spawnSync(
      'unshare',
      [
        '-m',
        'sh',
        '-c',
        `mount -t tmpfs -o ${options} tmpfs "$0" && exec "$1" --no-warnings tools/start/main.ts start --demo`,
        disk,
        process.execPath,
      ],
      {
        cwd: repository,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], DATA_DIR: join(disk, 'data'), GATEWAY_PORT: '0', ADMIN_PORT: '0' },
      },
    );
  };
  if (!canMount) console.log('skipped: full and read-only disks need the right to mount (root)');

  (canMount ? it : it.skip)('refuses a read-only disk', () => {
    const { status, stderr } = mounted('ro');
    expect(status).toBe(1);
    expect(stderr.trim()).toMatch(/^The data folder .*\/disk\/data cannot be written to \(EROFS\)/);
  });

  (canMount ? it : it.skip)('refuses a full disk', () => {
    const { status, stderr } = mounted('size=16m');
    expect(status).toBe(1);
    expect(stderr.trim()).toMatch(
      /^The data folder .* is full: 16 MB are free, 256 MB are needed \(DATA_DIR\)\.$/,
    );
  });

  it('uses DATABASE_URL instead of the embedded server', async () => {
    const own = mkdtempSync(join(tmpdir(), 'ollameter-own-'));
    execFileSync('chmod', ['711', own]);
    const postgres = await EmbeddedPostgres.start({ root: repository, dataDir: own });
    const data = join(folder, 'without-server');
    const process = start({ DATABASE_URL: postgres.databaseUrl, DATA_DIR: data });
    await process.ready();
    expect(process.output).not.toMatch(/Making the database/);
    expect(await process.stop()).toBe(0);
    await postgres.stop();
    rmSync(own, { recursive: true });
  });

  async function inDatabase(sql: string): Promise<void> {
    const postgres = await EmbeddedPostgres.start({ root: repository, dataDir: folder });
    const client = new pg.Client({ connectionString: postgres.databaseUrl });
    await client.connect();
    await client.query(sql).finally(() => client.end());
    await postgres.stop();
  }
});

function oneLine(process: StartProcess): string {
  const lines = process.output.split('\n').filter((line) => line !== '');
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

async function eventually<T>(probe: () => Promise<T | null>): Promise<T> {
  for (const until = Date.now() + 10_000; ;) {
    const value = await probe();
    if (value !== null) return value;
    if (Date.now() > until) throw new Error('not within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
