import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventLog } from './event-log.ts';
import { DEFAULT_MODELS, ModelCatalogue, type ModelSpec } from './model-catalogue.ts';
import type { AnswerSource } from './natural-answer.ts';
import type { RecordedRequest, RequestOutcome } from './recorded-request.ts';
import { RequestRecorder } from './request-recorder.ts';
import { Scheduler } from './scheduler.ts';
import { type Script, ScriptBook, type ScriptHandle } from './script.ts';
import { serveRequest } from './serve-request.ts';

export type { ModelSpec } from './model-catalogue.ts';
export type { RecordedRequest, RequestOutcome } from './recorded-request.ts';
export type { ChunkStep, DoneStep, FaultStep, Script, ScriptHandle, Step, WireStyle } from './script.ts';

/** Settings of a stand-in; all have defaults. */
export interface FakeOllamaSettings {
  /** Default: five models of different capabilities; see `DEFAULT_MODELS`. */
  readonly models?: readonly ModelSpec[];
  /** OLLAMA_NUM_PARALLEL: requests one model works on at once. Default 1. */
  readonly slots?: number;
  /** OLLAMA_MAX_QUEUE: requests that may wait for a load. Default 512. */
  readonly maxQueue?: number;
  /** OLLAMA_MAX_LOADED_MODELS. Default 3. */
  readonly maxLoadedModels?: number;
  /** How long a load takes. Default 0. */
  readonly loadDelayMs?: number;
  /** Pause between records. Default 0: as fast as the client reads. */
  readonly tokenDelayMs?: number;
  /** The same as a rate; `tokenDelayMs` wins; 0 is no pause. */
  readonly tokensPerSecond?: number;
  /** How fast the prompt is read. Default: at once. */
  readonly promptTokensPerSecond?: number;
  /** Length of every unscripted answer, tokens; for benchmarks. */
  readonly answerTokens?: number;
  /** What unscripted models say. */
  readonly answerSource?: AnswerSource;
  /** OLLAMA_CONTEXT_LENGTH. Default 4096. */
  readonly contextLength?: number;
  /** OLLAMA_KEEP_ALIVE. Default 5 minutes. */
  readonly keepAliveMs?: number;
  /** Every pull fails with this. Default: pulls succeed, but for the name `missing`. */
  readonly pullError?: string;
  /** What `/api/version` says. */
  readonly version?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Requests kept in `requests`; the oldest go first. Default 10,000; 0 keeps none. */
  readonly keepRequests?: number;
}

/** A running stand-in. */
export interface FakeOllama {
  /** `http://127.0.0.1:port`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Every request so far, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  readonly catalogue: ModelCatalogue;
  /** Counts loads, reloads and aborted loads; knows what is loaded and queued. */
  readonly scheduler: Scheduler;
  /** Puts a behaviour on the list for the next request that it matches. */
  script(script?: Script): ScriptHandle;
  /** Takes every script off the list. */
  clearScripts(): void;
  /**
   * The next request that no earlier call has handed out, whether it has come already or not; by default of an
   * inference endpoint. Its body has been read.
   */
  nextRequest(filter?: { readonly path?: string; readonly timeoutMs?: number }): Promise<RecordedRequest>;
  /** Resolves once the condition gives something; looked at whenever a request moves on. */
  waitFor<T>(condition: (fake: FakeOllama) => T | undefined | false, timeoutMs?: number): Promise<T>;
  /** Resolves when the client has left this request (or its index in `requests`); rejects if it ended otherwise. */
  aborted(request: RecordedRequest | number): Promise<RecordedRequest>;
  /** Resolves when this request is over, with how. */
  ended(request: RecordedRequest | number): Promise<RequestOutcome>;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** Starts a stand-in for Ollama on 127.0.0.1. It speaks the native API as Ollama 0.33 does. */
export async function startFakeOllama(settings: FakeOllamaSettings = {}): Promise<FakeOllama> {
  const events = new EventLog();
  const onChange = (): void => events.notify();
  const recorder = new RequestRecorder(settings.keepRequests ?? 10_000);
  const book = new ScriptBook();
  const catalogue = new ModelCatalogue(settings.models ?? DEFAULT_MODELS);
  const scheduler = new Scheduler(
    {
      slots: settings.slots ?? 1,
      maxQueue: settings.maxQueue ?? 512,
      maxLoadedModels: settings.maxLoadedModels ?? 3,
      loadDelayMs: settings.loadDelayMs ?? 0,
    },
    onChange,
  );
  const rate = settings.tokensPerSecond ?? 0;
  const service = {
    catalogue,
    scheduler,
    version: settings.version ?? '0.33.0',
    contextLength: settings.contextLength ?? 4096,
    keepAliveMs: settings.keepAliveMs ?? 300_000,
    tokenDelayMs: settings.tokenDelayMs ?? (rate > 0 ? 1000 / rate : 0),
    promptTokensPerSecond: settings.promptTokensPerSecond ?? Infinity,
    answerTokens: settings.answerTokens,
    answerSource: settings.answerSource,
    pullError: settings.pullError,
    onChange,
  };
  const server = createServer(
    { noDelay: true, keepAliveTimeout: 0, requestTimeout: 0 },
    (incoming, response) => {
      void serveRequest(incoming, response, service, book, recorder);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  const find = (which: RecordedRequest | number): RecordedRequest | undefined =>
    typeof which === 'number' ? recorder.requests.find(({ index }) => index === which) : which;
  const fake: FakeOllama = {
    url: `http://127.0.0.1:${port}`,
    port,
    requests: recorder.requests,
    catalogue,
    scheduler,
    script: (script = {}) => book.add(script),
    clearScripts: () => book.clear(),
    nextRequest: ({ path, timeoutMs = DEFAULT_TIMEOUT_MS } = {}) =>
      events.until(`the next request to ${path ?? 'a model'}`, () => recorder.handOut(path), timeoutMs),
    waitFor: (condition, timeoutMs = DEFAULT_TIMEOUT_MS) =>
      events.until('a condition', () => condition(fake), timeoutMs),
    ended: (which) => events.until('a request to end', () => find(which)?.outcome, DEFAULT_TIMEOUT_MS),
    aborted: (which) =>
      events.until(
        'a client to leave',
        () => {
          const request = find(which);
          if (request?.outcome === undefined) return undefined;
          if (!request.aborted)
            throw new Error(`fake Ollama: the request ended ${request.outcome}, not aborted`);
          return request;
        },
        DEFAULT_TIMEOUT_MS,
      ),
    close: async () => {
      recorder.breakOpenRequests();
      scheduler.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
  return fake;
}
