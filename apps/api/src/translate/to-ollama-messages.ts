import type { ChatMessage } from '@ollameter/openai-contract';
import type { OllamaMessage, OllamaToolCall } from '../upstream/ollama/ollama-wire';
import { audioOf, imageUrlOf, textOfPart } from './content-part';
import { base64Of, dataUrlBase64 } from './data-url';
import type { ModelFacts } from './model-facts';
import { UntranslatableError } from './untranslatable-error';

/**
 * OpenAI messages → Ollama's. Array content is joined in order into Ollama's one string; images go beside it.
 * @throws UntranslatableError naming the part that cannot be sent.
 */
export function toOllamaMessages(messages: readonly ChatMessage[], model: ModelFacts): OllamaMessage[] {
  const toolNames = namesOfCalls(messages);
  return messages.map((message, index) => toOllamaMessage(message, index, toolNames, model));
}

function toOllamaMessage(
  message: ChatMessage,
  index: number,
  toolNames: ReadonlyMap<string, string>,
  model: ModelFacts,
): OllamaMessage {
  const { text, images } = toContent(message.content, index, model);
  const translated: OllamaMessage = { role: toRole(message.role), content: text || (message.refusal ?? '') };
  if (images.length > 0) translated.images = images;
  const thinking = message.reasoning_content ?? message.reasoning;
  if (typeof thinking === 'string' && thinking !== '') translated.thinking = thinking;
  if (message.role === 'assistant') {
    const calls = [
      ...(message.tool_calls ?? []).flatMap((call) =>
        call.function == null ? [] : [toToolCall(call.function, call.id)],
      ),
      ...(message.function_call == null ? [] : [toToolCall(message.function_call, null)]),
    ];
    if (calls.length > 0) translated.tool_calls = calls;
  }
  if (message.role === 'tool' || message.role === 'function') {
    const name = message.name ?? toolNames.get(message.tool_call_id ?? '');
    if (name !== undefined) translated.tool_name = name;
    if (message.tool_call_id != null) translated.tool_call_id = message.tool_call_id;
  }
  return translated;
}

/** Chat templates know no `developer`, OpenAI's newer word for `system`, and no legacy `function`. */
function toRole(role: ChatMessage['role']): string {
  if (role === 'developer') return 'system';
  return role === 'function' ? 'tool' : role;
}

/** Ollama tells sounds from pictures by their bytes: both go into `images`. */
function toContent(
  content: ChatMessage['content'],
  messageIndex: number,
  model: ModelFacts,
): { text: string; images: string[] } {
  if (content == null) return { text: '', images: [] };
  if (typeof content === 'string') return { text: content, images: [] };
  let text = '';
  const images: string[] = [];
  content.forEach((part, index) => {
    const param = `messages[${messageIndex}].content[${index}]`;
    const said = textOfPart(part);
    if (said !== null) {
      text += said;
    } else if (part.type === 'image_url') {
      demand(model.canSee, model.name, 'images', param);
      images.push(dataUrlBase64(imageUrlOf(part), `${param}.image_url.url`));
    } else if (part.type === 'input_audio') {
      demand(model.canHear, model.name, 'audio', param);
      images.push(base64Of(audioOf(part), `${param}.input_audio.data`));
    } else
      throw new UntranslatableError(
        `${param}.type`,
        `Content parts of type '${part.type}' are not supported by this gateway.`,
      );
  });
  return { text, images };
}

/** Ollama drops what a model cannot take without a word. */
function demand(can: boolean | null, model: string, what: string, param: string): void {
  if (can === false)
    throw new UntranslatableError(
      `${param}.type`,
      `The model '${model}' does not take ${what}.`,
      'unsupported_value',
    );
}

/** OpenAI sends arguments as JSON text, Ollama wants the object. What no JSON object is, is handed on as it came. */
function toToolCall(
  call: { name: string; arguments: string },
  id: string | null | undefined,
): OllamaToolCall {
  return { ...(id != null && { id }), function: { name: call.name, arguments: toObject(call.arguments) } };
}

function toObject(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    // Models do produce broken arguments, and clients replay them verbatim.
  }
  return { arguments: text };
}

/** Ollama's templates want the tool's name beside its result; OpenAI's wire gives only the call's id. */
function namesOfCalls(messages: readonly ChatMessage[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const message of messages)
    for (const call of message.tool_calls ?? [])
      if (call.id != null && call.function != null) names.set(call.id, call.function.name);
  return names;
}
