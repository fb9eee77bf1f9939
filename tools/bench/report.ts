import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RESULTS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'bench-results');

/** What it was measured on. */
export function machine(): Record<string, string | number> {
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    node: process.version,
  };
}

/** Prints rows as a table; figures keep three digits. */
export function printTable(title: string, rows: readonly object[]): void {
  const flat = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cell(value)])),
  );
  const names = Object.keys(flat[0] ?? {});
  const widths = names.map((name) => Math.max(name.length, ...flat.map((row) => row[name]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((text, at) => text.padStart(widths[at] ?? 0)).join('  ');
  console.log([`\n${title}`, line(names), ...flat.map((row) => line(Object.values(row)))].join('\n'));
}

function cell(value: unknown): string {
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : value >= 100 ? value.toFixed(0) : value.toPrecision(3);
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return Object.values(value).map(cell).join('→');
  return JSON.stringify(value);
}

/** Writes the result beside earlier ones; returns the file's path. */
export function writeResult(name: string, result: object): string {
  mkdirSync(RESULTS, { recursive: true });
  const file = join(RESULTS, `${name}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.json`);
  writeFileSync(file, JSON.stringify(result, null, 2));
  return file;
}
