import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Soak } from './soak.ts';
import { complaints } from './verdict.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'string' },
  },
});

const report = await Soak.run({
  seconds: Number(values.seconds),
  seed: Number(values.seed),
  onSample: (replica, { residentMb, openFiles, eventLoopP99Ms, spoolRecords, slotsTaken }) =>
    console.log(
      `replica ${replica}: ${residentMb} MB, ${openFiles} files, event loop p99 ${eventLoopP99Ms.toFixed(1)} ms, ` +
        `${slotsTaken} slots, ${spoolRecords} records in the spool`,
    ),
});
console.log(JSON.stringify(report, null, 2));
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(report, null, 2));
const found = complaints(report);
console.log(found.length === 0 ? 'Nothing leaked.' : found.join('\n'));
process.exitCode = found.length === 0 ? 0 : 1;
