import { DEMO_SETTINGS } from '../../../../tools/fake-ollama/demo-models.ts';
import { type FakeOllama, startFakeOllama } from '../../../../tools/fake-ollama/fake-ollama.ts';
import { GatewayRig } from '../support/gateway-rig';

let demo: FakeOllama;
let rig: GatewayRig;
beforeAll(async () => {
  demo = await startFakeOllama({ ...DEMO_SETTINGS, loadDelayMs: 0 });
  rig = await GatewayRig.start({ variables: { OLLAMA_URL: '', DEMO_HOST_URL: demo.url } });
});
afterAll(async () => {
  await rig.stop();
  await demo.close();
});

const MESSAGES = [{ role: 'user', content: 'Say hello.' }];

it('a request that names no model gets the first demo model that can chat', async () => {
  const answer = await rig.post('/v1/chat/completions', { messages: MESSAGES });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ model: 'demo:tiny' });
  expect(await rig.row(answer.headers.get('x-request-id') ?? '')).toMatchObject({
    host: 'demo',
    model: 'demo:tiny',
  });
});

it('any other model is not found, with a hint how to connect Ollama', async () => {
  const answer = await rig.post('/v1/chat/completions', { model: 'llama3.1:8b', messages: MESSAGES });
  expect(answer.status).toBe(404);
  const text = await answer.text();
  expect(text).toContain('model_not_found');
  expect(text).toContain('OLLAMA_URL');
});

it('only demo models are listed', async () => {
  const list = await rig.openai().models.list();
  expect(list.data.map(({ id }) => id)).toEqual(['demo:embed', 'demo:thinker', 'demo:tiny']);
});
