import { Logger } from '@nestjs/common';
import type { RequestEnergy } from '@ollameter/admin-contract';
import { GatewayRig } from '../support/gateway-rig';

/** Behind the gateway's queue stands Ollama's own: a host that is given more than it works on at once. */

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start({ ollama: { slots: 1 }, variables: { HOST_SLOTS: '4' } });
});
afterEach(() => rig.ollama.clearScripts());
afterAll(() => rig.stop());

const chat = () =>
  rig.post('/v1/chat/completions', {
    model: 'llama3.1:8b',
    messages: [{ role: 'user', content: 'Hello.' }],
    stream: true,
  });
const idOf = (answer: Response) => answer.headers.get('x-request-id') ?? '';

it('is told apart from the gateway’s queue and from loading, and costs nothing', async () => {
  await (await chat()).text();
  const { promise: held, resolve: release } = Promise.withResolvers<undefined>();
  rig.ollama.script({ chunks: ['One ', { content: 'two', after: held }] });
  const before = rig.ollama.requests.length;
  const first = await chat();
  const second = chat();
  await rig.eventually(
    () => Promise.resolve(rig.ollama.requests.length === before + 2 || undefined),
    'both requests at the host',
  );
  const sinceMs = performance.now();
  await rig.eventually(
    () => Promise.resolve(performance.now() - sinceMs > 100 || undefined),
    'some time in its queue',
  );
  release(undefined);
  const answers = [first, await second];
  for (const answer of answers) await answer.text();
  const [ran, waited] = await Promise.all(
    answers.map((answer) => rig.row(idOf(answer), ({ energyQuality }) => energyQuality !== 'pending')),
  );
  expect(waited?.ollamaQueueMs).toBeGreaterThan(90);
  expect(waited?.queueMs).toBeLessThan(50);
  expect(waited?.loadMs).toBeLessThan(50);
  expect(ran?.ollamaQueueMs).toBeLessThan(90);
  const { slices, timeSplit } = (await (
    await rig.admin(`/api/logs/${waited?.id ?? ''}/energy`)
  ).json()) as RequestEnergy;
  expect(timeSplit.ollamaQueueMs).toBe(waited?.ollamaQueueMs);
  const chargedSeconds = slices.reduce((sum, { seconds }) => sum + seconds, 0);
  expect(chargedSeconds * 1000).toBeLessThan((waited?.durationMs ?? 0) - 90);
});

it('is told once in the process’s log, with the settings that end it', async () => {
  const warned = jest.spyOn(Logger.prototype, 'warn');
  for (let round = 0; round < 3; round++)
    await Promise.all(Array.from({ length: 4 }, async () => (await chat()).text()));
  const lines = warned.mock.calls
    .map(([line]) => String(line))
    .filter((line) => line.includes('one request at a time'));
  warned.mockRestore();
  expect(lines).toEqual([expect.stringMatching(/OLLAMA_NUM_PARALLEL=4, or set HOST_SLOTS=1/)]);
});
