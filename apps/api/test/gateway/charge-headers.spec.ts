import { GatewayRig } from '../support/gateway-rig';

const CHAT = { model: 'llama3.1:8b', messages: [{ role: 'user', content: 'Say hello.' }] };
const EMBED = { model: 'nomic-embed-text', input: 'hello' };

interface UsageCharge {
  energy_wh: number;
  energy_quality: string;
  cost: string;
  currency: string;
}

interface Answer {
  usage: { ollameter?: UsageCharge };
}

async function settled(rig: GatewayRig, answer: Response) {
  return rig.row(answer.headers.get('x-request-id')!, ({ energyQuality }) => energyQuality !== 'pending');
}

describe('what an answer says of its own cost', () => {
  let rig: GatewayRig;
  beforeAll(async () => {
    rig = await GatewayRig.start({ ollama: { tokenDelayMs: 5 } });
  }, 60_000);
  afterAll(() => rig.stop());

  it.each([
    ['/v1/chat/completions', CHAT],
    ['/v1/completions', { model: CHAT.model, prompt: 'Say hello.' }],
    ['/v1/responses', { model: CHAT.model, input: 'Say hello.' }],
    ['/v1/embeddings', EMBED],
    ['/api/chat', { ...CHAT, stream: false }],
  ])('%s: alone at a constant power the headers are what the row says', async (path, body) => {
    const answer = await rig.post(path, body);
    expect((await answer.json()) as Answer).not.toHaveProperty('usage.ollameter');
    const row = await settled(rig, answer);
    expect(Number(row.energyWh)).toBeGreaterThan(0);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-ollameter-cost': row.cost,
      'x-ollameter-currency': 'USD',
      'x-ollameter-energy-wh': String(row.energyWh),
      'x-ollameter-energy-quality': 'constant',
    });
  });

  it('together with others they are an estimate near what is settled', async () => {
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => rig.post('/v1/chat/completions', CHAT)),
    );
    let [told, charged] = [0, 0];
    for (const answer of answers) {
      expect(answer.headers.get('x-ollameter-energy-quality')).toBe('estimated');
      told += Number(answer.headers.get('x-ollameter-energy-wh'));
      charged += (await settled(rig, answer)).energyWh!;
    }
    expect(told / charged).toBeGreaterThan(0.5);
    expect(told / charged).toBeLessThan(1.5);
  });

  it('a streamed answer has none: its headers are out before anything is known', async () => {
    const answer = await rig.post('/v1/chat/completions', { ...CHAT, stream: true });
    await answer.text();
    expect([...answer.headers.keys()].filter((name) => name.startsWith('x-ollameter-'))).toEqual([]);
  });

  it('nor has one that was refused', async () => {
    const answer = await rig.post('/v1/chat/completions', { model: CHAT.model });
    expect([answer.status, answer.headers.get('x-ollameter-cost')]).toEqual([400, null]);
  });
});

describe('USAGE_ENERGY', () => {
  let rig: GatewayRig;
  beforeAll(async () => {
    rig = await GatewayRig.start({ variables: { USAGE_ENERGY: 'true' } });
  }, 60_000);
  afterAll(() => rig.stop());

  it.each([
    ['/v1/chat/completions', CHAT],
    ['/v1/completions', { model: CHAT.model, prompt: 'Say hello.' }],
    ['/v1/responses', { model: CHAT.model, input: 'Say hello.' }],
    ['/v1/embeddings', EMBED],
  ])('%s: the usage says the same as the headers', async (path, body) => {
    const answer = await rig.post(path, body);
    const { usage } = (await answer.json()) as Answer;
    expect(usage.ollameter).toEqual({
      energy_wh: Number(answer.headers.get('x-ollameter-energy-wh')),
      energy_quality: answer.headers.get('x-ollameter-energy-quality'),
      cost: answer.headers.get('x-ollameter-cost'),
      currency: 'USD',
    });
  });

  it('the last chunk of a stream carries it, as the official client reads it', async () => {
    const stream = await rig.openai().chat.completions.create({
      ...(CHAT as { model: string; messages: { role: 'user'; content: string }[] }),
      stream: true,
      stream_options: { include_usage: true },
    });
    let usage: Answer['usage'] | null | undefined;
    for await (const chunk of stream) usage = (chunk.usage as Answer['usage'] | null | undefined) ?? usage;
    expect(usage?.ollameter).toMatchObject({ energy_quality: 'constant', currency: 'USD' });
    expect(usage!.ollameter!.energy_wh).toBeGreaterThan(0);
  });
});
