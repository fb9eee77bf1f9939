import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
];
const settings = new Set([...read('.env.example').matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name));

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
const anchorsOf = (path: string) =>
  [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, text]) => anchorOf(text ?? ''));

describe.each(documents)('%s', (path) => {
  const text = read(path);

  it('links to files and headings that exist', () => {
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)) {
      const [file = '', anchor] = target.split('#');
      const found = file === '' ? path : join(dirname(path), file);
      expect([target, existsSync(join(ROOT, found))]).toEqual([target, true]);
      if (anchor !== undefined) expect(anchorsOf(found)).toContain(anchor);
    }
  });

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g))
      expect(Object.keys(scripts)).toContain(script);
  });

  it('names settings that exist', () => {
    // `NAME=value` and `NAME` in code, where the name has our shape.
    for (const [, name = ''] of text.matchAll(/`([A-Z][A-Z0-9]+_[A-Z0-9_]+)(?:=[^`]*)?`/g))
      if (!NOT_SETTINGS.has(name)) expect(settings).toContain(name);
  });

  it('names files of the repository that exist', () => {
    for (const [, file = ''] of text.matchAll(/`((?:apps|libs|tools|deploy|docs|nginx)\/[\w./-]+)`/g))
      expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
  });
});

/** Names of others: the older set-up's, Ollama's, clients'. */
const NOT_SETTINGS = new Set([
  'M4_MAX_POWER_WATTS',
  'OLLAMA_HOST',
  'OLLAMETER_KEY',
  'OLLAMA_FLASH_ATTENTION',
]);

it('docs/TROUBLESHOOTING.md tells cause and cure of every error code and of no other', () => {
  const [table = ''] = read('apps/api/src/upstream/gateway-error.ts').split('as const satisfies');
  const codes = [...table.matchAll(/^ {2}(\w+): \{ status: (\d+)/gm)].map(
    ([, code, status]) => `${code} ${status}`,
  );
  const [section = ''] = read('docs/TROUBLESHOOTING.md').split('## It does not start');
  const told = [...section.matchAll(/^\| `(\w+)` +\| (\d+) /gm)].map(
    ([, code, status]) => `${code} ${status}`,
  );
  expect(codes.length).toBeGreaterThan(20);
  expect(told.sort()).toEqual(codes.sort());
});

it('docs/OPERATIONS.md says what to do about every alert', () => {
  const alerts = [...read('deploy/prometheus/alerts.yaml').matchAll(/alert: (\w+)/g)].map(([, name]) => name);
  const told = [...read('docs/OPERATIONS.md').matchAll(/^\| `(Ollameter\w+)`/gm)].map(([, name]) => name);
  expect(told.sort()).toEqual(alerts.sort());
});
