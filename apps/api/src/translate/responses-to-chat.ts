import type { ChatMessage, ChatRequest, InputItem, ResponseRequest } from '@ollameter/openai-contract';
import { UntranslatableError } from './untranslatable-error';

type Part = Record<string, unknown>;

/**
 * A Responses request and the conversation before it → the chat request that says the same, so that both APIs go
 * through one translation.
 * @param input the request's own items, as {@link resolvedItems} gives them
 * @throws UntranslatableError naming the field that cannot be honoured.
 */
export function responsesToChat(
  request: ResponseRequest,
  history: readonly InputItem[],
  input: readonly InputItem[],
): ChatRequest {
  refuse(request);
  const messages = [
    ...(request.instructions ? [{ role: 'system' as const, content: request.instructions }] : []),
    ...itemsToMessages([...history, ...input], history.length),
  ];
  if (messages.length === 0)
    throw new UntranslatableError('input', "Missing required parameter: 'input'.", 'invalid_value');
  const format = request.text?.format;
  return {
    messages,
    ...(request.model != null && { model: request.model }),
    ...tools(request),
    temperature: request.temperature ?? null,
    top_p: request.top_p ?? null,
    max_completion_tokens: request.max_output_tokens ?? null,
    reasoning_effort: request.reasoning?.effort ?? null,
    think: request.think ?? null,
    parallel_tool_calls: request.parallel_tool_calls ?? null,
    top_k: request.top_k ?? null,
    min_p: request.min_p ?? null,
    repeat_penalty: request.repeat_penalty ?? null,
    keep_alive: request.keep_alive ?? null,
    options: request.options ?? null,
    ...(wantsLogprobs(request) && { logprobs: true, top_logprobs: request.top_logprobs ?? 0 }),
    ...(format != null && {
      response_format:
        format.type === 'json_schema'
          ? {
              type: 'json_schema',
              json_schema: {
                name: format.name ?? null,
                strict: format.strict ?? null,
                ...(format.schema && { schema: format.schema }),
              },
            }
          : format,
    }),
  };
}

/** The ids of the stored items that the input repeats by reference only. */
export function referredIds(request: ResponseRequest): string[] {
  return inputItems(request).flatMap((item) =>
    item.type === 'item_reference' && item.id != null ? [item.id] : [],
  );
}

/**
 * The request's own items, with what they refer to in the place of a reference.
 * @throws UntranslatableError for a reference to an item that is not stored.
 */
export function resolvedItems(
  request: ResponseRequest,
  referred: ReadonlyMap<string, InputItem>,
): InputItem[] {
  return inputItems(request).map((item, index) => {
    if (item.type !== 'item_reference') return item;
    const found = referred.get(item.id ?? '');
    if (found !== undefined) return found;
    throw new UntranslatableError(
      `input[${index}].id`,
      `Item with id '${item.id ?? ''}' not found. Items are kept only of responses that were stored.`,
      'invalid_value',
    );
  });
}

/** The request's own items; a string is one user message. */
function inputItems(request: ResponseRequest): InputItem[] {
  if (request.input == null) return [];
  return typeof request.input === 'string'
    ? [{ type: 'message', role: 'user', content: request.input }]
    : request.input;
}

function refuse(request: ResponseRequest): void {
  if (request.conversation != null && request.conversation !== '')
    throw new UntranslatableError(
      'conversation',
      "'conversation' is not supported; use 'previous_response_id'.",
    );
  if (request.prompt != null)
    throw new UntranslatableError('prompt', "Stored prompts ('prompt') are not supported by this gateway.");
  if (request.moderation != null)
    throw new UntranslatableError('moderation', 'This gateway does not moderate.');
  if (request.context_management != null && request.context_management.length > 0)
    throw new UntranslatableError(
      'context_management',
      "'context_management' is not supported; 'truncation' is.",
    );
}

function wantsLogprobs(request: ResponseRequest): boolean {
  return request.top_logprobs != null || (request.include?.includes('message.output_text.logprobs') ?? false);
}

function tools(request: ResponseRequest): Pick<ChatRequest, 'tools' | 'tool_choice'> {
  const all = (request.tools ?? []).map((tool, index) => {
    if (tool.type !== 'function' || tool.name == null)
      throw new UntranslatableError(
        `tools[${index}].type`,
        `Tools of type '${tool.type}' are not supported by this gateway.`,
      );
    return {
      type: 'function',
      function: {
        name: tool.name,
        description: tool.description ?? null,
        parameters: tool.parameters ?? null,
        strict: tool.strict ?? null,
      },
    };
  });
  const choice = request.tool_choice;
  if (choice == null || typeof choice === 'string') return { tools: all, tool_choice: choice ?? null };
  if (choice.type === 'function' && 'name' in choice)
    return { tools: all, tool_choice: { type: 'function', function: { name: choice.name } } };
  if (choice.type === 'allowed_tools' && 'tools' in choice && Array.isArray(choice.tools)) {
    // A list that is not one of tools passes the check as a choice of another type.
    const tools: readonly ({ name?: unknown } | null)[] = choice.tools;
    if (!tools.every((tool) => typeof tool?.name === 'string'))
      throw new UntranslatableError(
        'tool_choice.tools',
        'Every allowed tool must have a name.',
        'invalid_value',
      );
    const allowed = new Set(choice.tools.map((tool) => tool.name));
    return {
      tools: all.filter((tool) => allowed.has(tool.function.name)),
      tool_choice: choice.mode ?? 'auto',
    };
  }
  throw new UntranslatableError(
    'tool_choice.type',
    `A tool_choice of type '${choice.type}' is not supported by this gateway.`,
  );
}

/** @param known how many of the items come from before this request, for the errors' words */
function itemsToMessages(items: readonly InputItem[], known: number): ChatMessage[] {
  const messages: ChatMessage[] = [];
  let reasoning = '';
  const assistant = (): ChatMessage => {
    const last = messages.at(-1);
    // Text and calls of one turn come as separate items; Ollama's templates want them in one message.
    if (last?.role === 'assistant') {
      last.tool_calls ??= [];
      if (reasoning !== '')
        last.reasoning_content = [last.reasoning_content, reasoning].filter(Boolean).join('\n');
      reasoning = '';
      return last;
    }
    const message: ChatMessage = {
      role: 'assistant',
      content: '',
      tool_calls: [],
      ...(reasoning !== '' && { reasoning_content: reasoning }),
    };
    reasoning = '';
    messages.push(message);
    return message;
  };
  items.forEach((item, index) => {
    const param = `input[${index - known}]`;
    switch (item.type ?? 'message') {
      case 'message':
        messages.push({
          role: item.role ?? 'user',
          content: toContent(item.content ?? '', `${param}.content`),
          ...(item.role === 'assistant' && reasoning !== '' && { reasoning_content: reasoning }),
        });
        reasoning = '';
        break;
      case 'function_call':
        assistant().tool_calls?.push({
          id: item.call_id ?? item.id ?? null,
          type: 'function',
          function: { name: item.name ?? '', arguments: item.arguments ?? '' },
        });
        break;
      case 'function_call_output':
        messages.push({
          role: 'tool',
          tool_call_id: item.call_id ?? null,
          content: toContent(item.output ?? '', `${param}.output`),
        });
        break;
      case 'reasoning':
        reasoning += reasoningText(item);
        break;
      default:
        throw new UntranslatableError(
          `${param}.type`,
          `Input items of type '${item.type ?? ''}' are not supported by this gateway.`,
        );
    }
  });
  return messages;
}

function toContent(content: string | Part[], param: string): ChatMessage['content'] {
  if (typeof content === 'string') return content;
  return content.map((part, index) => {
    const type = typeof part['type'] === 'string' ? part['type'] : '';
    if (
      (type === 'input_text' || type === 'output_text' || type === 'text') &&
      typeof part['text'] === 'string'
    )
      return { type: 'text', text: part['text'] };
    if (type === 'refusal' && typeof part['refusal'] === 'string')
      return { type: 'refusal', refusal: part['refusal'] };
    if (type === 'input_audio')
      return { type: 'input_audio', input_audio: part['input_audio'] as { data: string } };
    if (type === 'input_image' && typeof part['image_url'] === 'string')
      return { type: 'image_url', image_url: { url: part['image_url'] } };
    if (part['file_id'] != null)
      throw new UntranslatableError(`${param}[${index}].file_id`, 'This gateway stores no files.');
    throw new UntranslatableError(
      `${param}[${index}].type`,
      `Content parts of type '${type}' are not supported by this gateway.`,
    );
  });
}

function reasoningText(item: InputItem): string {
  const parts = [...(Array.isArray(item.content) ? item.content : []), ...(item.summary ?? [])];
  return parts.map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join('\n');
}
