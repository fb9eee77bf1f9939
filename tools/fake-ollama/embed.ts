import { checkOptions } from './check-options.ts';
import { decodeBody } from './decode-body.ts';
import { type Exchange, sendValue } from './exchange.ts';
import { hash32, pieces, seededRandom } from './generate-text.ts';
import { HttpError } from './http-error.ts';
import { keepAliveMs } from './keep-alive.ts';
import { loadModel, runnableModel } from './load-model.ts';
import type { Model } from './model-catalogue.ts';
import type { EmbedBody } from './ollama-wire.ts';
import type { Runner } from './runner.ts';

/** `POST /api/embed`: every input a vector of length 1, in order. */
export async function serveEmbed(exchange: Exchange): Promise<void> {
  const body: EmbedBody = decodeBody(exchange.request.rawBody, 'EmbedRequest');
  const inputs = inputsOf(body.input);
  const model = runnableModel(exchange, body.model ?? '', 'embed');
  await withRunner(exchange, model, body, async (runner) => {
    const loaded = performance.now();
    if (inputs.length === 0) {
      sendValue(exchange, { model: body.model, embeddings: [] });
      return;
    }
    const fitted = inputs.map((input) => fit(input, model, runner, body.truncate ?? true));
    await inSlot(exchange, model, runner);
    const { receivedAt } = exchange.request;
    sendValue(exchange, {
      model: body.model,
      embeddings: fitted.map((tokens) => embedding(tokens.join(''), model, body.dimensions ?? 0)),
      total_duration: Math.max(1, Math.round((performance.now() - receivedAt) * 1e6)),
      load_duration: Math.max(1, Math.round((loaded - receivedAt) * 1e6)),
      prompt_eval_count: fitted.reduce((sum, tokens) => sum + tokens.length, 0),
    });
  });
}

/** `POST /api/embeddings`, the older form: one prompt, one vector, nothing else. */
export async function serveEmbeddings(exchange: Exchange): Promise<void> {
  const body: EmbedBody = decodeBody(exchange.request.rawBody, 'EmbeddingRequest');
  const model = runnableModel(exchange, body.model ?? '', 'embeddings');
  await withRunner(exchange, model, body, async (runner) => {
    const prompt = body.prompt ?? '';
    if (prompt === '') {
      sendValue(exchange, { embedding: [] });
      return;
    }
    await inSlot(exchange, model, runner);
    sendValue(exchange, { embedding: embedding(prompt, model, 0) });
  });
}

function inputsOf(input: unknown): string[] {
  if (input === undefined || input === '') return [];
  const inputs: unknown[] = Array.isArray(input) ? input : [input];
  return inputs.map((item) => {
    if (typeof item !== 'string') throw new HttpError(400, 'invalid input type');
    return item;
  });
}

async function withRunner(
  exchange: Exchange,
  model: Model,
  body: EmbedBody,
  work: (runner: Runner) => Promise<void>,
): Promise<void> {
  checkOptions(body.options ?? {});
  const keepMs = keepAliveMs(body.keep_alive, exchange.service.keepAliveMs);
  const runner = await loadModel(exchange, model, body.options ?? {}, keepMs, true);
  try {
    await work(runner);
  } finally {
    runner.release();
  }
}

/** Waits for the model's place; only then llama-server says whether it can embed at all. */
async function inSlot(exchange: Exchange, model: Model, runner: Runner): Promise<void> {
  const freeSlot = await runner.slot(exchange.signal);
  freeSlot();
  exchange.request.slotAt = performance.now();
  if (!model.capabilities.includes('embedding')) {
    throw new HttpError(501, 'This server does not support embeddings. Start it with `--embeddings`');
  }
}

function fit(input: string, model: Model, runner: Runner, truncate: boolean): string[] {
  const tokens = pieces(input);
  const limit = Math.min(runner.numCtx, model.contextLength);
  if (tokens.length > limit && !truncate) {
    throw new HttpError(400, 'the input length exceeds the context length');
  }
  return tokens.slice(0, limit);
}

/** A vector made from the text, cut to `dimensions` (0: all) and normalised to length 1 after the cut, as Ollama does. */
function embedding(text: string, model: Model, dimensions: number): number[] {
  const random = seededRandom(hash32(text));
  const whole = Array.from({ length: model.embeddingLength }, () => random() * 2 - 1);
  const vector = dimensions > 0 ? whole.slice(0, dimensions) : whole;
  const norm = Math.hypot(...vector);
  return vector.map((value) => Math.fround(value / norm));
}
