import type { Exchange } from './exchange.ts';
import { HttpError } from './http-error.ts';
import { fullName, isValidName, type Model } from './model-catalogue.ts';
import type { Capability, WireOptions } from './ollama-wire.ts';
import type { Runner } from './runner.ts';

/**
 * The model a request names.
 * @throws HttpError 400 for no or an impossible name, 404 when it is not on the disk.
 */
export function runnableModel(
  exchange: Exchange,
  name: string,
  endpoint: 'chat' | 'generate' | 'embed',
): Model {
  if (name === '' && endpoint === 'chat') throw new HttpError(400, 'model is required');
  if (name !== '' && !isValidName(name)) throw new HttpError(400, 'invalid model name');
  const model = name === '' ? undefined : exchange.service.catalogue.find(name);
  if (model === undefined) throw new HttpError(404, `model '${name}' not found`);
  return model;
}

/** @throws HttpError 400 with the model's full name when it lacks a capability. */
export function supports(model: Model, capability: Capability): void {
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
  const numCtx = Math.min(wanted, model.contextLength);
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
