import { GatewayRig } from '../support/gateway-rig';
import { CLIENTS, type Question } from './clients';

/** Every client that docs/API.md names, streaming and not, with everything that it can ask for. */

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start();
});
afterEach(() => rig.ollama.clearScripts());
afterAll(() => rig.stop());

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const cells = Object.entries(CLIENTS).flatMap(([name, client]) =>
  [false, true].map((streamed) => [`${name}, ${streamed ? 'streamed' : 'unary'}`, streamed, client] as const),
);

describe.each(cells)('%s', (_name, streamed, { ask: asks, lacks = [] }) => {
  const ask = (question: Partial<Question> = {}) =>
    asks(rig, { model: 'llama3.1:8b', streamed, ...question });

  it('text', async () => {
    rig.ollama.script({ text: 'Well, “hello” there. ✓' });
    expect((await ask()).text).toBe('Well, “hello” there. ✓');
  });

  it('tools', async () => {
    const cities = ['Oslo', 'Rom'];
    rig.ollama.script({
      toolCallMode: 'rendered',
      toolCalls: cities.map((city) => ({ id: '', function: { name: 'weather', arguments: { city } } })),
    });
    expect((await ask({ offersTool: true })).calls).toEqual(
      cities.map((city) => ({ name: 'weather', args: { city } })),
    );
  });

  it('a JSON schema', async () => {
    rig.ollama.script({ text: '{"name": "Ann"}' });
    expect(JSON.parse((await ask({ wantsObject: true })).text)).toEqual({ name: 'Ann' });
    expect(rig.ollama.requests.at(-1)?.body.format).toMatchObject({ required: ['name'] });
  });

  it('vision', async () => {
    await ask({ model: 'gemma3:4b', pictureBase64: PIXEL });
    expect(rig.ollama.requests.at(-1)?.body.messages).toMatchObject([{ content: 'Well?', images: [PIXEL] }]);
  });

  it('reasoning', async () => {
    rig.ollama.script({ thinking: 'Hm, well.', text: 'Yes.' });
    const { text, reasoning } = await ask({ model: 'qwen3:8b' });
    expect(text).toBe('Yes.');
    if (!lacks.includes('reasoning')) expect(reasoning).toBe('Hm, well.');
  });

  it('errors', async () => {
    await expect(ask({ model: 'none:7b' })).rejects.toThrow(/none:7b/);
  });

  if (streamed)
    it('errors after the first byte', async () => {
      const script = rig.ollama.script({ chunks: ['Half', { stall: true }, { errorLine: 'out of memory' }] });
      await expect(ask({ onText: () => script.release() })).rejects.toThrow();
    });

  if (!lacks.includes('retries'))
    it('retries', async () => {
      rig.ollama.script({ error: { status: 500, message: 'model runner has unexpectedly stopped' } });
      rig.ollama.script({ text: 'At last.' });
      expect((await ask({ retries: 1 })).text).toBe('At last.');
    });

  if (streamed || !lacks.includes('unary abort'))
    it('aborts', async () => {
      const script = rig.ollama.script({ chunks: ['first', { stall: true }] });
      const controller = new AbortController();
      const asked = ask({ signal: controller.signal, onText: () => controller.abort() });
      const gone = expect(asked).rejects.toThrow();
      const upstream = await rig.ollama.waitFor(() => script.requests[0]);
      if (!streamed) controller.abort();
      await gone;
      await rig.ollama.aborted(upstream);
    });
});
