import { request } from 'node:http';
import OpenAI from 'openai';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import type { Step } from '../../../../tools/fake-ollama/fake-ollama.ts';
import { collect } from '../support/collect';
import { API_KEY, GatewayRig } from '../support/gateway-rig';

/** Chat completions, streamed: what the official client's iterator and its accumulator make of them. */

let rig: GatewayRig;
let client: OpenAI;
beforeAll(async () => {
  rig = await GatewayRig.start({ variables: { HEARTBEAT_MS: '100' } });
  client = rig.openai();
});
afterEach(() => rig.ollama.clearScripts());
afterAll(() => rig.stop());

const MODEL = 'llama3.1:8b';
const MESSAGES = [{ role: 'user' as const, content: 'Say hello.' }];
const BODY = { model: MODEL, messages: MESSAGES, stream: true as const };

async function chunksOf(
  body: Omit<OpenAI.ChatCompletionCreateParamsStreaming, 'stream'>,
): Promise<OpenAI.ChatCompletionChunk[]> {
  const stream = await client.chat.completions.create({ ...body, stream: true });
  return collect(stream);
}

/** The bytes of a stream, as a proxy sees them. */
async function wireOf(body: object): Promise<string> {
  return (await rig.post('/v1/chat/completions', { ...BODY, ...body })).text();
}

describe('the frames', () => {
  it('start with the role, keep id, time and model, end with the reason; no usage that nobody asked for', async () => {
    rig.ollama.script({ text: 'One two three.' });
    const chunks = await chunksOf(BODY);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('One two three.');
    expect(chunks.at(-1)?.choices[0]).toEqual({ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' });
    expect(new Set(chunks.map(({ id, created, model }) => `${id} ${created} ${model}`)).size).toBe(1);
    expect(chunks.filter((chunk) => 'usage' in chunk)).toEqual([]);
  });

  it('carry usage null until a last one without choices', async () => {
    const chunks = await chunksOf({ ...BODY, stream_options: { include_usage: true } });
    const last = chunks.pop();
    expect(chunks.every((chunk) => chunk.usage === null)).toBe(true);
    expect(last?.choices).toEqual([]);
    expect(last?.usage?.total_tokens).toBeGreaterThan(0);
  });

  it('end with [DONE] on a wire that proxies do not hold back', async () => {
    const response = await rig.post('/v1/chat/completions', BODY);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('cache-control')).toContain('no-transform');
    expect(await response.text()).toMatch(/\n\ndata: \[DONE\]\n\n$/);
  });

  it('survive any cut of the upstream’s bytes, inside a character too', async () => {
    rig.ollama.script({ chunks: ['Grüße ', '👋🏽', ' \u2028 "quoted"\n'], wire: { split: 'byte' } });
    const chunks = await chunksOf(BODY);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(
      'Grüße 👋🏽 \u2028 "quoted"\n',
    );
  });
});

describe('the accumulator', () => {
  it('folds text to what the unary answer says', async () => {
    const streamed = await client.chat.completions.stream({ ...BODY, seed: 3 }).finalChatCompletion();
    const unary = await client.chat.completions.create({ model: MODEL, messages: MESSAGES, seed: 3 });
    expect(streamed.choices[0]?.message.content).toBe(unary.choices[0]?.message.content);
    expect(streamed.choices[0]?.finish_reason).toBe('stop');
  });

  it('folds parallel tool calls, each with its own index and id', async () => {
    rig.ollama.script({
      toolCallMode: 'rendered',
      toolCalls: [
        { id: 'same', function: { name: 'weather', arguments: { city: 'Paris' } } },
        { id: 'same', function: { name: 'weather', arguments: { city: 'Rom' } } },
      ],
    });
    const Weather = z.object({ city: z.string() });
    const { choices } = await client.chat.completions
      .stream({ ...BODY, tools: [zodFunction({ name: 'weather', parameters: Weather })] })
      .finalChatCompletion();
    const calls = choices[0]?.message.tool_calls ?? [];
    expect(choices[0]?.finish_reason).toBe('tool_calls');
    expect(calls.map((call) => call.type === 'function' && call.function.parsed_arguments)).toEqual([
      { city: 'Paris' },
      { city: 'Rom' },
    ]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
  });

  it('folds a forced call', async () => {
    const stream = client.chat.completions.stream({
      ...BODY,
      tools: [zodFunction({ name: 'weather', parameters: z.object({ city: z.string() }) })],
      tool_choice: 'required',
    });
    const { choices } = await stream.finalChatCompletion();
    expect(choices[0]?.finish_reason).toBe('tool_calls');
    expect(choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { parsed_arguments: { city: expect.any(String) as string } },
    });
  });

  it('parses a schema’s answer', async () => {
    const { choices } = await client.chat.completions
      .stream({ ...BODY, response_format: zodResponseFormat(z.object({ age: z.number() }), 'person') })
      .finalChatCompletion();
    expect(choices[0]?.message.parsed).toEqual({ age: expect.any(Number) as number });
  });

  it('keeps n choices apart', async () => {
    const { choices } = await client.chat.completions
      .stream({ ...BODY, n: 2, seed: 1 })
      .finalChatCompletion();
    expect(choices.map(({ index, finish_reason }) => [index, finish_reason])).toEqual([
      [0, 'stop'],
      [1, 'stop'],
    ]);
    expect(choices[0]?.message.content).not.toBe(choices[1]?.message.content);
  });

  it('collects logprobs', async () => {
    rig.ollama.script({
      chunks: ['a', 'b'].map((token) => ({ content: token, logprobs: [{ token, logprob: -1 }] })),
    });
    const { choices } = await client.chat.completions
      .stream({ ...BODY, logprobs: true })
      .finalChatCompletion();
    expect(choices[0]?.logprobs?.content?.map(({ token }) => token)).toEqual(['a', 'b']);
  });
});

describe('reasoning', () => {
  it('comes as reasoning_content before the text', async () => {
    rig.ollama.script({ thinking: 'First I think.', text: 'Then I speak.' });
    const chunks = await chunksOf({ ...BODY, model: 'qwen3:8b' });
    const deltas = chunks.map(
      (chunk) => chunk.choices[0]?.delta as { content?: string; reasoning_content?: string },
    );
    expect(deltas.map((delta) => delta.reasoning_content ?? '').join('')).toBe('First I think.');
    expect(deltas.map((delta) => delta.content ?? '').join('')).toBe('Then I speak.');
    const firstText = deltas.findIndex(({ content }) => Boolean(content));
    expect(deltas.findLastIndex((delta) => 'reasoning_content' in delta)).toBeLessThan(firstText);
  });
});

describe('a broken answer never looks whole', () => {
  it.each<[string, Step]>([
    ['an error line', { errorLine: 'model runner has unexpectedly stopped' }],
    ['a dead connection', { die: true }],
    ['an end without a done record', { end: true }],
    ['bytes that are no record', { raw: 'garbage\n' }],
  ])('after %s the SDK throws, and there is no reason and no [DONE]', async (_what, fault) => {
    const script = rig.ollama.script({ chunks: ['Half an ', { stall: true }, fault] });
    const stream = await client.chat.completions.create(BODY);
    const wire: string[] = [];
    await expect(async () => {
      for await (const chunk of stream) {
        wire.push(JSON.stringify(chunk));
        if (chunk.choices[0]?.delta.content === 'Half an ') script.release();
      }
    }).rejects.toMatchObject({ name: 'Error', code: 'upstream_error', type: 'server_error' });
    expect(wire.join('\n')).toContain('Half an ');
    expect(wire.join('\n')).not.toMatch(/"finish_reason":"/);
  });

  it('and has no [DONE] on the wire', async () => {
    rig.ollama.script({ chunks: ['Half', { content: ' an', delayMs: 20 }, { die: true }] });
    const wire = await wireOf({});
    expect(wire).not.toContain('[DONE]');
    expect(wire).toMatch(
      /data: \{"error":\{"message":"[^"]+","type":"server_error","param":null,"code":"upstream_error"\}\}\n\n$/,
    );
  });

  it('keeps its HTTP status where nothing was sent yet', async () => {
    rig.ollama.script({ error: { status: 500, message: 'model runner has unexpectedly stopped' } });
    await expect(chunksOf(BODY)).rejects.toMatchObject({ status: 502, code: 'upstream_error' });
  });
});

describe('the client leaves', () => {
  it('and the generation stops upstream; the row says so with what was generated', async () => {
    const script = rig.ollama.script({ chunks: ['first', { stall: true }] });
    const { data: stream, request_id } = await client.chat.completions.create(BODY).withResponse();
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content === 'first') break;
    const [asked] = script.requests;
    if (asked === undefined) throw new Error('nothing was asked');
    await rig.ollama.aborted(asked);
    const row = await rig.row(request_id ?? '');
    expect(row).toMatchObject({ outcome: 'client_left', answer: 'first' });
  });

  it('while the model still loads: the same', async () => {
    const before = rig.ollama.requests.length;
    rig.ollama.script({ holdHeaders: new Promise(() => undefined) });
    const controller = new AbortController();
    const answer = client.chat.completions.create(
      { model: MODEL, messages: MESSAGES },
      { signal: controller.signal },
    );
    const refused = expect(answer).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    const asked = await rig.ollama.waitFor(({ requests }) => requests[before]);
    controller.abort();
    await refused;
    await rig.ollama.aborted(asked);
  });
});

describe('heartbeats', () => {
  it('are comments while a model loads, which the accumulator does not see', async () => {
    let load = (): void => undefined;
    rig.ollama.script({ text: 'Awake.', holdHeaders: new Promise<void>((resolve) => (load = resolve)) });
    const raw = request(`${rig.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    });
    raw.end(JSON.stringify(BODY));
    const text = await new Promise<string>((resolve, reject) => {
      raw.on('error', reject).on('response', (response) => {
        let seen = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          // The model answers only after a second heartbeat was seen.
          seen += part;
          if (seen.split(': keep-alive\n\n').length > 2) load();
        });
        response.on('end', () => resolve(seen));
      });
    });
    expect(text).toMatch(/^(: keep-alive\n\n){2,}data: \{/);
    expect(text).toContain('[DONE]');

    rig.ollama.script({ text: 'Awake.', delayHeadersMs: 250 });
    const { choices } = await client.chat.completions.stream(BODY).finalChatCompletion();
    expect(choices[0]?.message.content).toBe('Awake.');
  });

  it('an error after a heartbeat goes in-band', async () => {
    rig.ollama.script({ delayHeadersMs: 250, error: { status: 500, message: 'out of memory' } });
    await expect(chunksOf(BODY)).rejects.toMatchObject({ code: 'upstream_error' });
  });
});

it('reports an answer that breaks its strict schema, as a comment in front of the end', async () => {
  rig.ollama.script({ text: '{}' });
  const wire = await wireOf({
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'p', strict: true, schema: { type: 'object', required: ['age'] } },
    },
  });
  expect(wire).toMatch(/\n\n: warning: schema_violation: [^\n]*age[^\n]*\n\n/);
  expect(wire).toContain('[DONE]');
});
