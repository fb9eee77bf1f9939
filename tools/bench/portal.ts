import { parseArgs } from 'node:util';
import { printTable } from './report.ts';
import { measureMemory } from './portal-memory.ts';
import { type Load, type Profile, measureLoad } from './portal-load.ts';
import { PortalStage } from './portal-stage.ts';

/**
 * `laptop` is the network and CPU of Lighthouse's desktop profile, `throttled` the same network with half the CPU: an
 * entry-level laptop beside a desktop. `slow` is Lighthouse's divisor for phones of the middle class.
 */
const PROFILES: Readonly<Record<string, Profile>> = {
  laptop: { cpuDivisor: 1, kbitPerS: 10_240, rttMs: 40 },
  throttled: { cpuDivisor: 2, kbitPerS: 10_240, rttMs: 40 },
  slow: { cpuDivisor: 4, kbitPerS: 10_240, rttMs: 40 },
};

/**
 * How fast the Overview is drawn, from the first byte asked for: for a browser that was never here, and for one that
 * has the files. Options: `--runs` of each (5), `--rows` in the log (20,000), `--waterfall` prints the median run's requests.
 * Then how much memory Live holds: `--minutes` of the page's own time (60; 0 leaves it out).
 */
export async function portal(args: readonly string[]): Promise<{ rows: object[] } & Record<string, unknown>> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '5' },
      rows: { type: 'string', default: '20000' },
      minutes: { type: 'string', default: '60' },
      waterfall: { type: 'boolean', default: false },
    },
  });
  const stage = await PortalStage.start(Number(values.rows));
  try {
    const rows: object[] = [];
    for (const [name, profile] of Object.entries(PROFILES))
      for (const cache of ['empty', 'filled'] as const) {
        const loads: Load[] = [];
        for (let run = 0; run < Number(values.runs); run++)
          loads.push(await measureLoad(stage, profile, cache === 'filled'));
        const load = median(loads);
        rows.push({ profile: name, cache, ...load.figures });
        if (values.waterfall) printWaterfall(`${name}, ${cache} cache`, load);
      }
    const memory = Number(values.minutes) > 0 ? await measureMemory(stage, Number(values.minutes)) : [];
    if (memory.length > 0) printTable('Live, left open', memory);
    return { rows, memory };
  } finally {
    await stage.stop();
  }
}

/** The whole run in the middle, so that its figures belong together. */
function median(loads: readonly Load[]): Load {
  const sorted = [...loads].sort((a, b) => a.figures.drawnMs - b.figures.drawnMs);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('no runs');
  return middle;
}

function printWaterfall(title: string, { requests }: Load): void {
  console.log(`\n${title}`);
  for (const { path, startMs, endMs, bytes } of requests)
    console.log(
      `${startMs.toFixed(0).padStart(6)} ${endMs.toFixed(0).padStart(6)} ms ${(bytes / 1000).toFixed(1).padStart(7)} kB  ${path}`,
    );
}
