import type OpenAI from 'openai';
import { API_KEY, GatewayRig } from '../support/gateway-rig';

/** The requests that n8n's nodes send, in the very forms they send them. */

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start();
});
afterEach(() => rig.ollama.clearScripts());
afterAll(() => rig.stop());

const MODEL = 'llama3.1:8b';
const upstream = () => rig.ollama.requests.findLast(({ isInference }) => isInference)?.body ?? {};
type Response = OpenAI.Responses.Response;

async function respond(body: object, headers: Record<string, string> = {}): Promise<Response> {
  const response = await rig.post('/v1/responses', { model: MODEL, ...body }, headers);
  const answer = (await response.json()) as Response;
  expect([response.status, answer]).toEqual([200, expect.objectContaining({ object: 'response' })]);
  return answer;
}

/** What LangChain makes of a zod schema. */
const TOOL = {
  type: 'function',
  name: 'Calculator',
  description: 'Calculates',
  parameters: {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: { input: { type: 'string' } },
    additionalProperties: false,
  },
  strict: false,
};

it('the credential’s test is green with the key and red without', async () => {
  const headers = {
    accept: 'application/json, text/plain, */*',
    'openai-organization': '',
    'user-agent': 'n8n',
  };
  const ask = (key: string) =>
    fetch(`${rig.gatewayUrl}/v1/models`, { headers: { ...headers, authorization: `Bearer ${key}` } });
  expect((await ask(API_KEY)).status).toBe(200);
  expect((await ask('wrong')).status).toBe(401);
});

it('a base URL with a trailing slash reaches every path', async () => {
  const response = await rig.post('/v1//responses', { model: MODEL, input: 'x' });
  expect(response.status).toBe(200);
  expect((await rig.post('/v1//chat/completions', { model: MODEL, messages: [] })).status).toBe(400);
  const headers = { authorization: `Bearer ${API_KEY}` };
  expect((await fetch(`${rig.gatewayUrl}/v1//models`, { headers })).status).toBe(200);
});

it('OpenAI Chat Model, as it is set by default: items, an empty text', async () => {
  const answer = await respond(
    {
      input: [
        { type: 'message', role: 'system', content: 'You are helpful.' },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
      ],
      stream: false,
      text: {},
    },
    { 'openai-platform': 'org-x' },
  );
  const [message] = answer.output as OpenAI.Responses.ResponseOutputMessage[];
  expect(message?.content[0]).toMatchObject({ type: 'output_text', annotations: [] });
  expect(answer.text?.format).toEqual({ type: 'text' });
});

it('OpenAI Chat Model with a picture that names no detail', async () => {
  await respond({
    model: 'gemma3:4b',
    input: [
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'What?' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
        ],
      },
    ],
    text: {},
  });
  expect(upstream().messages).toEqual([{ role: 'user', content: 'What?', images: ['AAAA'] }]);
});

it('Message a Model: items without a type, everything spelt out, an assistant’s turn in either part type', async () => {
  for (const type of ['output_text', 'input_text']) {
    const answer = await respond(
      {
        input: [
          { role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
          { role: 'assistant', content: [{ type, text: 'Hello.', annotations: [] }] },
          { role: 'user', content: [{ type: 'input_text', text: 'And?' }] },
        ],
        parallel_tool_calls: true,
        store: true,
        background: false,
        max_output_tokens: 300,
        truncation: 'auto',
        include: [],
        metadata: { flow: '1' },
        max_tool_calls: 3,
        service_tier: 'auto',
        prompt_cache_key: 'k',
        safety_identifier: 's',
      },
      { 'openai-organization': '', 'user-agent': 'n8n' },
    );
    expect(answer).toMatchObject({ status: 'completed', store: true, error: null });
    expect(upstream().messages).toMatchObject([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello.' },
      { role: 'user', content: 'And?' },
    ]);
  }
});

describe('the agent’s second turn', () => {
  const question = { type: 'message', role: 'user', content: 'What is 2+2?' };
  async function firstTurn() {
    rig.ollama.script({
      thinking: 'I need the tool.',
      toolCalls: [{ function: { name: 'Calculator', arguments: { input: '2+2' } } }],
    });
    return respond({
      model: 'qwen3:8b',
      input: [question],
      tools: [TOOL],
      reasoning: { summary: 'auto' },
      text: {},
    });
  }

  it('with the whole output sent back as it came', async () => {
    const first = await firstTurn();
    const call = first.output.find(
      ({ type }) => type === 'function_call',
    ) as OpenAI.Responses.ResponseFunctionToolCall;
    const second = await respond({
      model: 'qwen3:8b',
      input: [
        question,
        ...first.output,
        { type: 'function_call_output', call_id: call.call_id, output: '4' },
      ],
      tools: [TOOL],
    });
    expect(JSON.stringify(second.output)).toContain('The tool answered: 4');
    expect(upstream().messages?.[1]).toMatchObject({ role: 'assistant', thinking: 'I need the tool.' });
  });

  it('rebuilt by Agent 3: no ids, no status, no reasoning, an extra argument, an array as output', async () => {
    const first = await firstTurn();
    const call = first.output.find(
      ({ type }) => type === 'function_call',
    ) as OpenAI.Responses.ResponseFunctionToolCall;
    const second = await respond({
      input: [
        question,
        {
          type: 'function_call',
          call_id: call.call_id,
          name: 'Calculator',
          arguments: '{"input":"2+2","id":"extra"}',
        },
        { type: 'function_call_output', call_id: call.call_id, output: '[{"type":"text","text":"4"}]' },
      ],
      tools: [TOOL],
    });
    expect(JSON.stringify(second.output)).toContain('The tool answered:');
  });

  it('with the output of a tool in parts', async () => {
    await respond({
      input: [
        question,
        { type: 'function_call', call_id: 'c', name: 'Calculator', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: '4' }] },
      ],
    });
    expect(upstream().messages?.at(-1)).toMatchObject({ role: 'tool', content: '4' });
  });

  it('over chat completions: content is an empty array beside the calls', async () => {
    const response = await rig.post('/v1/chat/completions', {
      model: MODEL,
      messages: [
        { role: 'user', content: 'What is 2+2?' },
        {
          role: 'assistant',
          content: [],
          tool_calls: [
            { id: 'c', type: 'function', function: { name: 'Calculator', arguments: '{"id":"x"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c', content: '4' },
      ],
    });
    expect(response.status).toBe(200);
  });
});

it('background mode is polled until it is completed', async () => {
  const { id } = await respond({
    input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }],
    parallel_tool_calls: true,
    store: true,
    background: true,
  });
  await rig.eventually(async () => {
    const polled = await fetch(`${rig.gatewayUrl}/v1/responses/${id}`, {
      headers: { authorization: `Bearer ${API_KEY}` },
    });
    return ((await polled.json()) as Response).status === 'completed' ? true : undefined;
  }, 'the background response');
});

it('Embeddings OpenAI: base64 by default, floats where told', async () => {
  const ask = async (body: object) =>
    (
      (await (
        await rig.post('/v1/embeddings', { model: 'nomic-embed-text', input: ['a', 'b'], ...body })
      ).json()) as { data: { embedding: unknown }[] }
    ).data[0]?.embedding;
  expect(typeof (await ask({ encoding_format: 'base64' }))).toBe('string');
  expect(Array.isArray(await ask({ encoding_format: 'float' }))).toBe(true);
});
