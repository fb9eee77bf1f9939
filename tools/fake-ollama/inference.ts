import { type Answer, makeAnswer } from './answer.ts';
import { checkOptions } from './check-options.ts';
import { decodeBody } from './decode-body.ts';
import { type Exchange, cutOff, sendJson } from './exchange.ts';
import { fitPrompt, type FittedPrompt } from './fit-prompt.ts';
import { countTokens, hash32, pieces } from './generate-text.ts';
import { ClientLeft, HttpError, STREAM_ERROR_TYPE } from './http-error.ts';
import { keepAliveMs } from './keep-alive.ts';
import { demandCapability, loadModel, runnableModel } from './load-model.ts';
import type { Model } from './model-catalogue.ts';
import { naturalAnswer } from './natural-answer.ts';
import type {
  ChatBody,
  GenerateBody,
  InferenceBody,
  WireMessage,
  WireMetrics,
  WireTool,
} from './ollama-wire.ts';
import { RecordFormat, type RecordParts } from './record-format.ts';
import { RecordWriter } from './record-writer.ts';
import type { Runner } from './runner.ts';
import { type PlayEnd, pauseOrLeave, playAnswer, type RecordSink, UnaryFold } from './stream-answer.ts';

/** `/api/chat` and `/api/generate` in one form. */
interface Inference {
  readonly endpoint: 'chat' | 'generate';
  readonly body: InferenceBody;
  readonly messages: readonly WireMessage[];
  readonly tools: readonly WireTool[];
  readonly suffix: string;
  readonly raw: boolean;
}

/** `performance.now()` at the points a request's durations are measured between. */
interface Clock {
  readonly started: number;
  loaded: number;
  slot: number;
  prompt: number;
}

/** `POST /api/chat`. */
export async function serveChat(exchange: Exchange): Promise<void> {
  const body: ChatBody = decodeBody(exchange.request.rawBody, 'ChatRequest');
  const messages = (body.messages ?? []).map((message) => ({
    ...message,
    role: message.role?.toLowerCase() ?? '',
  }));
  await infer(exchange, {
    endpoint: 'chat',
    body,
    messages,
    tools: body.tools ?? [],
    suffix: '',
    raw: false,
  });
}

/** `POST /api/generate`. */
export async function serveGenerate(exchange: Exchange): Promise<void> {
  const body: GenerateBody = decodeBody(exchange.request.rawBody, 'GenerateRequest');
  const prompt = body.prompt ?? '';
  const system = body.raw ? '' : (body.system ?? '');
  const messages: WireMessage[] = [
    ...(system === '' ? [] : [{ role: 'system', content: system }]),
    ...(prompt === '' ? [] : [{ role: 'user', content: prompt, images: body.images ?? [] }]),
  ];
  await infer(exchange, {
    endpoint: 'generate',
    body,
    messages,
    tools: [],
    suffix: body.suffix ?? '',
    raw: body.raw ?? false,
  });
}

async function infer(exchange: Exchange, inference: Inference): Promise<void> {
  const started = exchange.request.receivedAt;
  const { body, endpoint } = inference;
  if ((body.top_logprobs ?? 0) < 0 || (body.top_logprobs ?? 0) > 20) {
    throw new HttpError(400, 'top_logprobs must be between 0 and 20');
  }
  const model = runnableModel(exchange, body.model ?? '', endpoint);
  const keepMs = keepAliveMs(body.keep_alive, exchange.service.keepAliveMs);
  const format = new RecordFormat(endpoint, body.model ?? '');
  if (isEmpty(inference) && body.keep_alive !== undefined && keepMs === 0) {
    exchange.service.scheduler.unload(model);
    sendJson(exchange, format.done({ reason: 'unload', metrics: {} }));
    return;
  }
  const think = checkRequest(model, inference);
  checkOptions(body.options ?? {});
  const runner = await loadModel(exchange, model, body.options ?? {}, keepMs, body.shift ?? true);
  const clock: Clock = { started, loaded: performance.now(), slot: 0, prompt: 0 };
  try {
    if (isEmpty(inference)) {
      sendJson(exchange, format.done({ reason: 'load', metrics: {} }));
      return;
    }
    const fitted = fitPrompt(model, body, inference.messages, runner.numCtx);
    const freeSlot = await runner.slot(exchange.signal);
    try {
      clock.slot = exchange.request.slotAt = performance.now();
      exchange.service.onChange();
      const answer = answerTo(exchange, inference, model, runner, fitted, think);
      await run(exchange, inference, format, answer, fitted, clock);
    } finally {
      freeSlot();
    }
  } finally {
    runner.release();
  }
}

function isEmpty({ endpoint, body, messages }: Inference): boolean {
  return endpoint === 'chat' ? messages.length === 0 : ((body as GenerateBody).prompt ?? '') === '';
}

/** Checks what the model must be able to do; returns whether it will think. */
function checkRequest(model: Model, inference: Inference): boolean {
  const { body, endpoint } = inference;
  const { raw, template, system, context } = body as GenerateBody;
  if (endpoint === 'generate' && raw && (template || system || context?.length)) {
    throw new HttpError(400, 'raw mode does not support template, system, or context');
  }
  const thinks = model.capabilities.includes('thinking');
  if (!thinks && body.think) throw new HttpError(400, `"${body.model ?? ''}" does not support thinking`);
  if (!model.capabilities.includes('completion')) {
    throw new HttpError(400, `"${body.model ?? ''}" does not support ${endpoint}`);
  }
  if (inference.tools.length > 0) demandCapability(model, 'tools');
  if (inference.suffix !== '') demandCapability(model, 'insert');
  checkFormat(body.format);
  return thinks && body.think !== false;
}

function checkFormat(format: unknown): void {
  if (format === undefined || format === '' || format === 'json') return;
  if (typeof format === 'object') return;
  throw new HttpError(
    500,
    `invalid format: ${JSON.stringify(format)}; expected "json" or a valid JSON Schema object`,
  );
}

function answerTo(
  exchange: Exchange,
  inference: Inference,
  model: Model,
  runner: Runner,
  fitted: FittedPrompt,
  think: boolean,
): Answer {
  const { body } = inference;
  const asked = body.options?.num_predict ?? -1;
  const most = 10 * runner.numCtx;
  const room = body.shift === false ? Math.max(0, runner.numCtx - fitted.tokens) : most;
  const question = {
    model,
    body,
    messages: inference.endpoint === 'chat' ? fitted.messages : [],
    prompt: fitted.messages.findLast(({ role }) => role === 'user')?.content ?? '',
    tools: inference.tools,
    suffix: inference.suffix,
    think,
    limit: Math.min(asked < 0 ? most : asked, most, room),
  };
  const { answerSource, answerTokens } = exchange.service;
  return makeAnswer(model, naturalAnswer(question, answerSource, answerTokens), exchange.script);
}

async function run(
  exchange: Exchange,
  inference: Inference,
  format: RecordFormat,
  answer: Answer,
  fitted: FittedPrompt,
  clock: Clock,
): Promise<void> {
  const { signal, service, script } = exchange;
  const promptMs = (1000 * fitted.tokens) / service.promptTokensPerSecond;
  if (promptMs >= 1) await pauseOrLeave(promptMs, signal);
  clock.prompt = performance.now();
  const streamed = inference.body.stream ?? true;
  const writer = new RecordWriter(exchange.response, exchange.request, signal, script?.script.wire);
  const fold = new UnaryFold();
  const sink = streamed ? streamSink(writer, format) : fold;
  const end = await playAnswer(answer, sink, script?.script.tokenDelayMs ?? service.tokenDelayMs, signal);
  if (end === 'died') {
    writer.flush();
    await cutOff(exchange);
    return;
  }
  if (signal.aborted) throw new ClientLeft();
  const whole = end === 'whole' && answer.done !== false;
  const done = answer.done === false ? {} : answer.done;
  const last = {
    reason: whole ? done.reason : undefined,
    done: whole,
    metrics: whole ? { ...measure(answer, fitted, clock), ...done.metrics } : {},
    toolCalls: whole ? answer.doneToolCalls : [],
    logprobs: done.logprobs ?? [],
    ...(inference.endpoint === 'generate' && !inference.raw && whole
      ? { context: contextOf(answer, fitted) }
      : {}),
  };
  if (streamed) {
    if (whole) await writer.write(format.done(last));
    endStream(exchange, writer, end);
    return;
  }
  const { content, thinking, toolCalls, logprobs } = fold;
  sendJson(
    exchange,
    format.done({
      ...last,
      content,
      thinking,
      toolCalls: [...toolCalls, ...last.toolCalls],
      logprobs: [...logprobs, ...last.logprobs],
    }),
  );
}

function endStream(exchange: Exchange, writer: RecordWriter, end: PlayEnd): void {
  if (!writer.hasBegun && end !== 'error') {
    exchange.request.status = 200;
    exchange.response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  }
  writer.end();
}

function streamSink(writer: RecordWriter, format: RecordFormat): RecordSink {
  return {
    token: (content) => writer.write(format.token(content)),
    record: (parts: RecordParts) => writer.write(format.chunk(parts)),
    raw: (bytes) => writer.raw(bytes),
    error: (message, status) => {
      if (!writer.hasBegun) throw new HttpError(status, message, STREAM_ERROR_TYPE);
      void writer.error(message);
    },
    flush: () => writer.flush(),
  };
}

function measure(answer: Answer, fitted: FittedPrompt, clock: Clock): WireMetrics {
  const now = performance.now();
  return {
    total_duration: ns(now - clock.started),
    load_duration: ns(clock.loaded - clock.started),
    prompt_eval_count: fitted.tokens,
    prompt_eval_duration: ns(clock.prompt - clock.slot),
    eval_count: evalCount(answer),
    eval_duration: ns(now - clock.prompt),
  };
}

/** Whole nanoseconds, at least one: nothing takes no time at all. */
function ns(ms: number): number {
  return Math.max(1, Math.round(ms * 1e6));
}

/** Every record with text is one token; a tool call counts the tokens of its JSON. */
function evalCount(answer: Answer): number {
  let count = answer.doneToolCalls.reduce((sum, call) => sum + countTokens(JSON.stringify(call.function)), 0);
  for (const step of answer.steps) {
    if (typeof step === 'string' || 'content' in step || 'thinking' in step) count++;
    else if ('toolCalls' in step) count += countTokens(JSON.stringify(step.toolCalls));
  }
  return count;
}

function contextOf(answer: Answer, fitted: FittedPrompt): number[] {
  const said = answer.steps.map((step) => (typeof step === 'string' ? step : ''));
  const asked = pieces(fitted.messages.map(({ content }) => content ?? '').join('\n'));
  return [...asked, ...said].map((piece) => hash32(piece) % 128_000);
}
