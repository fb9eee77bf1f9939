import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that some tests need and npm does not bring. */
export interface MissingSoftware {
  /** Debian's package. */
  package: string;
  tests: string;
}

const NEEDED: readonly (MissingSoftware & { isThere: () => boolean })[] = [
  {
    package: 'chromium',
    tests: 'browser',
    isThere: () => onPath('chromium') || onPath('chromium-browser') || onPath('google-chrome'),
  },
  { package: 'nginx', tests: 'nginx', isThere: () => onPath('nginx') },
  {
    package: 'redis-server',
    tests: 'Redis',
    isThere: () => onPath('redis-server') || onPath('valkey-server'),
  },
  { package: 'postgresql', tests: 'second PostgreSQL', isThere: hasPostgres },
];

/** What this machine lacks for the whole of the tests. */
export function missingSoftware(): MissingSoftware[] {
  return NEEDED.filter(({ isThere }) => !isThere());
}

function onPath(program: string): boolean {
  // Debian keeps servers in sbin, which an ordinary user has not on the path.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)));
}

function hasPostgres(): boolean {
  const debian = '/usr/lib/postgresql';
  return (
    onPath('postgres') ||
    (existsSync(debian) &&
      readdirSync(debian).some((version) => existsSync(join(debian, version, 'bin/postgres'))))
  );
}
