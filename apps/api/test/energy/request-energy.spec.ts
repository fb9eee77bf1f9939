import type { RequestEnergy } from '@ollameter/admin-contract';
import { GatewayRig } from '../support/gateway-rig';

let rig: GatewayRig;
afterEach(() => rig.stop());

/** Each prompt is another, so that none comes from Ollama's cache and takes no time. */
const ask = (prompt: string) =>
  rig.openai().chat.completions.create({
    model: 'llama3.1:8b',
    messages: [{ role: 'user', content: prompt }],
  });
const sum = (numbers: string[]) => numbers.reduce((total, number) => total + BigInt(number), 0n);

describe('GET /api/logs/{id}/energy', () => {
  it.each(['equal', 'tokens', 'phases'])(
    'shared %s lists slices that sum to each row, to the unit; together they are watts × busy time',
    async (sharing) => {
      rig = await GatewayRig.start({ variables: { IDLE_WATTS: '8', ENERGY_SHARING: sharing } });
      await Promise.all(['one', 'two', 'three', 'four'].map(ask));
      let totalPj = 0n;
      const busy: [from: number, to: number][] = [];
      for (const { id } of await rig.rows(4)) {
        const row = await rig.row(id, ({ energyQuality }) => energyQuality !== 'pending');
        const energy = (await (await rig.admin(`/api/logs/${id}/energy`)).json()) as RequestEnergy;
        expect(sum(energy.slices.map(({ energyPj }) => energyPj))).toBe(BigInt(row.energyPj!));
        expect(sum(energy.slices.map(({ costNumerator }) => costNumerator))).toBe(BigInt(row.costNumerator!));
        expect(energy.total).toMatchObject({ energyPj: row.energyPj, cost: row.cost });
        expect(new Set(energy.slices.map(({ phase }) => phase))).toEqual(new Set(['prompt', 'generate']));
        for (const slice of energy.slices) {
          expect(slice.watts).toBeCloseTo(80, 3);
          expect(slice.sharedBy).toBeGreaterThanOrEqual(1);
          const fromUs = Date.parse(slice.from) * 1_000 + Number(slice.from.slice(-4, -1));
          busy.push([fromUs, fromUs + Math.round(slice.seconds * 1e6)]);
        }
        // 8 W of 80 W are the floor.
        const share = Number(energy.marginal!.energyPj) / Number(row.energyPj);
        expect(share).toBeCloseTo(0.9, 3);
        totalPj += BigInt(row.energyPj!);
      }
      // 80,000 mW × ns.
      expect(totalPj).toBe(80_000n * 1_000n * BigInt(lengthOf(busy)));
    },
    60_000,
  );

  it('is 404 for an id that is none of the log', async () => {
    rig = await GatewayRig.start();
    const answer = await rig.admin('/api/logs/01900000-0000-7000-8000-000000000000/energy');
    expect(answer.status).toBe(404);
  });
});

/** µs in which at least one of the spans lies. */
function lengthOf(spans: readonly [from: number, to: number][]): number {
  let [sumUs, coveredUs] = [0, -Infinity];
  for (const [from, to] of spans.toSorted(([a], [b]) => a - b)) {
    sumUs += Math.max(0, to - Math.max(from, coveredUs));
    coveredUs = Math.max(coveredUs, to);
  }
  return sumUs;
}
