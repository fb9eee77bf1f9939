import { HttpError } from './http-error.ts';
import type { WireOptions } from './ollama-wire.ts';

/** A Go type as the decoder names it, and what of JSON goes into it. */
interface GoType {
  readonly go: string;
  readonly accepts: (value: unknown) => boolean;
  /** Fields of a struct, element of a slice: looked into when the value itself fits. */
  readonly fields?: Readonly<Record<string, GoType>>;
  readonly element?: GoType;
  /** Name in errors below this struct, when its own decoder hides the outer one. */
  readonly alias?: string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const string: GoType = { go: 'string', accepts: (value) => typeof value === 'string' };
const bool: GoType = { go: 'bool', accepts: (value) => typeof value === 'boolean' };
const int: GoType = { go: 'int', accepts: (value) => Number.isInteger(value) };
const any: GoType = { go: 'any', accepts: () => true };
const map: GoType = { go: 'map[string]interface {}', accepts: isObject };
const bytes: GoType = { go: '[]uint8', accepts: (value) => typeof value === 'string' };
const slice = (element: GoType): GoType => ({ go: `[]${element.go}`, accepts: Array.isArray, element });
const struct = (go: string, fields: Record<string, GoType>, alias?: string): GoType => ({
  go,
  accepts: isObject,
  fields,
  ...(alias === undefined ? {} : { alias }),
});

const toolCall = struct('api.ToolCall', {
  id: string,
  function: struct('api.ToolCallFunction', { index: int, name: string, arguments: map }),
});
const message = struct(
  'api.Message',
  {
    role: string,
    content: string,
    thinking: string,
    images: slice(bytes),
    tool_calls: slice(toolCall),
    tool_name: string,
    tool_call_id: string,
  },
  'Alias',
);
const tool = struct('api.Tool', {
  type: string,
  function: struct('api.ToolFunction', { name: string, description: string, parameters: any }),
});

const inference = {
  model: string,
  stream: bool,
  format: any,
  keep_alive: any,
  think: any,
  truncate: bool,
  shift: bool,
  logprobs: bool,
  top_logprobs: int,
  options: map,
};

/** Request structs by their Go names. */
export const REQUESTS = {
  ChatRequest: struct('api.ChatRequest', { ...inference, messages: slice(message), tools: slice(tool) }),
  GenerateRequest: struct('api.GenerateRequest', {
    ...inference,
    prompt: string,
    suffix: string,
    system: string,
    template: string,
    context: slice(int),
    raw: bool,
    images: slice(bytes),
  }),
  EmbedRequest: struct('api.EmbedRequest', {
    model: string,
    input: any,
    truncate: bool,
    dimensions: int,
    keep_alive: any,
    options: map,
  }),
  EmbeddingRequest: struct('api.EmbeddingRequest', {
    model: string,
    prompt: string,
    keep_alive: any,
    options: map,
  }),
  ShowRequest: struct('api.ShowRequest', { model: string, name: string, verbose: bool }),
  PullRequest: struct('api.PullRequest', { model: string, name: string, stream: bool }),
  DeleteRequest: struct('api.DeleteRequest', { model: string, name: string }),
  CopyRequest: struct('api.CopyRequest', { source: string, destination: string }),
} as const;

/**
 * Parses and checks a body as Go's decoder does: unknown fields pass, `null` is the zero value.
 * @throws HttpError 400 with Go's text for an empty body, bad JSON and wrong types.
 */
export function decodeBody(raw: string, name: keyof typeof REQUESTS): Record<string, unknown> {
  if (raw.trim() === '') throw new HttpError(400, 'missing request body');
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    throw new HttpError(400, goSyntaxError(raw));
  }
  check(value, REQUESTS[name], name, '');
  return dropNulls(isObject(value) ? value : {});
}

function check(value: unknown, type: GoType, owner: string, path: string): void {
  if (value === null) return;
  if (!type.accepts(value)) {
    const where =
      path === '' ? `Go value of type ${type.go}` : `Go struct field ${owner}.${path} of type ${type.go}`;
    throw new HttpError(400, `json: cannot unmarshal ${goKind(value)} into ${where}`);
  }
  if (type.element !== undefined && Array.isArray(value)) {
    for (const item of value) check(item, type.element, owner, path);
  }
  if (type.fields !== undefined && isObject(value)) {
    const inner = type.alias === undefined ? path : '';
    for (const [field, fieldType] of Object.entries(type.fields)) {
      if (field in value) {
        check(value[field], fieldType, type.alias ?? owner, inner === '' ? field : `${inner}.${field}`);
      }
    }
  }
}

function goKind(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'number' : `number ${value}`;
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'array' : typeof value;
}

function goSyntaxError(raw: string): string {
  const text = raw.trimStart();
  const first = text.charAt(0);
  if (!/[[{"\-\d tfn]/.test(first)) return `invalid character '${first}' looking for beginning of value`;
  const position = /position (\d+)/.exec(syntaxErrorOf(raw))?.[1];
  const bad = position === undefined ? '' : raw.charAt(Number(position));
  return bad === '' ? 'unexpected EOF' : `invalid character '${bad}' looking for beginning of value`;
}

function syntaxErrorOf(raw: string): string {
  try {
    JSON.parse(raw);
    return '';
  } catch (error) {
    return String(error);
  }
}

function dropNulls(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

const OPTION_TYPES: Readonly<Record<string, 'integer' | 'float32' | 'boolean' | 'array'>> = {
  num_keep: 'integer',
  seed: 'integer',
  num_predict: 'integer',
  top_k: 'integer',
  top_p: 'float32',
  min_p: 'float32',
  typical_p: 'float32',
  repeat_last_n: 'integer',
  temperature: 'float32',
  repeat_penalty: 'float32',
  presence_penalty: 'float32',
  frequency_penalty: 'float32',
  stop: 'array',
  num_ctx: 'integer',
  num_batch: 'integer',
  num_gpu: 'integer',
  main_gpu: 'integer',
  use_mmap: 'boolean',
  num_thread: 'integer',
  draft_num_predict: 'integer',
};

const OPTION_ACCEPTS = {
  integer: (value: unknown) => typeof value === 'number',
  float32: (value: unknown) => typeof value === 'number',
  boolean: (value: unknown) => typeof value === 'boolean',
  array: Array.isArray,
} as const;

/**
 * Checks `options` as Ollama does once the model is known; unknown keys are only logged there.
 * @throws HttpError 500 `option "x" must be of type …`.
 */
export function checkOptions(options: WireOptions): void {
  for (const [name, value] of Object.entries(options)) {
    const type = OPTION_TYPES[name];
    if (type === undefined || value === null) continue;
    if (!OPTION_ACCEPTS[type](value)) throw new HttpError(500, `option "${name}" must be of type ${type}`);
    if (Array.isArray(value) && value.some((item) => typeof item !== 'string')) {
      throw new HttpError(500, `option "${name}" must be of an array of strings`);
    }
  }
}

/**
 * `keep_alive` in milliseconds: a number counts seconds, a string is a Go duration; negative is for ever.
 * @throws HttpError 400 for anything else.
 */
export function keepAliveMs(value: unknown, defaultMs: number): number {
  if (value === undefined) return defaultMs;
  if (typeof value === 'number') return value < 0 ? -1 : value * 1000;
  if (typeof value !== 'string') throw new HttpError(400, `Unsupported type: '${goKind(value)}'`);
  const parts = [...value.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  const sign = value.startsWith('-') ? -1 : 1;
  if (value !== '0' && parts.map((part) => part[0]).join('') !== value.replace(/^[+-]/, '')) {
    const unitless = /^[+-]?[\d.]+$/.test(value);
    throw new HttpError(
      400,
      `time: ${unitless ? 'missing unit in' : 'invalid'} duration ${JSON.stringify(value)}`,
    );
  }
  const unitMs: Record<string, number> = {
    ns: 1e-6,
    us: 1e-3,
    µs: 1e-3,
    ms: 1,
    s: 1000,
    m: 60_000,
    h: 3_600_000,
  };
  const ms = parts.reduce((sum, part) => sum + Number(part[1]) * (unitMs[part[2] ?? ''] ?? 0), 0);
  return sign < 0 && ms > 0 ? -1 : ms;
}
