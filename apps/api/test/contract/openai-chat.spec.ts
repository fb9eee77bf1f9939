import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { GatewayRig } from '../support/gateway-rig';

/** Chat completions, unary, with the official client. */

let rig: GatewayRig;
let client: OpenAI;
beforeAll(async () => {
  rig = await GatewayRig.start();
  client = rig.openai();
});
afterEach(() => rig.ollama.clearScripts());
afterAll(() => rig.stop());

const MODEL = 'llama3.1:8b';
const MESSAGES = [{ role: 'user' as const, content: 'Say hello.' }];
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const tool = (name: string): OpenAI.ChatCompletionFunctionTool => ({
  type: 'function',
  function: {
    name,
    description: `What ${name} does`,
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    },
  },
});

/** The body of the generation that the gateway asked Ollama for last. */
const upstream = () => rig.ollama.requests.findLast((request) => request.isInference)?.body ?? {};

describe('text', () => {
  it('answers with every field that the SDK declares', async () => {
    rig.ollama.script({ text: 'Hello there.', done: { metrics: { prompt_eval_count: 11, eval_count: 3 } } });
    const answer = await client.chat.completions.create({ model: MODEL, messages: MESSAGES });
    expect(answer).toEqual({
      id: expect.stringMatching(/^chatcmpl-[0-9a-f]{32}$/) as string,
      object: 'chat.completion',
      created: expect.any(Number) as number,
      model: MODEL,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello there.', refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 },
      service_tier: 'default',
    });
    expect(answer._request_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('tells cached prompt tokens where Ollama tells them', async () => {
    rig.ollama.script({
      text: 'Hi',
      done: { metrics: { prompt_eval_count: 9, prompt_eval_cached_count: 7 } },
    });
    const { usage } = await client.chat.completions.create({ model: MODEL, messages: MESSAGES });
    expect(usage?.prompt_tokens_details).toEqual({ cached_tokens: 7 });
  });

  it('says length where max_completion_tokens cut it, under either name', async () => {
    for (const limit of [{ max_completion_tokens: 2 }, { max_tokens: 2 }]) {
      const { choices } = await client.chat.completions.create({
        model: MODEL,
        messages: MESSAGES,
        ...limit,
      });
      expect(choices[0]?.finish_reason).toBe('length');
      expect(upstream().options?.num_predict).toBe(2);
    }
  });

  it('takes the default model where none is named, and spells names as the host does', async () => {
    const answer = await client.chat.completions.create({ model: 'LLAMA3.1:8B', messages: MESSAGES });
    expect(answer.model).toBe(MODEL);
    const response = await rig.post('/v1/chat/completions', { messages: MESSAGES });
    expect(((await response.json()) as OpenAI.ChatCompletion).model).toBe(MODEL);
  });

  it('joins array content in order, and maps developer to system', async () => {
    await client.chat.completions.create({
      model: MODEL,
      messages: [
        {
          role: 'developer',
          content: [
            { type: 'text', text: 'Be ' },
            { type: 'text', text: 'brief.' },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
      ],
    });
    expect(upstream().messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'ab' },
    ]);
  });

  it('stops in front of a stop text', async () => {
    const text = (await client.chat.completions.create({ model: MODEL, messages: MESSAGES })).choices[0]
      ?.message.content;
    const stop = text?.split(' ')[3] ?? '';
    const { choices } = await client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
      stop: [stop],
    });
    expect(choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: text?.slice(0, text.indexOf(stop)) },
    });
  });

  it('passes Ollama’s own fields on as extra body', async () => {
    const extra = {
      top_k: 5,
      min_p: 0.1,
      repeat_penalty: 1.2,
      keep_alive: '10m',
      options: { typical_p: 0.9, num_ctx: 2048 },
    };
    await client.chat.completions.create({ model: MODEL, messages: MESSAGES, ...extra });
    expect(upstream()).toMatchObject({
      keep_alive: '10m',
      options: { top_k: 5, min_p: 0.1, repeat_penalty: 1.2, typical_p: 0.9 },
    });
    expect(upstream().options).not.toHaveProperty('num_ctx');
  });

  it('ignores what changes no answer', async () => {
    const { choices } = await client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
      user: 'u',
      safety_identifier: 's',
      prompt_cache_key: 'k',
      service_tier: 'auto',
      store: true,
      metadata: { a: 'b' },
      verbosity: 'low',
      prediction: { type: 'content', content: 'x' },
      logit_bias: {},
    });
    expect(choices).toHaveLength(1);
  });
});

describe('n', () => {
  it('makes n choices, numbered, each with its own seed; the prompt counts once', async () => {
    const { choices, usage } = await client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
      n: 3,
      seed: 7,
    });
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(new Set(choices.map(({ message }) => message.content)).size).toBe(3);
    const asked = rig.ollama.requests.filter((request) => request.isInference).slice(-3);
    expect(asked.map(({ body }) => body.options?.seed)).toEqual([7, 8, 9]);
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
  });
});

describe('tools', () => {
  it('calls in parallel: renumbered, unique ids, arguments as text, content null', async () => {
    rig.ollama.script({
      toolCallMode: 'rendered',
      toolCalls: [
        { id: '', function: { name: 'weather', arguments: { city: 'Paris' } } },
        { id: '', function: { name: 'weather', arguments: { city: 'Rom' } } },
      ],
    });
    const { choices } = await client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
      tools: [tool('weather')],
    });
    const [choice] = choices;
    expect(choice?.finish_reason).toBe('tool_calls');
    expect(choice?.message.content).toBeNull();
    const calls = choice?.message.tool_calls as OpenAI.ChatCompletionMessageFunctionToolCall[];
    expect(calls.map((call) => call.function)).toEqual([
      { name: 'weather', arguments: '{"city":"Paris"}' },
      { name: 'weather', arguments: '{"city":"Rom"}' },
    ]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
  });

  it('shows the model what a tool’s parameters refer to, which Ollama leaves out', async () => {
    const city = { type: 'object', properties: { name: { type: 'string' } } };
    await client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            parameters: {
              type: 'object',
              properties: { at: { $ref: '#/$defs/City' } },
              $defs: { City: city },
            },
          },
        },
      ],
    });
    expect(upstream()).toMatchObject({
      tools: [{ function: { name: 'weather', parameters: { type: 'object', properties: { at: city } } } }],
    });
  });

  it('reports a call that breaks its strict schema', async () => {
    const strict = tool('weather');
    strict.function.strict = true;
    const ask = () =>
      client.chat.completions.create({ model: MODEL, messages: MESSAGES, tools: [strict] }).withResponse();
    rig.ollama.script({ toolCalls: [{ function: { name: 'weather', arguments: { town: 'Oslo' } } }] });
    const { response, request_id } = await ask();
    expect(response.headers.get('x-ollameter-warning')).toMatch(/^schema_violation: call of weather: .*city/);
    expect(await rig.row(request_id ?? '')).toMatchObject({ errorCode: 'schema_violation' });
    rig.ollama.script({ toolCalls: [{ function: { name: 'weather', arguments: { city: 'Oslo' } } }] });
    expect((await ask()).response.headers.get('x-ollameter-warning')).toBeNull();
  });

  it('takes one call only with parallel_tool_calls false', async () => {
    const { choices } = await client.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content: 'Ask weather and clock.' }],
      tools: [tool('weather'), tool('clock')],
      parallel_tool_calls: false,
    });
    expect(choices[0]?.message.tool_calls).toHaveLength(1);
  });

  it.each<[string, OpenAI.ChatCompletionToolChoiceOption]>([
    ['required', 'required'],
    ['named', { type: 'function', function: { name: 'clock' } }],
    [
      'allowed_tools',
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'clock' } }] },
      },
    ],
  ])('tool_choice %s forces a call that follows the tool’s schema', async (kind, choice) => {
    const { choices } = await client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
      tools: [tool('weather'), tool('clock')],
      tool_choice: choice,
    });
    expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } });
    const [call] = choices[0]?.message.tool_calls as OpenAI.ChatCompletionMessageFunctionToolCall[];
    expect(kind === 'required' ? ['weather', 'clock'] : ['clock']).toContain(call?.function.name);
    expect(JSON.parse(call?.function.arguments ?? '')).toEqual({ city: expect.any(String) as string });
  });

  it('tool_choice none offers no tools', async () => {
    const { choices } = await client.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content: 'Ask weather.' }],
      tools: [tool('weather')],
      tool_choice: 'none',
    });
    expect(choices[0]?.finish_reason).toBe('stop');
    expect(upstream()).not.toHaveProperty('tools');
  });

  it('forces no second call where the model does not obey: an error, not a text that looks like an answer', async () => {
    rig.ollama.script({ text: 'I would rather not.', times: Infinity });
    const forced = client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
      tools: [tool('weather')],
      tool_choice: 'required',
    });
    await expect(forced).rejects.toMatchObject({ status: 502, code: 'upstream_error' });
  });

  it('runs the SDK’s tool loop to its end', async () => {
    rig.ollama.script({ toolCalls: [{ function: { name: 'weather', arguments: { city: 'Oslo' } } }] });
    const asked: string[] = [];
    const runner = client.chat.completions.runTools({
      model: MODEL,
      messages: [{ role: 'user', content: 'How is it in Oslo?' }],
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            description: 'Weather of a city',
            parameters: { type: 'object', properties: { city: { type: 'string' } } },
            parse: JSON.parse as (text: string) => { city: string },
            function: ({ city }: { city: string }) => {
              asked.push(city);
              return 'snow';
            },
          },
        },
      ],
    });
    await expect(runner.finalContent()).resolves.toBe('The tool answered: snow');
    expect(asked).toEqual(['Oslo']);
    expect(upstream().messages?.at(-1)).toMatchObject({
      role: 'tool',
      tool_name: 'weather',
      content: 'snow',
    });
  });

  it('answers legacy functions in the legacy form', async () => {
    rig.ollama.script({ toolCalls: [{ function: { name: 'weather', arguments: { city: 'Rom' } } }] });
    const { choices } = await client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
      functions: [{ name: 'weather', parameters: { type: 'object', properties: {} } }],
      function_call: 'auto',
    });
    expect(choices[0]).toMatchObject({
      finish_reason: 'function_call',
      message: { function_call: { name: 'weather', arguments: '{"city":"Rom"}' } },
    });
  });

  it('accepts a replayed assistant turn in every form that clients send', async () => {
    const calls = [
      { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rom","id":"x"}' } },
    ];
    for (const content of [null, '', [], undefined]) {
      const response = await rig.post('/v1/chat/completions', {
        model: MODEL,
        messages: [
          ...MESSAGES,
          { role: 'assistant', ...(content !== undefined && { content }), tool_calls: calls },
          { role: 'tool', tool_call_id: 'c1', content: '[{"temperature":3}]' },
        ],
      });
      expect(response.status).toBe(200);
    }
  });
});

describe('response_format', () => {
  const Person = z.object({ name: z.string(), age: z.number() });

  it('parses a zod schema’s answer', async () => {
    const { choices } = await client.chat.completions.parse({
      model: MODEL,
      messages: MESSAGES,
      response_format: zodResponseFormat(Person, 'person'),
    });
    expect(Person.safeParse(choices[0]?.message.parsed).success).toBe(true);
    expect(upstream().format).toMatchObject({ type: 'object', properties: { name: { type: 'string' } } });
  });

  it('reports an answer that breaks its strict schema: in a header, and in the row', async () => {
    rig.ollama.script({ text: '{"name":"Ann"}' });
    const { response, request_id } = await client.chat.completions
      .create({ model: MODEL, messages: MESSAGES, response_format: zodResponseFormat(Person, 'person') })
      .withResponse();
    expect(response.headers.get('x-ollameter-warning')).toMatch(/^schema_violation: .*age/);
    const row = await rig.row(request_id ?? '');
    expect(row).toMatchObject({ outcome: 'completed', errorCode: 'schema_violation' });
  });

  describe('beside tools, which Ollama never calls then', () => {
    const ask = (content: string) =>
      client.chat.completions.create({
        model: MODEL,
        messages: [{ role: 'system', content: 'Be exact.' }, ...MESSAGES, { role: 'user', content }],
        tools: [tool('weather')],
        response_format: zodResponseFormat(Person, 'person'),
      });

    it('is a choice for the sampler: a call, or the answer', async () => {
      rig.ollama.script({ text: '{"name": "weather", "arguments": {"city": "Oslo"}}' });
      const called = await ask('Weather?');
      expect(called.choices[0]).toMatchObject({
        finish_reason: 'tool_calls',
        message: {
          content: null,
          tool_calls: [{ function: { name: 'weather', arguments: '{"city":"Oslo"}' } }],
        },
      });
      const { format, tools, messages } = upstream() as {
        format: { anyOf: object[] };
        tools?: unknown;
        messages: { content: string }[];
      };
      expect(tools).toBeUndefined();
      expect(format.anyOf).toMatchObject([
        { properties: { name: { enum: ['weather'] }, arguments: { properties: { city: {} } } } },
        { properties: { name: { type: 'string' }, age: { type: 'number' } } },
      ]);
      expect(messages[0]?.content).toMatch(/^Be exact\.\n\nYou may call .*"weather".*"age"/s);

      rig.ollama.script({ text: '{"name":"Ann","age":4}' });
      const answered = await ask('Who?');
      expect(answered.choices[0]).toMatchObject({
        finish_reason: 'stop',
        message: { content: '{"name":"Ann","age":4}' },
      });
    });

    it('still tells of an answer that breaks the schema', async () => {
      rig.ollama.script({ text: '{"name":"Ann"}' });
      const { response } = await ask('Who?').withResponse();
      expect(response.headers.get('x-ollameter-warning')).toMatch(/^schema_violation: .*age/);
    });

    it('runs the SDK’s loop of tools to a parsed answer', async () => {
      rig.ollama.script({ text: '{"name":"weather","arguments":{"city":"Oslo"}}' });
      rig.ollama.script({ text: '{"name":"Ann","age":4}' });
      const runner = client.chat.completions.runTools({
        model: MODEL,
        messages: MESSAGES,
        response_format: zodResponseFormat(Person, 'person'),
        stream: true,
        tools: [
          {
            type: 'function',
            function: {
              name: 'weather',
              description: 'Weather of a city',
              parameters: { type: 'object', properties: { city: { type: 'string' } } },
              function: () => 'snow',
            },
          },
        ],
      });
      await expect(runner.finalContent()).resolves.toBe('{"name":"Ann","age":4}');
    });
  });

  it('json_object gives JSON', async () => {
    const { choices } = await client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
      response_format: { type: 'json_object' },
    });
    expect(() => JSON.parse(choices[0]?.message.content ?? '') as unknown).not.toThrow();
    expect(upstream().format).toBe('json');
  });
});

describe('vision', () => {
  const picture = (url: string): OpenAI.ChatCompletionMessageParam[] => [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url } },
      ],
    },
  ];

  it('sends a data URL’s bytes to a model that can see', async () => {
    await client.chat.completions.create({
      model: 'gemma3:4b',
      messages: picture(`data:image/png;base64,${PIXEL}`),
    });
    expect(upstream().messages).toEqual([{ role: 'user', content: 'What is this?', images: [PIXEL] }]);
  });

  it.each([
    ['a model that cannot see', MODEL, `data:image/png;base64,${PIXEL}`, 'unsupported_value'],
    ['an http URL, without FETCH_IMAGE_URLS', 'gemma3:4b', 'https://example.com/a.png', 'unsupported_value'],
    ['bytes that are no base64', 'gemma3:4b', 'data:image/png;base64,%%%', 'invalid_value'],
    ['a data URL of something else', 'gemma3:4b', 'data:text/plain;base64,AAAA', 'unsupported_value'],
  ])('refuses %s by the part’s name', async (_what, model, url, code) => {
    const refused = client.chat.completions.create({ model, messages: picture(url) });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      code,
      param: expect.stringMatching(/^messages\[0\]\.content\[1\]/) as string,
    });
  });
});

describe('reasoning', () => {
  it('gives thoughts as reasoning_content, and counts their tokens', async () => {
    rig.ollama.script({ thinking: 'Hm, let me see.', text: 'Hello.' });
    const { choices, usage } = await client.chat.completions.create({
      model: 'qwen3:8b',
      messages: MESSAGES,
      reasoning_effort: 'high',
    });
    expect(choices[0]?.message).toMatchObject({ content: 'Hello.', reasoning_content: 'Hm, let me see.' });
    expect(usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(0);
    expect(upstream().think).toBe('high');
  });

  it('is not asked of a model that cannot think', async () => {
    await client.chat.completions.create({ model: MODEL, messages: MESSAGES, reasoning_effort: 'low' });
    expect(upstream()).not.toHaveProperty('think');
  });

  it('none switches it off', async () => {
    await client.chat.completions.create({ model: 'qwen3:8b', messages: MESSAGES, reasoning_effort: 'none' });
    expect(upstream().think).toBe(false);
  });
});

describe('logprobs', () => {
  it('come with bytes and alternatives', async () => {
    rig.ollama.script({
      chunks: [
        {
          content: 'é',
          logprobs: [{ token: 'é', logprob: -0.1, top_logprobs: [{ token: 'e', logprob: -2 }] }],
        },
      ],
    });
    const { choices } = await client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
      logprobs: true,
      top_logprobs: 1,
    });
    expect(choices[0]?.logprobs).toEqual({
      content: [
        {
          token: 'é',
          logprob: -0.1,
          bytes: [195, 169],
          top_logprobs: [{ token: 'e', logprob: -2, bytes: [101] }],
        },
      ],
      refusal: null,
    });
    expect(upstream()).toMatchObject({ logprobs: true, top_logprobs: 1 });
  });
});

describe('the context', () => {
  it('refuses a prompt that is too long, with both numbers', async () => {
    const refused = client.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content: 'word '.repeat(5000) }],
    });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
      param: 'messages',
      message: expect.stringMatching(/maximum context length is 4096 tokens/) as string,
    });
  });

  it('refuses a num_ctx beyond what is loaded, names it, and loads nothing again', async () => {
    await client.chat.completions.create({ model: MODEL, messages: MESSAGES });
    const { reloads } = rig.ollama.scheduler;
    const asked = (num_ctx: number) =>
      client.chat.completions.create({
        model: MODEL,
        messages: MESSAGES,
        ...{ options: { num_ctx, num_gpu: 3, num_thread: 2, use_mmap: false } },
      });
    await expect(asked(8192)).rejects.toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
      param: 'options.num_ctx',
      message: expect.stringContaining('8192') as string,
    });
    await asked(4096);
    expect(rig.ollama.scheduler.reloads).toBe(reloads);
  });
});
