import { decodeBody } from './decode-body.ts';
import { type Exchange, sendJson } from './exchange.ts';
import { goJson } from './go-json.ts';
import { HttpError, STREAM_ERROR_TYPE } from './http-error.ts';
import { isValidName, makeModel } from './model-catalogue.ts';
import { namedIn } from './model-routes.ts';
import { RecordWriter } from './record-writer.ts';
import { pauseOrLeave } from './stream-answer.ts';

/** Ollama reports a download's progress this often. */
const PROGRESS_MS = 60;
const PROGRESS_STEPS = 5;
const MISSING = /(?:^|\/)missing(?::|$)/;
const NO_MANIFEST = 'pull model manifest: file does not exist';

/**
 * `POST /api/pull`: the model is in the catalogue when the last line says `success`. A name whose model part is
 * `missing` does not exist in the pretended registry.
 */
export async function servePull(exchange: Exchange): Promise<void> {
  const body = decodeBody(exchange.request.rawBody, 'PullRequest');
  const name = namedIn(body);
  if (!isValidName(name)) throw new HttpError(400, 'invalid model name');
  const { catalogue, onChange } = exchange.service;
  const isStreamed = body['stream'] !== false;
  const failure = exchange.service.pullError ?? (MISSING.test(name) ? NO_MANIFEST : undefined);
  if (!isStreamed) {
    if (failure !== undefined) throw new HttpError(500, failure, STREAM_ERROR_TYPE);
    await pauseOrLeave(PROGRESS_MS * PROGRESS_STEPS, exchange.signal);
    catalogue.add(makeModel({ name }));
    sendJson(exchange, goJson({ status: 'success' }), 200, STREAM_ERROR_TYPE);
    return;
  }
  const writer = new RecordWriter(
    exchange.response,
    exchange.request,
    exchange.signal,
    exchange.script?.script.wire,
  );
  await writer.write(goJson({ status: 'pulling manifest' }));
  if (failure !== undefined) {
    await writer.error(failure);
    writer.end();
    return;
  }
  const model = makeModel({ name });
  for (let step = 1; step <= PROGRESS_STEPS; step++) {
    await pauseOrLeave(PROGRESS_MS, exchange.signal);
    await writer.write(
      goJson({
        status: `pulling ${model.digest.slice(0, 12)}`,
        digest: `sha256:${model.digest}`,
        total: model.sizeBytes,
        completed: Math.floor((model.sizeBytes * step) / PROGRESS_STEPS),
      }),
    );
  }
  for (const status of ['verifying sha256 digest', 'writing manifest'])
    await writer.write(goJson({ status }));
  catalogue.add(model);
  onChange();
  await writer.write(goJson({ status: 'success' }));
  writer.end();
}

/** `DELETE /api/delete`: an empty 200. */
export function serveDelete(exchange: Exchange): void {
  const name = namedIn(decodeBody(exchange.request.rawBody, 'DeleteRequest'));
  if (!isValidName(name)) throw new HttpError(400, `name ${JSON.stringify(name)} is invalid`);
  const model = exchange.service.catalogue.find(name);
  if (model === undefined) throw new HttpError(404, `model '${name}' not found`);
  exchange.service.catalogue.delete(name);
  sendNothing(exchange);
}

/** `POST /api/copy`: an empty 200. */
export function serveCopy(exchange: Exchange): void {
  const body = decodeBody(exchange.request.rawBody, 'CopyRequest');
  const source = typeof body['source'] === 'string' ? body['source'] : '';
  const destination = typeof body['destination'] === 'string' ? body['destination'] : '';
  if (!isValidName(source)) throw new HttpError(400, `source ${JSON.stringify(source)} is invalid`);
  if (!isValidName(destination)) {
    throw new HttpError(400, `destination ${JSON.stringify(destination)} is invalid`);
  }
  const model = exchange.service.catalogue.find(source);
  if (model === undefined) throw new HttpError(404, `model ${JSON.stringify(source)} not found`);
  exchange.service.catalogue.copy(model, destination);
  sendNothing(exchange);
}

function sendNothing(exchange: Exchange): void {
  exchange.request.status = 200;
  exchange.response.writeHead(200, { 'Content-Length': 0 }).end();
}
