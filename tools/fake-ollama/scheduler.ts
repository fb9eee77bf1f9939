import { setTimeout as sleep } from 'node:timers/promises';
import { ClientLeft, HttpError } from './http-error.ts';
import type { Model } from './model-catalogue.ts';
import { Runner } from './runner.ts';

/** Ollama's settings of the same meaning: NUM_PARALLEL, MAX_QUEUE, MAX_LOADED_MODELS. */
export interface SchedulerSettings {
  readonly slots: number;
  readonly maxQueue: number;
  readonly maxLoadedModels: number;
  readonly loadDelayMs: number;
}

/** What a request asks of the model's process; another `loadKey` than the loaded one makes it reload. */
export interface LoadRequest {
  readonly model: Model;
  readonly loadKey: string;
  readonly numCtx: number;
  /** After the last request; negative: for ever, 0: unload at once. */
  readonly keepAliveMs: number;
  readonly loadDelayMs?: number;
  /** The client's connection. */
  readonly signal: AbortSignal;
}

interface PendingLoad extends LoadRequest {
  resolve(runner: Runner): void;
  reject(error: Error): void;
}

/**
 * Ollama's scheduler (facts §3): a loaded, compatible model is used at once, without bound; everything else waits in
 * a bounded queue that one loader works off. A client that left while queued is skipped; one that leaves during its
 * load aborts the load.
 */
export class Scheduler {
  loads = 0;
  abortedLoads = 0;
  /** Loads of a model that was loaded with other options. */
  reloads = 0;
  private readonly settings: SchedulerSettings;
  private readonly onChange: () => void;
  /** By digest: copies of a model share one process. */
  private readonly runners = new Map<string, Runner>();
  private readonly pending: PendingLoad[] = [];
  private isLoading = false;

  constructor(settings: SchedulerSettings, onChange: () => void) {
    this.settings = settings;
    this.onChange = onChange;
  }

  /** The loaded models, as `/api/ps` lists them. */
  get loaded(): Runner[] {
    return [...this.runners.values()].filter((runner) => !runner.isRetired);
  }

  /** Requests waiting for a load. */
  get queued(): number {
    return this.pending.length;
  }

  /**
   * The model's process, loaded; the caller holds one reference and must `release()` it.
   * @throws HttpError 503 when the queue is full; ClientLeft when the client left while waiting.
   */
  acquire(request: LoadRequest): Promise<Runner> {
    const loaded = this.compatible(request);
    if (loaded !== undefined) return Promise.resolve(loaded.use(request.keepAliveMs));
    if (this.pending.length >= this.settings.maxQueue) {
      return Promise.reject(
        new HttpError(503, 'server busy, please try again.  maximum pending requests exceeded'),
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<Runner>();
    this.pending.push({ ...request, resolve, reject });
    this.onChange();
    void this.workOff();
    return promise;
  }

  /** Unloads a model once its requests are done; false when it is not loaded. */
  unload(model: Model): boolean {
    const runner = this.runners.get(model.digest);
    if (runner === undefined) return false;
    void runner.retire();
    return true;
  }

  /** Ends the timers. */
  close(): void {
    for (const runner of this.runners.values()) runner.close();
  }

  private compatible(request: LoadRequest): Runner | undefined {
    const runner = this.runners.get(request.model.digest);
    return runner !== undefined && !runner.isRetired && runner.loadKey === request.loadKey
      ? runner
      : undefined;
  }

  private async workOff(): Promise<void> {
    if (this.isLoading) return;
    this.isLoading = true;
    for (let next = this.pending.shift(); next !== undefined; next = this.pending.shift()) {
      try {
        next.resolve(await this.load(next));
      } catch {
        next.reject(new ClientLeft());
      }
      this.onChange();
    }
    this.isLoading = false;
  }

  /** @throws when the client left, before or during the load. */
  private async load(request: PendingLoad): Promise<Runner> {
    const { model, signal } = request;
    signal.throwIfAborted();
    const loaded = this.compatible(request);
    if (loaded !== undefined) return loaded.use(request.keepAliveMs);
    await this.makeRoom(model);
    signal.throwIfAborted();
    const delayMs = request.loadDelayMs ?? this.settings.loadDelayMs;
    if (delayMs > 0) {
      await sleep(delayMs, undefined, { signal }).catch(() => this.abortedLoads++);
      signal.throwIfAborted();
    }
    this.loads++;
    const slots = model.capabilities.includes('embedding') ? 1 : this.settings.slots;
    const runner = new Runner(request, slots, () => this.forget(runner), this.onChange);
    this.runners.set(model.digest, runner);
    return runner.use(request.keepAliveMs);
  }

  /** Ends the same model with other options, and the least busy of the others when too many are loaded. */
  private async makeRoom(model: Model): Promise<void> {
    const same = this.runners.get(model.digest);
    if (same !== undefined) {
      if (!same.isRetired) this.reloads++;
      await same.retire();
    }
    while (this.runners.size >= this.settings.maxLoadedModels) {
      const [leastBusy] = [...this.runners.values()].sort((a, b) => a.references - b.references);
      await leastBusy?.retire();
    }
  }

  private forget(runner: Runner): void {
    if (this.runners.get(runner.model.digest) === runner) this.runners.delete(runner.model.digest);
    this.onChange();
  }
}
