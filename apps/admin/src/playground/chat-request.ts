import type { ChatTurn } from './chat-turn';

export const THINKING = ['', 'none', 'low', 'medium', 'high'] as const;

/** What the person set beside the conversation; null and '' are the model's own choice. */
export interface ChatSettings {
  system: string;
  temperature: number | null;
  topP: number | null;
  maxTokens: number | null;
  seed: number | null;
  frequencyPenalty: number | null;
  presencePenalty: number | null;
  /** Texts at which the answer ends, one a line. */
  stop: string;
  /** `reasoning_effort`. */
  thinking: (typeof THINKING)[number];
  jsonOnly: boolean;
  /** A JSON array of OpenAI tools. */
  tools: string;
}

export const PLAIN_SETTINGS: ChatSettings = {
  system: '',
  temperature: null,
  topP: null,
  maxTokens: null,
  seed: null,
  frequencyPenalty: null,
  presencePenalty: null,
  stop: '',
  thinking: '',
  jsonOnly: false,
  tools: '',
};

/** Null where the text is a JSON array, or empty; else what is wrong with it. */
export function toolsProblem(tools: string): string | null {
  if (tools.trim() === '') return null;
  try {
    return Array.isArray(JSON.parse(tools)) ? null : 'This has to be a JSON array of tools.';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The body of `POST /v1/chat/completions` that asks for the answer to the last turn. */
export function chatRequest(
  model: string,
  settings: ChatSettings,
  turns: readonly ChatTurn[],
): Record<string, unknown> {
  const system = settings.system.trim();
  const stops = settings.stop.split('\n').filter((text) => text !== '');
  return {
    model,
    messages: [...(system === '' ? [] : [{ role: 'system', content: system }]), ...turns.flatMap(toMessages)],
    stream: true,
    stream_options: { include_usage: true },
    ...given('temperature', settings.temperature),
    ...given('top_p', settings.topP),
    ...given('max_tokens', settings.maxTokens),
    ...given('seed', settings.seed),
    ...given('frequency_penalty', settings.frequencyPenalty),
    ...given('presence_penalty', settings.presencePenalty),
    ...given('stop', stops.length === 0 ? null : stops),
    ...given('reasoning_effort', settings.thinking === '' ? null : settings.thinking),
    ...given('response_format', settings.jsonOnly ? { type: 'json_object' } : null),
    ...given('tools', settings.tools.trim() === '' ? null : (JSON.parse(settings.tools) as unknown)),
  };
}

function toMessages({ question, answer, state }: ChatTurn): unknown[] {
  const messages: unknown[] = [];
  if (question !== null) messages.push({ role: 'user', content: contentOf(question) });
  const { text, toolCalls } = answer;
  if (state === 'waiting' || state === 'failed' || (text === '' && toolCalls.length === 0)) return messages;
  if (toolCalls.length === 0) return [...messages, { role: 'assistant', content: text }];
  const calls = toolCalls.map(({ id, name, arguments: given_ }) => ({
    id,
    type: 'function',
    function: { name, arguments: given_ },
  }));
  messages.push({ role: 'assistant', content: text === '' ? null : text, tool_calls: calls });
  return [
    ...messages,
    ...toolCalls.map(({ id, result }) => ({ role: 'tool', tool_call_id: id, content: result })),
  ];
}

function contentOf({ text, images }: NonNullable<ChatTurn['question']>): unknown {
  if (images.length === 0) return text;
  return [
    ...(text === '' ? [] : [{ type: 'text', text }]),
    ...images.map((url) => ({ type: 'image_url', image_url: { url } })),
  ];
}

function given(name: string, value: unknown): Record<string, unknown> {
  return value === null ? {} : { [name]: value };
}
