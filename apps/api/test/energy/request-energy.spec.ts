import type { RequestEnergy } from '@ollameter/admin-contract';
import { GatewayRig } from '../support/gateway-rig';

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start({ variables: { IDLE_WATTS: '8' } });
}, 60_000);
afterAll(() => rig.stop());

const ask = () =>
  rig.openai().chat.completions.create({
    model: 'llama3.1:8b',
    messages: [{ role: 'user', content: 'hello' }],
  });
const sum = (numbers: string[]) => numbers.reduce((total, number) => total + BigInt(number), 0n);

describe('GET /api/logs/{id}/energy', () => {
  it('lists slices of prompt and generation that sum to each row, to the unit, of requests that share', async () => {
    await Promise.all([ask(), ask(), ask(), ask()]);
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
      }
      // 8 W of 80 W are the floor.
      const share = Number(energy.marginal!.energyPj) / Number(row.energyPj);
      expect(share).toBeCloseTo(0.9, 3);
    }
  });

  it('is 404 for an id that is none of the log', async () => {
    const answer = await rig.admin('/api/logs/01900000-0000-7000-8000-000000000000/energy');
    expect(answer.status).toBe(404);
  });
});
