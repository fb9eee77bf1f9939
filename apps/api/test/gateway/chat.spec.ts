import { GatewayRig } from '../support/gateway-rig';

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start();
});
afterAll(() => rig.stop());

const MESSAGES = [{ role: 'user' as const, content: 'Say hello.' }];

it('answers the official client, and the row stands in the log with the tokens that Ollama told', async () => {
  rig.ollama.script({ text: 'Hello there.', done: { metrics: { prompt_eval_count: 11, eval_count: 3 } } });
  const { data, request_id } = await rig
    .openai()
    .chat.completions.create({ model: 'llama3.1:8b', messages: MESSAGES })
    .withResponse();
  expect(data.choices[0]?.message.content).toBe('Hello there.');
  expect(data.usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 });
  const row = await rig.row(request_id ?? '', ({ energyQuality }) => energyQuality !== 'pending');
  expect(row).toMatchObject({
    outcome: 'completed',
    status: 200,
    model: 'llama3.1:8b',
    promptTokens: 11,
    completionTokens: 3,
    tokensQuality: 'reported',
    answer: 'Hello there.',
    energyQuality: 'constant',
    currency: 'USD',
  });
});

it('streams to the official client, with usage where it was asked for', async () => {
  rig.ollama.script({ text: 'One two three.', done: { metrics: { prompt_eval_count: 5, eval_count: 4 } } });
  const stream = await rig.openai().chat.completions.create({
    model: 'llama3.1:8b',
    messages: MESSAGES,
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  let usage: unknown = null;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    usage = chunk.usage ?? usage;
  }
  expect(text).toBe('One two three.');
  expect(usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 4, total_tokens: 9 });
});
