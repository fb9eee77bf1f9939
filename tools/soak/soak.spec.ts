import { missingSoftware } from '../start/software.ts';
import { Soak } from './soak.ts';
import { complaints } from './verdict.ts';

const SECONDS = 60;
const missing = missingSoftware().filter(({ package: name }) => name === 'nginx' || name === 'redis-server');
if (missing.length > 0)
  console.log(`skipped: the soak needs the package ${missing.map(({ package: name }) => name).join(', ')}`);

(missing.length > 0 ? it.skip : it)(
  `${SECONDS} s of mixed load through nginx on two gateways leak nothing and lose nothing`,
  async () => {
    const report = await Soak.run({ seconds: SECONDS, seed: Date.now() % 1_000_000 });
    expect(complaints(report)).toEqual([]);
  },
  (SECONDS + 90) * 1000,
);
