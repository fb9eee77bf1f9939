import { GatewayRig } from '../support/gateway-rig';

const WATTS = 100;
const PJ_PER_WATT_US = 1_000_000n;
const REQUESTS = 4;
const CHAT = { model: 'llama3.1:8b', messages: [{ role: 'user', content: 'Say hello.' }] };

interface Charged {
  active_from_us: string;
  active_to_us: string;
  energy_pj: string;
  concurrency: number;
}

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start({
    variables: { POWER_WATTS: String(WATTS), IDLE_WATTS: '0' },
    ollama: { tokenDelayMs: 10 },
  });
});
afterAll(() => rig.stop());

async function charged(rows: number): Promise<Charged[]> {
  return rig.eventually(async () => {
    const found = await rig.database.rows<Charged>(
      `SELECT active_from_us, active_to_us, energy_pj, concurrency
       FROM request_log JOIN request_energy USING (id) ORDER BY active_from_us`,
    );
    return found.length === rows ? found : undefined;
  }, `${rows} settled requests`);
}

/** Time in which at least one request was active, µs. */
function busyUs(rows: readonly Charged[]): bigint {
  let busy = 0n;
  let reached = 0n;
  for (const row of rows) {
    const from = BigInt(row.active_from_us);
    const to = BigInt(row.active_to_us);
    if (to > reached) busy += to - (from > reached ? from : reached);
    if (to > reached) reached = to;
  }
  return busy;
}

it('four identical requests at once pay for one machine: their energy is watts × busy time, to the picojoule', async () => {
  const allHere = Promise.withResolvers<undefined>();
  const script = rig.ollama.script({
    times: REQUESTS,
    holdHeaders: allHere.promise,
    chunks: Array.from({ length: 30 }, () => 'x'),
  });
  const asked = Array.from({ length: REQUESTS }, (_, n) =>
    rig.post('/v1/chat/completions', { ...CHAT, stream: n % 2 === 0 }),
  );
  await rig.eventually(
    () => Promise.resolve(script.requests.length === REQUESTS || undefined),
    'all four upstream',
  );
  allHere.resolve(undefined);
  for (const answer of await Promise.all(asked)) await answer.text();
  const rows = await charged(REQUESTS);
  const energies = rows.map((row) => BigInt(row.energy_pj));
  const total = energies.reduce((sum, energy) => sum + energy, 0n);
  expect(total).toBe(BigInt(WATTS) * busyUs(rows) * PJ_PER_WATT_US);
  // They ran side by side, so each pays about a quarter; what is over is the start and end that they did not share.
  for (const energy of energies) expect(Number(energy) / Number(total)).toBeCloseTo(1 / REQUESTS, 1);
  for (const row of rows) expect(row.concurrency).toBeGreaterThan(REQUESTS / 2);
  const [ledger] = await rig.database.rows<{ total: string }>(
    "SELECT sum(energy_pj)::text AS total FROM energy_ledger WHERE kind = 'request'",
  );
  expect(BigInt(ledger?.total ?? 0)).toBe(total);
});
