import type OpenAI from 'openai';

/** How one field is put to the test, on top of a small request that works. */
export interface Probe {
  value: unknown;
  /** Other fields that it needs; the request without the probed field has them too. */
  beside?: Record<string, unknown>;
  /** What Ollama is asked because of it. */
  upstream?: object;
  /** What the client is answered because of it: matched against the body, or the text of a stream. */
  answer?: object | RegExp;
}

/** Ollama's own fields, which clients send as extra body. */
type OllamaFields = 'top_k' | 'min_p' | 'repeat_penalty' | 'keep_alive' | 'options';
/** Every field that OpenAI's SDK declares; the compiler demands a probe of each. */
type Probes<Params, More extends string = OllamaFields> = Record<KeysOf<Params> | More, Probe>;
type KeysOf<T> = T extends unknown ? Extract<keyof T, string> : never;

const weather = { type: 'function', function: { name: 'weather', parameters: { type: 'object' } } };
const flatWeather = { type: 'function', name: 'weather', parameters: { type: 'object' }, strict: false };
const bothTools = ['weather', 'clock'].map((name) => ({
  type: 'function',
  function: { name, parameters: {} },
}));
const bothFlat = ['weather', 'clock'].map((name) => ({
  type: 'function',
  name,
  parameters: {},
  strict: false,
}));
const ASKS_BOTH = 'Ask weather and clock.';
const SCHEMA = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] };

const sampling = {
  temperature: { value: 0.3, upstream: { options: { temperature: 0.3 } } },
  top_p: { value: 0.4, upstream: { options: { top_p: 0.4 } } },
} satisfies Record<string, Probe>;

const penalties = {
  frequency_penalty: { value: 0.5, upstream: { options: { frequency_penalty: 0.5 } } },
  presence_penalty: { value: -0.5, upstream: { options: { presence_penalty: -0.5 } } },
  seed: { value: 11, upstream: { options: { seed: 11 } } },
  stop: { value: ['END'], upstream: { options: { stop: ['END'] } } },
} satisfies Record<string, Probe>;

const ollama = {
  top_k: { value: 7, upstream: { options: { top_k: 7 } } },
  min_p: { value: 0.2, upstream: { options: { min_p: 0.2 } } },
  repeat_penalty: { value: 1.3, upstream: { options: { repeat_penalty: 1.3 } } },
  keep_alive: { value: '7m', upstream: { keep_alive: '7m' } },
  options: { value: { typical_p: 0.8 }, upstream: { options: { typical_p: 0.8 } } },
} satisfies Record<string, Probe>;

const think = { value: false, beside: { model: 'qwen3:8b' }, upstream: { think: false } };
const stream = { value: true, answer: /^data: \{.*data: \[DONE\]\n\n$/s };
const model = { value: 'GEMMA3:4b', upstream: { model: 'gemma3:4b' }, answer: { model: 'gemma3:4b' } };
const usageStream = {
  value: { include_usage: true },
  beside: { stream: true },
  answer: /"choices":\[\],"usage":\{/,
};

export const CHAT: Probes<OpenAI.ChatCompletionCreateParams, OllamaFields | 'reasoning' | 'think'> = {
  ...sampling,
  ...penalties,
  ...ollama,
  model,
  stream,
  stream_options: usageStream,
  messages: {
    value: [{ role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] }],
    upstream: { messages: [{ role: 'system', content: 'Be brief.' }] },
  },
  max_completion_tokens: { value: 3, answer: { choices: [{ finish_reason: 'length' }] } },
  max_tokens: { value: 3, answer: { choices: [{ finish_reason: 'length' }] } },
  logprobs: { value: true, upstream: { logprobs: true } },
  top_logprobs: { value: 2, beside: { logprobs: true }, upstream: { top_logprobs: 2 } },
  response_format: {
    value: { type: 'json_schema', json_schema: { name: 'p', schema: SCHEMA } },
    upstream: { format: SCHEMA },
  },
  reasoning_effort: { value: 'low', beside: { model: 'qwen3:8b' }, upstream: { think: 'low' } },
  reasoning: { value: { effort: 'low' }, beside: { model: 'qwen3:8b' }, upstream: { think: 'low' } },
  think,
  tools: { value: [weather], upstream: { tools: [weather] } },
  tool_choice: {
    value: 'required',
    beside: { tools: [weather] },
    answer: { choices: [{ finish_reason: 'tool_calls' }] },
  },
  parallel_tool_calls: {
    value: false,
    beside: { tools: bothTools, messages: [{ role: 'user', content: ASKS_BOTH }] },
    answer: { choices: [{ message: { tool_calls: [{ function: { name: 'weather' } }] } }] },
  },
  functions: {
    value: [{ name: 'weather', parameters: {} }],
    beside: { messages: [{ role: 'user', content: 'Ask weather.' }] },
    answer: {
      choices: [{ finish_reason: 'function_call', message: { function_call: { name: 'weather' } } }],
    },
  },
  function_call: {
    value: { name: 'weather' },
    beside: { functions: [{ name: 'weather', parameters: {} }] },
    answer: {
      choices: [{ finish_reason: 'function_call', message: { function_call: { name: 'weather' } } }],
    },
  },
  n: { value: 2, answer: { choices: [{ index: 0 }, { index: 1 }] } },
  modalities: { value: ['text', 'audio'] },
  audio: { value: { voice: 'alloy', format: 'wav' } },
  logit_bias: { value: { 50256: -100 } },
  web_search_options: { value: {} },
  moderation: { value: {} },
  metadata: { value: { a: 'b' } },
  prediction: { value: { type: 'content', content: 'x' } },
  prompt_cache_key: { value: 'k' },
  prompt_cache_options: { value: { mode: 'explicit' } },
  prompt_cache_retention: { value: '24h' },
  safety_identifier: { value: 's' },
  service_tier: { value: 'flex' },
  store: { value: true },
  user: { value: 'u' },
  verbosity: { value: 'low' },
};

export const COMPLETION: Probes<OpenAI.CompletionCreateParams> = {
  ...sampling,
  ...penalties,
  ...ollama,
  model,
  stream,
  stream_options: usageStream,
  prompt: { value: ['One', 'Two'], answer: { choices: [{ index: 0 }, { index: 1 }] } },
  suffix: { value: 'return c', beside: { model: 'codellama:7b-code' }, upstream: { suffix: 'return c' } },
  max_tokens: {
    value: 3,
    upstream: { options: { num_predict: 3 } },
    answer: { choices: [{ finish_reason: 'length' }] },
  },
  n: { value: 2, answer: { choices: [{ index: 0 }, { index: 1 }] } },
  echo: { value: true, answer: { choices: [{ text: expect.stringMatching(/^Once upon/) as string }] } },
  best_of: { value: 3 },
  logprobs: { value: 2 },
  logit_bias: { value: { 50256: -100 } },
  user: { value: 'u' },
};

export const EMBEDDING: Probes<OpenAI.EmbeddingCreateParams, 'keep_alive'> = {
  model: { value: 'NOMIC-embed-text', answer: { model: 'nomic-embed-text:latest' } },
  input: { value: ['a', 'b'], answer: { data: [{ index: 0 }, { index: 1 }] } },
  dimensions: { value: 8, upstream: { dimensions: 8 } },
  encoding_format: { value: 'base64', answer: { data: [{ embedding: expect.any(String) as string }] } },
  user: { value: 'u' },
  keep_alive: ollama.keep_alive,
};

export const RESPONSE: Probes<OpenAI.Responses.ResponseCreateParams, OllamaFields | 'think'> = {
  think,
  ...sampling,
  ...ollama,
  model,
  stream: { value: true, answer: /^event: response\.created\n.*event: response\.completed\n/s },
  stream_options: { value: { include_obfuscation: false } },
  input: {
    value: [{ role: 'developer', content: 'Be brief.' }],
    upstream: { messages: [{ role: 'system', content: 'Be brief.' }] },
  },
  instructions: {
    value: 'Be brief.',
    upstream: { messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user' }] },
    answer: { instructions: 'Be brief.' },
  },
  max_output_tokens: { value: 3, answer: { status: 'incomplete' } },
  top_logprobs: { value: 2, upstream: { logprobs: true, top_logprobs: 2 } },
  include: { value: ['message.output_text.logprobs'], upstream: { logprobs: true } },
  text: {
    value: { format: { type: 'json_schema', name: 'p', schema: SCHEMA } },
    upstream: { format: SCHEMA },
  },
  reasoning: {
    value: { effort: 'low' },
    beside: { model: 'qwen3:8b' },
    upstream: { think: 'low' },
    answer: { reasoning: { effort: 'low' } },
  },
  tools: { value: [flatWeather], upstream: { tools: [weather] }, answer: { tools: [flatWeather] } },
  tool_choice: {
    value: 'required',
    beside: { tools: [flatWeather] },
    answer: { output: [{ type: 'function_call' }] },
  },
  parallel_tool_calls: {
    value: false,
    beside: { tools: bothFlat, input: ASKS_BOTH },
    answer: { parallel_tool_calls: false, output: [{ type: 'function_call', name: 'weather' }] },
  },
  truncation: { value: 'auto', upstream: { truncate: true }, answer: { truncation: 'auto' } },
  metadata: { value: { a: 'b' }, answer: { metadata: { a: 'b' } } },
  store: { value: false, answer: { store: false } },
  previous_response_id: { value: 'PREVIOUS', upstream: { messages: [{ content: 'Earlier.' }, {}, {}] } },
  background: { value: true, answer: { status: 'queued', background: true } },
  conversation: { value: 'conv_1' },
  prompt: { value: { id: 'pmpt_1' } },
  moderation: { value: {} },
  context_management: { value: [{ type: 'compaction' }] },
  access_programs: { value: {} },
  image: { value: {} },
  max_tool_calls: { value: 3 },
  prompt_cache_key: { value: 'k' },
  prompt_cache_options: { value: { mode: 'explicit' } },
  prompt_cache_retention: { value: '24h' },
  safety_identifier: { value: 's' },
  service_tier: { value: 'flex' },
  user: { value: 'u' },
};
