import type OpenAI from 'openai';
import { zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { collect } from '../support/collect';
import { GatewayRig } from '../support/gateway-rig';

/** The Responses API with the official client: answers, tools, formats and the order of a stream's events. */

let rig: GatewayRig;
let client: OpenAI;
beforeAll(async () => {
  rig = await GatewayRig.start();
  client = rig.openai();
});
afterEach(() => rig.ollama.clearScripts());
afterAll(() => rig.stop());

const MODEL = 'llama3.1:8b';
type Event = OpenAI.Responses.ResponseStreamEvent;

const upstream = () => rig.ollama.requests.findLast((request) => request.isInference)?.body ?? {};

async function eventsOf(
  body: Omit<OpenAI.Responses.ResponseCreateParamsStreaming, 'stream'>,
): Promise<Event[]> {
  return collect(await client.responses.create({ ...body, stream: true }));
}

const names = (events: readonly Event[]) => events.map(({ type }) => type.replace(/^response\./, ''));

describe('an answer', () => {
  it('has every field that the SDK declares, and repeats the request', async () => {
    rig.ollama.script({ text: 'Hello there.', done: { metrics: { prompt_eval_count: 11, eval_count: 3 } } });
    const response = await client.responses.create({
      model: MODEL,
      instructions: 'Be brief.',
      input: 'Say hello.',
      temperature: 0.5,
      metadata: { team: 'a' },
      max_output_tokens: 50,
      max_tool_calls: 2,
      text: { verbosity: 'low' },
      user: 'u',
    });
    expect(response.output_text).toBe('Hello there.');
    expect(response).toMatchObject({
      id: expect.stringMatching(/^resp_[0-9a-f]{32}$/) as string,
      object: 'response',
      status: 'completed',
      error: null,
      incomplete_details: null,
      instructions: 'Be brief.',
      metadata: { team: 'a' },
      model: MODEL,
      parallel_tool_calls: true,
      temperature: 0.5,
      tool_choice: 'auto',
      tools: [],
      store: true,
      max_output_tokens: 50,
      max_tool_calls: 2,
      text: { format: { type: 'text' }, verbosity: 'low' },
      top_logprobs: 0,
      user: 'u',
      previous_response_id: null,
      truncation: 'disabled',
      output: [
        {
          id: expect.stringMatching(/^msg_/) as string,
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'Hello there.', annotations: [], logprobs: [] }],
        },
      ],
      usage: {
        input_tokens: 11,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 3,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 14,
      },
    });
    expect(upstream()).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Say hello.' },
      ],
      options: { temperature: 0.5, num_predict: 50 },
    });
  });

  it('that was cut is incomplete', async () => {
    const response = await client.responses.create({ model: MODEL, input: 'Talk.', max_output_tokens: 2 });
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ status: 'incomplete' }],
    });
  });

  it('follows a schema, which the SDK parses', async () => {
    const response = await client.responses.parse({
      model: MODEL,
      input: 'Who?',
      text: { format: zodTextFormat(z.object({ name: z.string(), age: z.number() }), 'person') },
    });
    expect(response.output_parsed).toEqual({
      name: expect.any(String) as string,
      age: expect.any(Number) as number,
    });
  });

  it('takes pictures, parts and every role', async () => {
    await client.responses.create({
      model: 'gemma3:4b',
      input: [
        { role: 'developer', content: 'Look.' },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is this?' },
            { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0K', detail: 'auto' },
          ],
        },
      ],
    });
    expect(upstream().messages).toEqual([
      { role: 'system', content: 'Look.' },
      { role: 'user', content: 'What is this?', images: ['iVBORw0K'] },
    ]);
  });

  it('gives thoughts back to the turn that they were of', async () => {
    await client.responses.create({
      model: 'qwen3:8b',
      input: [
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: 'Let me see.' },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'I need a tool.' }] },
        { type: 'function_call', call_id: 'c', name: 'weather', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: 'snow' },
        { role: 'assistant', content: 'It snows.' },
        { role: 'user', content: 'Thanks.' },
      ],
    });
    expect(upstream().messages?.filter(({ role }) => role === 'assistant')).toEqual([
      {
        role: 'assistant',
        content: 'Let me see.',
        thinking: 'I need a tool.',
        tool_calls: [{ id: 'c', function: { name: 'weather', arguments: {} } }],
      },
      { role: 'assistant', content: 'It snows.' },
    ]);
  });

  it('carries logprobs where they were asked for', async () => {
    rig.ollama.script({ chunks: [{ content: 'a', logprobs: [{ token: 'a', logprob: -1 }] }] });
    const { output } = await client.responses.create({
      model: MODEL,
      input: 'x',
      include: ['message.output_text.logprobs'],
      top_logprobs: 2,
    });
    expect(output[0]).toMatchObject({
      content: [{ logprobs: [{ token: 'a', logprob: -1, top_logprobs: [] }] }],
    });
    expect(upstream()).toMatchObject({ logprobs: true, top_logprobs: 2 });
  });
});

describe('tools', () => {
  const weather = zodResponsesFunction({ name: 'weather', parameters: z.object({ city: z.string() }) });

  it('are called, and their result is answered', async () => {
    rig.ollama.script({
      text: 'Let me see.',
      toolCalls: [{ function: { name: 'weather', arguments: { city: 'Oslo' } } }],
    });
    const first = await client.responses.create({ model: MODEL, input: 'Weather?', tools: [weather] });
    expect(first.output.map(({ type }) => type)).toEqual(['message', 'function_call']);
    const call = first.output[1] as OpenAI.Responses.ResponseFunctionToolCall;
    expect(call).toMatchObject({ name: 'weather', arguments: '{"city":"Oslo"}', status: 'completed' });
    expect(call.id).toMatch(/^fc_/);
    const second = await client.responses.create({
      model: MODEL,
      input: [
        { role: 'user', content: 'Weather?' },
        ...(first.output as OpenAI.Responses.ResponseInputItem[]),
        { type: 'function_call_output', call_id: call.call_id, output: 'snow' },
      ],
      tools: [weather],
    });
    expect(second.output_text).toBe('The tool answered: snow');
    expect(upstream().messages?.slice(1)).toEqual([
      {
        role: 'assistant',
        content: 'Let me see.',
        tool_calls: [{ id: call.call_id, function: { name: 'weather', arguments: { city: 'Oslo' } } }],
      },
      { role: 'tool', content: 'snow', tool_name: 'weather', tool_call_id: call.call_id },
    ]);
  });

  it.each<[string, OpenAI.Responses.ResponseCreateParams['tool_choice']]>([
    ['required', 'required'],
    ['named', { type: 'function', name: 'weather' }],
    ['allowed', { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'weather' }] }],
  ])('tool_choice %s forces a call', async (_kind, choice) => {
    const { output, tool_choice } = await client.responses.create({
      model: MODEL,
      input: 'Hi',
      tools: [weather],
      tool_choice: choice,
    });
    expect(output).toMatchObject([{ type: 'function_call', name: 'weather' }]);
    expect(tool_choice).toEqual(choice);
  });

  it('stand beside a JSON format, which Ollama would never call them for: a call, or the answer', async () => {
    const ask = (input: string) =>
      client.responses.create({
        model: MODEL,
        input,
        tools: [weather],
        text: { format: zodTextFormat(z.object({ name: z.string() }), 'person') },
      });
    rig.ollama.script({ text: '{"name":"weather","arguments":{"city":"Oslo"}}' });
    expect((await ask('Weather?')).output).toMatchObject([
      { type: 'function_call', name: 'weather', arguments: '{"city":"Oslo"}' },
    ]);
    rig.ollama.script({ text: '{"name":"Ann"}' });
    const answered = await ask('Who?');
    expect(answered.output).toMatchObject([{ type: 'message' }]);
    expect(answered.output_text).toBe('{"name":"Ann"}');
  });

  it.each([
    [{ tools: [{ type: 'web_search' }] }, 'tools[0].type'],
    [{ tools: [{ type: 'file_search', vector_store_ids: ['a'] }] }, 'tools[0].type'],
    [{ tool_choice: { type: 'web_search' }, tools: [weather] }, 'tool_choice.type'],
    [{ prompt: { id: 'p' } }, 'prompt'],
    [{ conversation: 'conv_1' }, 'conversation'],
    [
      { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }] },
      'input[0].content[0].file_id',
    ],
    [{ input: [{ type: 'computer_call' }] }, 'input[0].type'],
    [{ input: undefined }, 'input'],
    [{ background: true, stream: true }, 'stream'],
    [{ metadata: { ['k'.repeat(65)]: 'v' } }, `metadata.${'k'.repeat(65)}`],
  ])('what cannot be honoured is refused by name: %j', async (body, param) => {
    const response = await rig.post('/v1/responses', { model: MODEL, input: 'x', ...body });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: object }).error).toMatchObject({ param });
  });
});

describe('a stream', () => {
  it('has the events of a text in their order, numbered from 0', async () => {
    rig.ollama.script({ text: 'One two' });
    const events = await eventsOf({ model: MODEL, input: 'x' });
    const deltas = events.filter(({ type }) => type === 'response.output_text.delta').length;
    expect(names(events)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      ...Array<string>(deltas).fill('output_text.delta'),
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
    expect(events[0]).toMatchObject({ response: { status: 'in_progress', output: [], usage: null } });
    const last = events.at(-1);
    expect(last).toMatchObject({ response: { status: 'completed', usage: { output_tokens: deltas } } });
  });

  it('names its events on the wire and has no [DONE]', async () => {
    const wire = await (await rig.post('/v1/responses', { model: MODEL, input: 'x', stream: true })).text();
    for (const frame of wire.trim().split('\n\n')) {
      const [event, data] = frame.split('\n');
      expect(event).toBe(`event: ${(JSON.parse(data?.slice('data: '.length) ?? '') as Event).type}`);
    }
    expect(wire).not.toContain('[DONE]');
  });

  it('has the events of parallel calls: arguments empty when added, whole when done', async () => {
    rig.ollama.script({
      toolCalls: ['Oslo', 'Rom'].map((city) => ({ function: { name: 'weather', arguments: { city } } })),
    });
    const events = await eventsOf({
      model: MODEL,
      input: 'x',
      tools: [{ type: 'function', name: 'weather', parameters: { type: 'object' }, strict: false }],
    });
    const call = [
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
    ];
    expect(names(events)).toEqual(['created', 'in_progress', ...call, ...call, 'completed']);
    expect(events[2]).toMatchObject({ output_index: 0, item: { type: 'function_call', arguments: '' } });
    expect(events[4]).toMatchObject({ name: 'weather', arguments: '{"city":"Oslo"}' });
    expect(events[9]).toMatchObject({
      output_index: 1,
      item: { arguments: '{"city":"Rom"}', status: 'completed' },
    });
  });

  it.each([
    [
      'as text',
      undefined,
      ['content_part.added', 'reasoning_text.delta', 'reasoning_text.done', 'content_part.done'],
    ],
    [
      'as a summary where one was asked for',
      { summary: 'auto' as const },
      [
        'reasoning_summary_part.added',
        'reasoning_summary_text.delta',
        'reasoning_summary_text.done',
        'reasoning_summary_part.done',
      ],
    ],
  ])('shows reasoning %s', async (_how, reasoning, kinds) => {
    rig.ollama.script({ thinking: 'Hm', text: 'Yes' });
    const events = await eventsOf({ model: 'qwen3:8b', input: 'x', ...(reasoning && { reasoning }) });
    const ofThoughts = events.filter((event) => 'item_id' in event && event.item_id.startsWith('rs_'));
    expect([...new Set(names(ofThoughts))]).toEqual(kinds);
    expect(events.at(-1)).toMatchObject({
      type: 'response.completed',
      response: { output: [{ type: 'reasoning', status: 'completed' }, { type: 'message' }] },
    });
  });

  it('is what the SDK’s accumulator makes the unary answer of', async () => {
    const body = { model: MODEL, input: 'Talk.', temperature: 0 };
    const unary = await client.responses.create(body);
    const final = await client.responses.stream(body).finalResponse();
    expect(final.output_text).toBe(unary.output_text);
    expect(final.status).toBe('completed');
  });

  it('parses in the SDK’s helper', async () => {
    const stream = client.responses.stream({
      model: MODEL,
      input: 'x',
      tools: [zodResponsesFunction({ name: 'weather', parameters: z.object({ city: z.string() }) })],
      tool_choice: 'required',
    });
    const { output } = await stream.finalResponse();
    expect(output[0]).toMatchObject({ parsed_arguments: { city: expect.any(String) as string } });
  });

  it('that was cut ends with response.incomplete', async () => {
    const events = await eventsOf({ model: MODEL, input: 'Talk.', max_output_tokens: 2 });
    expect(events.at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
    });
  });

  it('that breaks says so with an error that the SDK throws, and no response.completed', async () => {
    const script = rig.ollama.script({ chunks: ['Half', { stall: true }, { die: true }] });
    const stream = await client.responses.create({ model: MODEL, input: 'x', stream: true });
    const seen: Event[] = [];
    await expect(async () => {
      for await (const event of stream) {
        seen.push(event);
        if (event.type === 'response.output_text.delta') script.release();
      }
    }).rejects.toMatchObject({ code: 'upstream_error' });
    expect(names(seen)).not.toContain('completed');
    const failed = seen.find((event) => event.type === 'response.failed');
    expect(failed).toMatchObject({
      response: { status: 'failed', error: { code: 'server_error' }, output: [{ type: 'message' }] },
    });
  });
});
