import type OpenAI from 'openai';
import type { OllamaRecord } from '../upstream/ollama/ollama-wire';
import { type ChatAnswerForm, ChatCodec } from './chat-codec';
import { schemaCheck } from './answer-checks';

const text = (content: string): OllamaRecord => ({ message: { role: 'assistant', content }, done: false });
const done: OllamaRecord = {
  message: { role: 'assistant', content: '' },
  done: true,
  done_reason: 'stop',
  prompt_eval_count: 7,
  eval_count: 2,
};
const call = (name: string, args: Record<string, unknown>, id?: string) => ({
  ...(id !== undefined && { id }),
  function: { index: 0, name, arguments: args },
});

function codec(form: Partial<ChatAnswerForm> = {}): ChatCodec {
  let calls = 0;
  return new ChatCodec({
    id: 'chatcmpl-1',
    created: 100,
    model: 'm',
    streamed: true,
    includeUsage: false,
    jsonCalls: null,
    oneToolCall: false,
    legacyFunctions: false,
    checks: { answer: null, callArguments: new Map() },
    mintCallId: () => `call_${++calls}`,
    ...form,
  });
}

function stream(batches: OllamaRecord[][], form: Partial<ChatAnswerForm> = {}): OpenAI.ChatCompletionChunk[] {
  const answer = codec(form);
  const wire = batches.map((batch) => answer.take(batch)).join('') + answer.last();
  const frames = wire.split('\n\n').filter((frame) => frame !== '');
  expect(frames.at(-1)).toBe('data: [DONE]');
  return frames
    .slice(0, -1)
    .map((frame) => JSON.parse(frame.slice('data: '.length)) as OpenAI.ChatCompletionChunk);
}

function unary(records: OllamaRecord[], form: Partial<ChatAnswerForm> = {}): OpenAI.ChatCompletion {
  const answer = codec({ streamed: false, ...form });
  expect(answer.take(records)).toBe('');
  return JSON.parse(answer.body()) as OpenAI.ChatCompletion;
}

const deltas = (chunks: OpenAI.ChatCompletionChunk[]) => chunks.map((chunk) => chunk.choices[0]?.delta);
const batches = [[text('Hel')], [text('lo "\n'), text('✓')], [done]];

describe('ChatCodec', () => {
  it('starts with the role, carries every piece once, ends with the reason and the end mark', () => {
    const chunks = stream(batches);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('Hello "\n✓');
    expect(chunks.map((chunk) => chunk.choices[0]?.finish_reason)).toEqual([null, null, null, null, 'stop']);
    for (const chunk of chunks) {
      expect(chunk).toMatchObject({
        id: 'chatcmpl-1',
        object: 'chat.completion.chunk',
        created: 100,
        model: 'm',
      });
      expect(chunk).not.toHaveProperty('usage');
    }
  });

  it('with include_usage: null in every chunk, the figures in a last one without choices', () => {
    const chunks = stream([[text('x'), { ...done, prompt_eval_cached_count: 3 }]], { includeUsage: true });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: {
        prompt_tokens: 7,
        completion_tokens: 2,
        total_tokens: 9,
        prompt_tokens_details: { cached_tokens: 3 },
      },
    });
  });

  it('says length where Ollama stopped for length, tools or not', () => {
    const cut = {
      ...done,
      done_reason: 'length',
      message: { role: 'assistant', content: '', tool_calls: [call('f', {})] },
    };
    expect(stream([[cut]]).at(-1)?.choices[0]?.finish_reason).toBe('length');
  });

  it('folds to the same answer', () => {
    expect(unary([text('a'), text('b'), done])).toMatchObject({
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'ab', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: { total_tokens: 9 },
    });
  });

  it('passes thinking on as reasoning_content', () => {
    const records = [
      { message: { role: 'assistant', content: '', thinking: 'Let me see' } },
      text('42'),
      done,
    ];
    expect(deltas(stream([records]))).toContainEqual({ reasoning_content: 'Let me see' });
    expect(unary(records).choices[0]?.message).toMatchObject({
      reasoning_content: 'Let me see',
      content: '42',
    });
  });

  it('renumbers tool calls and mints the ids that a parser left out or repeated (all index 0 upstream)', () => {
    const records = [
      {
        message: {
          role: 'assistant',
          content: '',
          tool_calls: [call('a', { x: 1 }, 'call_same'), call('b', {}, 'call_same')],
        },
      },
      { message: { role: 'assistant', content: '', tool_calls: [call('c', {})] } },
      done,
    ];
    const whole = unary(records).choices[0]!;
    expect(whole.finish_reason).toBe('tool_calls');
    expect(whole.message.content).toBeNull();
    expect(whole.message.tool_calls).toEqual([
      { id: 'call_same', type: 'function', function: { name: 'a', arguments: '{"x":1}' } },
      { id: 'call_1', type: 'function', function: { name: 'b', arguments: '{}' } },
      { id: 'call_2', type: 'function', function: { name: 'c', arguments: '{}' } },
    ]);
    const pieces = deltas(stream([records])).flatMap((delta) => delta?.tool_calls ?? []);
    expect(pieces.map((piece) => piece.index)).toEqual([0, 0, 1, 1, 2, 2]);
    expect(pieces[0]).toEqual({
      index: 0,
      id: 'call_same',
      type: 'function',
      function: { name: 'a', arguments: '' },
    });
    expect(pieces[1]).toEqual({ index: 0, function: { arguments: '{"x":1}' } });
  });

  it('passes on one call where parallel calls are not wanted', () => {
    const records = [
      { message: { role: 'assistant', content: '', tool_calls: [call('a', {}), call('b', {})] }, done: true },
    ];
    expect(unary(records, { oneToolCall: true }).choices[0]?.message.tool_calls).toHaveLength(1);
  });

  it('turns a forced answer into a call, and leaves a cut one as text', () => {
    const records = [text('{"name":"weather",'), text('"arguments":{"city":"Oslo"}}'), done];
    expect(unary(records, { jsonCalls: { names: ['weather'], required: true } }).choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: null,
        tool_calls: [{ function: { name: 'weather', arguments: '{"city":"Oslo"}' } }],
      },
    });
    const pieces = deltas(stream([records], { jsonCalls: { names: ['weather'], required: true } }));
    expect(pieces.every((delta) => !delta?.content)).toBe(true);
    expect(
      unary([text('{"name":"wea'), { ...done, done_reason: 'length' }], {
        jsonCalls: { names: ['weather'], required: true },
      }).choices[0],
    ).toMatchObject({
      finish_reason: 'length',
      message: { content: '{"name":"wea' },
    });
  });

  describe('of text that may be a call', () => {
    const jsonCalls = { names: ['weather', 'clock'], required: false };
    const spoken = (pieces: string[], reason = 'stop') => {
      const records = [...pieces.map(text), { ...done, done_reason: reason }];
      const chunks = stream([records], { jsonCalls });
      const content = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').filter((t) => t !== '');
      const [choice] = unary(records, { jsonCalls }).choices;
      expect(content.join('')).toBe(choice?.message.content ?? '');
      return { content, choice };
    };

    it('calls where it names a tool', () => {
      const { choice } = spoken(['{ "na', 'me": "clo', 'ck", "arguments": {"zone"', ':"UTC"}}']);
      expect(choice).toMatchObject({
        finish_reason: 'tool_calls',
        message: {
          content: null,
          tool_calls: [{ function: { name: 'clock', arguments: '{"zone":"UTC"}' } }],
        },
      });
    });

    it.each<[string, string[], number]>([
      ['another object, streamed from where that is certain', ['{"na', 'me":"cl', 'oud"', '}'], 2],
      ['no object at all', ['[', '1]'], 2],
      ['a name and nothing to call it with', ['{"name":"clock"', '}'], 1],
      ['more than a call', ['{"name":"clock","arguments":{}', ',"more":1}'], 1],
    ])('answers where it is %s', (_what, pieces, frames) => {
      const { content, choice } = spoken(pieces);
      expect(choice).toMatchObject({ finish_reason: 'stop', message: { content: pieces.join('') } });
      expect(content).toHaveLength(frames);
    });

    it('is text where it was cut short', () => {
      const { choice } = spoken(['{"name":"clock","argu'], 'length');
      expect(choice).toMatchObject({
        finish_reason: 'length',
        message: { content: '{"name":"clock","argu' },
      });
    });

    it('keeps the logprobs of what it held', () => {
      const records = ['{"', 'a":1}'].map((t) => ({ ...text(t), logprobs: [{ token: t, logprob: -1 }] }));
      const [choice] = unary([...records, done], { jsonCalls }).choices;
      expect(choice?.logprobs?.content?.map(({ token }) => token)).toEqual(['{"', 'a":1}']);
    });
  });

  it('answers a legacy request in the legacy form', () => {
    const records = [
      { message: { role: 'assistant', content: '', tool_calls: [call('f', { a: 1 })] }, done: true },
    ];
    expect(unary(records, { legacyFunctions: true }).choices[0]).toMatchObject({
      finish_reason: 'function_call',
      message: { function_call: { name: 'f', arguments: '{"a":1}' } },
    });
  });

  it('carries logprobs with an array of alternatives, even an empty one', () => {
    const records = [{ ...text('Hi'), logprobs: [{ token: 'Hi', logprob: -0.1 }] }, done];
    expect(unary(records).choices[0]?.logprobs).toEqual({
      content: [{ token: 'Hi', logprob: -0.1, bytes: [72, 105], top_logprobs: [] }],
      refusal: null,
    });
    expect(stream([records])[1]?.choices[0]?.logprobs?.content?.[0]?.token).toBe('Hi');
    const thought = { message: { role: 'assistant', content: '', thinking: 'Hm' } };
    const withThoughts = [{ ...thought, logprobs: [{ token: 'Hm', logprob: -1 }] }, ...records];
    expect(unary(withThoughts).choices[0]?.logprobs?.content?.map(({ token }) => token)).toEqual(['Hi']);
  });

  it('numbers the choices of n, and counts the prompt once', () => {
    const records = [text('a'), done, text('b'), done];
    expect(unary(records)).toMatchObject({
      choices: [
        { index: 0, message: { content: 'a' } },
        { index: 1, message: { content: 'b' } },
      ],
      usage: { prompt_tokens: 7, completion_tokens: 4 },
    });
    const finishes = stream([
      [text('a'), done],
      [text('b'), done],
    ]).filter((chunk) => chunk.choices[0]?.finish_reason);
    expect(finishes.map((chunk) => chunk.choices[0]?.index)).toEqual([0, 1]);
  });

  it('finds an answer that breaks its strict schema', () => {
    const check = schemaCheck({
      type: 'object',
      properties: { n: { type: 'integer' } },
      required: ['n'],
      additionalProperties: false,
    });
    const flawOf = (answer: string) => {
      const whole = codec({ streamed: false, checks: { answer: check, callArguments: new Map() } });
      whole.take([text(answer), done]);
      return whole.flaw;
    };
    expect(flawOf('{"n":1}')).toBeNull();
    expect(flawOf('{"n":"x"}')).toMatch(/n must be/);
    expect(flawOf('{"n":')).toBe('schema_violation: the answer is not JSON');
  });
});
