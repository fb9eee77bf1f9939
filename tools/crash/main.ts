import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Campaign } from './campaign.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '25' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'string' },
  },
});

const startedMs = Date.now();
const summary = await Campaign.run({
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  onRound: (round, { wholeAnswers, lost, doubled, phantom }) => {
    if (round % 10 === 0)
      console.log(
        `${round} rounds, ${Math.round((Date.now() - startedMs) / 1000)} s: ${wholeAnswers} whole answers looked for; ` +
          `lost ${lost.length}, doubled ${doubled.length}, phantom ${phantom.length}`,
      );
  },
});
console.log(JSON.stringify(summary, null, 2));
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(summary, null, 2));
process.exitCode = summary.lost.length + summary.doubled.length + summary.phantom.length === 0 ? 0 : 1;
