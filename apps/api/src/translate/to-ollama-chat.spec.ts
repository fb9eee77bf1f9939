import type { ChatRequest } from '@ollameter/openai-contract';
import { toOllamaChat } from './to-ollama-chat';
import { planTools } from './to-ollama-tools';

const user = { role: 'user' as const, content: 'Hi' };
const weather = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'Weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
};
const clock = { type: 'function', function: { name: 'clock' } };

function translateAll(
  request: Partial<ChatRequest>,
  facts: {
    numCtx?: number;
    canThink?: boolean;
    canSee?: boolean;
    available?: number;
    mayReload?: boolean;
  } = {},
) {
  const whole: ChatRequest = { messages: [user], ...request };
  return toOllamaChat(whole, planTools(whole), {
    name: 'llama3.1:8b',
    canThink: facts.canThink ?? null,
    canSee: facts.canSee ?? null,
    canHear: null,
    context: {
      pinnedNumCtx: facts.numCtx ?? null,
      availableNumCtx: facts.available ?? null,
      mayReload: facts.mayReload ?? false,
    },
  });
}
const translate = (...args: Parameters<typeof translateAll>) => translateAll(...args)[0]!;

describe('toOllamaChat', () => {
  it('sends nothing that the client did not say, so that the model’s own parameters hold', () => {
    expect(
      translate({ temperature: null, stop: null, seed: null, tools: [], tool_choice: 'auto', n: 1 }),
    ).toEqual({
      model: 'llama3.1:8b',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      truncate: false,
    });
  });

  it('maps every sampling field that Ollama knows; fields win over options', () => {
    const { options, keep_alive } = translate({
      temperature: 0,
      top_p: 0.5,
      top_k: 3,
      min_p: 0.1,
      repeat_penalty: 1.1,
      presence_penalty: -1,
      frequency_penalty: 1,
      seed: 7,
      stop: 'END',
      max_tokens: 10,
      max_completion_tokens: 12,
      keep_alive: '10m',
      options: { temperature: 1, typical_p: 0.9 },
    });
    expect(options).toEqual({
      temperature: 0,
      top_p: 0.5,
      top_k: 3,
      min_p: 0.1,
      repeat_penalty: 1.1,
      presence_penalty: -1,
      frequency_penalty: 1,
      seed: 7,
      stop: ['END'],
      num_predict: 12,
      typical_p: 0.9,
    });
    expect(keep_alive).toBe('10m');
  });

  it('never lets a client’s load-time option reload the model', () => {
    const options = { num_ctx: 4096, num_gpu: 1, num_thread: 2, use_mmap: false, num_batch: 64, main_gpu: 1 };
    expect(translate({ options }).options).toBeUndefined();
    expect(translate({ options }, { numCtx: 8192 }).options).toEqual({ num_ctx: 8192 });
    expect(translate({ options }, { available: 4096 }).options).toBeUndefined();
  });

  it('refuses a num_ctx that the model does not have, naming both numbers', () => {
    expect(() => translate({ options: { num_ctx: 8193 } }, { numCtx: 8192 })).toThrow(/8192 tokens.*8193/);
    expect(() => translate({ options: { num_ctx: 'big' } })).toThrow(/whole number/);
  });

  it('turns developer into system and joins content parts in order', () => {
    const { messages } = translate({
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'One ' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
            { type: 'text', text: 'two' },
          ],
        },
        { role: 'assistant', content: null, reasoning_content: 'hm' },
      ],
    });
    expect(messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'One two', images: ['AAAA'] },
      { role: 'assistant', content: '', thinking: 'hm' },
    ]);
  });

  it('replays a tool turn with the tool’s name beside its result', () => {
    const { messages } = translate({
      messages: [
        user,
        {
          role: 'assistant',
          content: [],
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
            { id: 'call_2', type: 'function', function: { name: 'clock', arguments: '' } },
            { id: 'call_3', type: 'function', function: { name: 'clock', arguments: 'broken{' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: 'rain' }] },
        { role: 'function', name: 'clock', content: '12:00' },
      ],
    });
    expect(messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          { id: 'call_1', function: { name: 'weather', arguments: { city: 'Oslo' } } },
          { id: 'call_2', function: { name: 'clock', arguments: {} } },
          { id: 'call_3', function: { name: 'clock', arguments: { arguments: 'broken{' } } },
        ],
      },
      { role: 'tool', content: 'rain', tool_name: 'weather', tool_call_id: 'call_1' },
      { role: 'tool', content: '12:00', tool_name: 'clock' },
    ]);
  });

  it('offers tools natively, drops them for none, forces one by format for required and named', () => {
    const tools = [weather, clock];
    expect(translate({ tools }).tools).toEqual([
      weather,
      { type: 'function', function: { name: 'clock', parameters: { type: 'object', properties: {} } } },
    ]);
    expect(translate({ tools, tool_choice: 'none' })).not.toHaveProperty('tools');
    const required = translate({ tools, tool_choice: 'required' }, { canThink: true });
    expect(required).toMatchObject({
      format: {
        anyOf: [
          { properties: { name: { enum: ['weather'] } } },
          { properties: { name: { enum: ['clock'] } } },
        ],
      },
      think: false,
    });
    expect(required).not.toHaveProperty('tools');
    expect(required.messages.at(-1)?.content).toContain('"name":"weather"');
    const named = translate({ tools, tool_choice: { type: 'function', function: { name: 'clock' } } });
    expect(named.format).toMatchObject({
      properties: { name: { enum: ['clock'] } },
      required: ['name', 'arguments'],
    });
    expect(
      translate({ functions: [weather.function], function_call: { name: 'weather' } }).format,
    ).toMatchObject({
      properties: { name: { enum: ['weather'] } },
    });
  });

  it('offers only the allowed tools, and takes the root of a schema along when it forces a call', () => {
    const tools = [weather, clock];
    const allowed = (mode: 'auto' | 'required') => ({
      type: 'allowed_tools' as const,
      allowed_tools: { mode, tools: [{ type: 'function', function: { name: 'clock' } }] },
    });
    expect(translate({ tools, tool_choice: allowed('auto') }).tools).toEqual([
      { type: 'function', function: { name: 'clock', parameters: { type: 'object', properties: {} } } },
    ]);
    expect(translate({ tools, tool_choice: allowed('required') }).format).toMatchObject({
      properties: { name: { enum: ['clock'] } },
    });
    const tree = {
      type: 'function',
      function: {
        name: 'tree',
        parameters: {
          type: 'object',
          properties: { root: { $ref: '#/$defs/node' } },
          $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
        },
      },
    };
    expect(translate({ tools: [tree], tool_choice: 'required' }).format).toMatchObject({
      properties: { arguments: { $ref: '#/$defs/tool0' } },
      $defs: {
        tool0: {
          properties: { root: { $ref: '#/$defs/tool0/$defs/node' } },
          $defs: { node: { properties: { next: { $ref: '#/$defs/tool0/$defs/node' } } } },
        },
      },
    });
  });

  it('refuses pictures for a model that cannot see, because Ollama would drop them', () => {
    const picture = {
      messages: [
        {
          ...user,
          content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
        },
      ],
    };
    expect(() => translate(picture, { canSee: false })).toThrow(/does not take images/);
    expect(translate(picture, { canSee: true }).messages[0]?.images).toEqual(['AAAA']);
  });

  it('sends load-time options only for a key that may reload', () => {
    const options = { num_ctx: 8192, num_gpu: 1, num_thread: 2, shift: false, top_k: 5 };
    expect(translate({ options }, { numCtx: 8192 }).options).toEqual({ num_ctx: 8192, top_k: 5 });
    expect(translate({ options }, { available: 8192 }).options).toEqual({ top_k: 5 });
    expect(() => translate({ options }, { numCtx: 4096 })).toThrow(/4096.*8192/);
    expect(translate({ options }, { numCtx: 4096, mayReload: true }).options).toEqual(options);
  });

  it('constrains by response_format, and asks only thinking models to think', () => {
    expect(translate({ response_format: { type: 'json_object' } }).format).toBe('json');
    const schema = { type: 'object', $schema: 'x', title: 'T' };
    expect(
      translate({ response_format: { type: 'json_schema', json_schema: { name: 'n', schema } } }).format,
    ).toEqual(schema);
    expect(translate({ reasoning_effort: 'high' }, { canThink: true }).think).toBe('high');
    expect(translate({ reasoning_effort: 'none' }, { canThink: true }).think).toBe(false);
    expect(translate({ reasoning_effort: 'xhigh' }, { canThink: true }).think).toBe('max');
    expect(translate({ reasoning_effort: 'high' }, { canThink: false })).not.toHaveProperty('think');
    expect(translate({ reasoning: { effort: 'none' } }, { canThink: true }).think).toBe(false);
    expect(translate({ think: true, reasoning_effort: 'none' }, { canThink: true }).think).toBe(true);
    expect(translate({ think: true }, { canThink: false })).not.toHaveProperty('think');
  });

  it('makes n choices as n generations, each with its own seed', () => {
    expect(translateAll({ n: 3, seed: 5 }).map((body) => body.options?.seed)).toEqual([5, 6, 7]);
    expect(translateAll({ n: 2 })).toHaveLength(2);
  });

  it.each<[string, Partial<ChatRequest>]>([
    ['tools[0].type', { tools: [{ type: 'custom' }] }],
    ['tool_choice', { tool_choice: 'required' }],
    ['tool_choice', { tools: [clock], tool_choice: { type: 'function', function: { name: 'nope' } } }],
    ['tool_choice.type', { tools: [clock], tool_choice: { type: 'custom' } }],
    ['logit_bias', { logit_bias: { '50256': -100 } }],
    ['web_search_options', { web_search_options: {} }],
    ['audio', { audio: { voice: 'x' } }],
    ['modalities', { modalities: ['text', 'audio'] }],
    [
      'response_format.json_schema.schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'x' } } },
    ],
    [
      'messages[0].content[1].type',
      { messages: [{ ...user, content: [{ type: 'text', text: 'x' }, { type: 'file' }] }] },
    ],
    [
      'messages[0].content[0].image_url.url',
      { messages: [{ ...user, content: [{ type: 'image_url', image_url: { url: 'http://x/y.png' } }] }] },
    ],
    [
      'messages[0].content[0].image_url.url',
      {
        messages: [
          { ...user, content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,?' } }] },
        ],
      },
    ],
  ])('refuses %s by name instead of dropping it', (param, request) => {
    expect(() => translate(request)).toThrow(expect.objectContaining({ param }) as Error);
  });
});
