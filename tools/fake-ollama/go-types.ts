import { checkKeepAlive } from './keep-alive.ts';
import { HttpError } from './http-error.ts';

/** A Go type as the decoder names it in errors, and what of JSON goes into it. */
export interface GoType {
  readonly go: string;
  readonly accepts: (value: unknown) => boolean;
  /** Fields of a struct. */
  readonly fields?: Readonly<Record<string, GoType>>;
  /** Element of a slice. */
  readonly element?: GoType;
  /** The type decodes itself: throws an HttpError 400 with its own text. */
  readonly decode?: (value: unknown) => void;
  /** Errors below name the struct outside, because the type's own decoder was passed through. */
  readonly isTransparent?: boolean;
}

/** A JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const string: GoType = { go: 'string', accepts: (value) => typeof value === 'string' };
const bool: GoType = { go: 'bool', accepts: (value) => typeof value === 'boolean' };
const int: GoType = { go: 'int', accepts: (value) => Number.isInteger(value) };
const any: GoType = { go: 'any', accepts: () => true };
const map: GoType = { go: 'map[string]interface {}', accepts: isObject };
const slice = (element: GoType, go = `[]${element.go}`): GoType => ({
  go,
  accepts: (value) => Array.isArray(value),
  element,
});
const struct = (go: string, fields: Record<string, GoType>): GoType => ({ go, accepts: isObject, fields });

const imageData: GoType = {
  go: 'api.ImageData',
  accepts: (value) => typeof value === 'string',
  decode: (value) => {
    const bad = String(value).search(/[^A-Za-z0-9+/=\r\n]/);
    if (bad >= 0) throw new HttpError(400, `illegal base64 data at input byte ${bad}`);
  },
};

const thinkValue: GoType = {
  ...any,
  decode: (value) => {
    if (typeof value === 'boolean' || ['high', 'medium', 'low', 'max'].includes(String(value))) return;
    throw new HttpError(
      400,
      typeof value === 'string'
        ? `invalid think value: ${JSON.stringify(value)} (must be "high", "medium", "low", "max", true, or false)`
        : 'think must be a boolean or string ("high", "medium", "low", "max", true, or false)',
    );
  },
};

const duration: GoType = { ...any, decode: checkKeepAlive };

const message: GoType = {
  ...struct('api.Message', {
    role: string,
    content: string,
    thinking: string,
    images: slice(imageData),
    tool_calls: slice(
      struct('api.ToolCall', {
        id: string,
        function: struct('api.ToolCallFunction', {
          index: int,
          name: string,
          arguments: { ...map, go: 'api.ToolCallFunctionArguments' },
        }),
      }),
    ),
    tool_name: string,
    tool_call_id: string,
  }),
  isTransparent: true,
};

const tool = struct('api.Tool', {
  type: string,
  function: struct('api.ToolFunction', { name: string, description: string, parameters: any }),
});

const inference = {
  model: string,
  stream: bool,
  format: any,
  keep_alive: duration,
  think: thinkValue,
  truncate: bool,
  shift: bool,
  logprobs: bool,
  top_logprobs: int,
  options: map,
};

/** The request structs by their Go names. */
export const REQUESTS = {
  ChatRequest: struct('api.ChatRequest', {
    ...inference,
    messages: slice(message),
    tools: slice(tool, 'api.Tools'),
  }),
  GenerateRequest: struct('api.GenerateRequest', {
    ...inference,
    prompt: string,
    suffix: string,
    system: string,
    template: string,
    context: slice(int),
    raw: bool,
    images: slice(imageData),
  }),
  EmbedRequest: struct('api.EmbedRequest', {
    model: string,
    input: any,
    truncate: bool,
    dimensions: int,
    keep_alive: duration,
    options: map,
  }),
  EmbeddingRequest: struct('api.EmbeddingRequest', {
    model: string,
    prompt: string,
    keep_alive: duration,
    options: map,
  }),
  ShowRequest: struct('api.ShowRequest', { model: string, name: string, verbose: bool }),
  PullRequest: struct('api.PullRequest', { model: string, name: string, insecure: bool, stream: bool }),
  DeleteRequest: struct('api.DeleteRequest', { model: string, name: string }),
  CopyRequest: struct('api.CopyRequest', { source: string, destination: string }),
} as const;
