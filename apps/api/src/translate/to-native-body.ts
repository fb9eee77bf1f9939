import { type ContextLimits, toOllamaOptions } from './to-ollama-options';

/** A native request as it came; only what the gateway must know of it is looked at. */
export type NativeBody = Readonly<Record<string, unknown>>;

/**
 * A client's native body → the one that is sent: always streamed, and without the load-time options that would
 * reload the model under everybody's requests.
 * @param model as the client spells it, because Ollama repeats it in every record
 * @throws UntranslatableError for a `num_ctx` beyond what the model has.
 */
export function toNativeBody(
  body: NativeBody,
  model: string,
  context: ContextLimits,
  streams: boolean,
): { model: string } {
  // `shift` is a launch flag of the runner: a change reloads the model.
  const { options, ...rest } = body;
  if (!context.mayReload) delete (rest as Record<string, unknown>)['shift'];
  const kept = toOllamaOptions({ options: isRecord(options) ? options : null }, null, context);
  return {
    ...rest,
    ...(streams && { stream: true }),
    model,
    ...(Object.keys(kept).length > 0 && { options: kept }),
    // What is no set of options is Ollama's to refuse.
    ...(options != null && !isRecord(options) && { options }),
  };
}

/** What the log shows of a native request: its conversation, prompt or inputs. */
export function nativePrompt(body: NativeBody): string {
  const { messages, prompt, input } = body;
  if (Array.isArray(messages))
    return messages
      .map((message) => (isRecord(message) ? `${text(message['role'])}: ${text(message['content'])}` : ''))
      .join('\n\n');
  if (Array.isArray(input)) return input.map(text).join('\n\n');
  return text(prompt) || text(input);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
