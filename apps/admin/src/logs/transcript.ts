import type { LogDetail } from '@ollameter/admin-contract';

/** A piece of what somebody said. */
export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'thinking'; text: string }
  | { kind: 'image'; source: string | null }
  | { kind: 'tool_call'; name: string; arguments: string }
  | { kind: 'tool_result'; name: string; text: string };

export interface Turn {
  who: 'system' | 'user' | 'assistant' | 'tool';
  /** `user`, the model's name, the tool's name. */
  title: string;
  parts: Part[];
  /** How the answer ended, where it is one. */
  finishReason: string | null;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The exchange as a conversation, whichever API it came by: chat completions, Responses, completions, embeddings, and
 * Ollama's own. What has no known shape falls back to the plain texts of the log.
 */
export function toTranscript(detail: LogDetail): Turn[] {
  const request = fields(detail.request);
  const response = fields(detail.response);
  const asked = toAsked(request);
  const answered = toAnswered(response, detail.model ?? 'Model');
  return [
    ...(asked.length > 0 ? asked : plain('user', 'Prompt', detail.prompt)),
    ...(answered.length > 0 ? answered : plain('assistant', detail.model ?? 'Answer', detail.answer)),
  ];
}

function toAsked(request: Fields): Turn[] {
  const system = [request['instructions'], request['system']].filter(
    (text) => typeof text === 'string' && text !== '',
  );
  const turns: Turn[] = system.map((text) =>
    turn('system', 'System', [{ kind: 'text', text: String(text) }]),
  );
  const { messages, input } = request as { messages?: unknown; input?: unknown };
  if (Array.isArray(messages)) return [...turns, ...messages.map((message) => toTurn(fields(message)))];
  if (Array.isArray(input) && input.every((item) => typeof item === 'object'))
    return [...turns, ...input.map((item) => toTurn(fields(item)))];
  for (const field of ['input', 'prompt'] as const) {
    const value = request[field];
    const texts = Array.isArray(value)
      ? value.filter((one) => typeof one === 'string')
      : typeof value === 'string'
        ? [value]
        : [];
    if (texts.length > 0)
      return [
        ...turns,
        turn(
          'user',
          'User',
          texts.map((text) => ({ kind: 'text', text })),
        ),
      ];
  }
  return turns;
}

function toAnswered(response: Fields, model: string): Turn[] {
  if (Array.isArray(response['choices']))
    return response['choices'].map(fields).map((choice) => {
      const message = fields(choice['message']);
      const parts = 'message' in choice ? toParts(message) : textParts(choice['text']);
      return { ...turn('assistant', model, parts), finishReason: text(choice['finish_reason']) };
    });
  if (Array.isArray(response['output'])) {
    const parts = response['output'].flatMap((item) => toTurn(fields(item)).parts);
    return [{ ...turn('assistant', model, parts), finishReason: text(response['status']) }];
  }
  if ('message' in response)
    return [
      {
        ...turn('assistant', model, toParts(fields(response['message']))),
        finishReason: text(response['done_reason']),
      },
    ];
  return typeof response['response'] === 'string'
    ? [turn('assistant', model, textParts(response['response']))]
    : [];
}

function toTurn(message: Fields): Turn {
  const role = text(message['role']);
  if (message['type'] === 'function_call_output' || role === 'tool') {
    const name =
      text(message['name']) ??
      text(message['tool_name']) ??
      text(message['tool_call_id']) ??
      text(message['call_id']) ??
      'tool';
    const content = message['content'] ?? message['output'];
    return turn('tool', 'Tool', [
      { kind: 'tool_result', name, text: typeof content === 'string' ? content : JSON.stringify(content) },
    ]);
  }
  if (role === 'system' || role === 'developer')
    return turn('system', role === 'system' ? 'System' : 'Developer', toParts(message));
  if (role === 'user') return turn('user', 'User', toParts(message));
  return turn('assistant', 'Assistant', toParts(message));
}

function toParts(message: Fields): Part[] {
  if (message['type'] === 'function_call') return [toolCall(message)];
  if (message['type'] === 'reasoning')
    return [message['summary'], message['content']]
      .flatMap((list: unknown) => (Array.isArray(list) ? (list as unknown[]) : []))
      .flatMap((part) => {
        const said = text(fields(part)['text']);
        return said === null ? [] : [{ kind: 'thinking' as const, text: said }];
      });
  const thinking =
    text(message['reasoning_content']) ?? text(message['reasoning']) ?? text(message['thinking']);
  const calls = Array.isArray(message['tool_calls'])
    ? message['tool_calls'].map((call) => toolCall(fields(fields(call)['function'])))
    : [];
  const images = Array.isArray(message['images'])
    ? message['images'].map((): Part => ({ kind: 'image', source: null }))
    : [];
  const content = message['content'];
  const said = Array.isArray(content)
    ? content.flatMap((part) => contentPart(fields(part)))
    : textParts(content);
  return [
    ...(thinking === null ? [] : [{ kind: 'thinking' as const, text: thinking }]),
    ...images,
    ...said,
    ...calls,
  ];
}

function contentPart(part: Fields): Part[] {
  const url = part['image_url'];
  const address = typeof url === 'string' ? url : text(fields(url)['url']);
  if (address !== null)
    return [
      { kind: 'image', source: /^data:image\/(png|jpeg|webp|gif);base64,/.test(address) ? address : null },
    ];
  return textParts(part['text'] ?? part['refusal']);
}

function toolCall(call: Fields): Part {
  const given = call['arguments'];
  return {
    kind: 'tool_call',
    name: text(call['name']) ?? 'tool',
    arguments: typeof given === 'string' ? given : JSON.stringify(given ?? {}),
  };
}

function textParts(value: unknown): Part[] {
  return typeof value === 'string' && value !== '' ? [{ kind: 'text', text: value }] : [];
}

function plain(who: Turn['who'], title: string, said: string | null): Turn[] {
  return said === null || said === '' ? [] : [turn(who, title, [{ kind: 'text', text: said }])];
}

function turn(who: Turn['who'], title: string, parts: Part[]): Turn {
  return { who, title, parts, finishReason: null };
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
