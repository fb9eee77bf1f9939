import type { Exchange } from './exchange.ts';
import { HttpError } from './http-error.ts';
import { fullName, isValidName, type Model } from './model-catalogue.ts';
import type { Capability, WireOptions } from './ollama-wire.ts';
import type { Runner } from './runner.ts';

type InferenceEndpoint = 'chat' | 'generate' | 'embed' | 'embeddings';

/**
 * The model a request names.
 * @throws HttpError 400 for no or an impossible name, 404 when it is not on the disk, in the endpoint's own words.
 */
export function runnableModel(exchange: Exchange, name: string, endpoint: InferenceEndpoint): Model {
  if (name === '' && (endpoint === 'chat' || endpoint === 'embeddings')) {
    throw new HttpError(400, 'model is required');
  }
  if (name !== '' && !isValidName(name)) throw new HttpError(400, 'invalid model name');
  const model = exchange.service.catalogue.find(name);
  if (model !== undefined) return model;
  const embeds = name !== '' && (endpoint === 'embed' || endpoint === 'embeddings');
  throw new HttpError(
    404,
    embeds ? `model "${name}" not found, try pulling it first` : `model '${name}' not found`,
  );
}

/** @throws HttpError 400 with the model's full name when it lacks a capability. */
export function demandCapability(model: Model, capability: Capability): void {
  if (!model.capabilities.includes(capability)) {
    throw new HttpError(400, `${fullName(model.name)} does not support ${capability}`);
  }
}

/** Options that are fixed when the model is loaded: another value loads it again. */
const LOAD_OPTIONS = [
  'num_batch',
  'num_gpu',
  'main_gpu',
  'use_mmap',
  'num_thread',
  'draft_num_predict',
] as const;

/** The smallest contexts Ollama loads, tokens. */
const LEAST_CONTEXT = 4;
const LEAST_VISION_CONTEXT = 2048;

/** Waits until the model is loaded with these options; the caller must `release()` the runner. */
export function loadModel(
  exchange: Exchange,
  model: Model,
  options: WireOptions,
  keepAliveMs: number,
  shift: boolean,
): Promise<Runner> {
  const { scheduler, contextLength } = exchange.service;
  const wanted = options.num_ctx ?? Number(model.parameters['num_ctx'] ?? contextLength);
  const least = model.capabilities.includes('vision') ? LEAST_VISION_CONTEXT : LEAST_CONTEXT;
  const numCtx = Math.min(Math.max(wanted, least), model.contextLength);
  const fixed = LOAD_OPTIONS.map((name) => options[name] ?? model.parameters[name] ?? null);
  const loadDelayMs = exchange.script?.script.loadDelayMs;
  return scheduler.acquire({
    model,
    numCtx,
    loadKey: JSON.stringify([numCtx, shift, ...fixed]),
    keepAliveMs,
    signal: exchange.signal,
    ...(loadDelayMs === undefined ? {} : { loadDelayMs }),
  });
}
