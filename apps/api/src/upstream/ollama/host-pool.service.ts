import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Agent, request } from 'undici';
import { AppConfig, type HostConfig } from '../../config/app-config';
import { GatewayError } from '../gateway-error';
import { ModelSettings } from '../model-settings.service';
import { modelNotFound } from './map-upstream-error';
import { canonicalModelName } from './model-name';
import type { OllamaRunning, OllamaTags } from './ollama-wire';

const REFRESH_MS = 30_000;
/** An absent host is asked often: its return is what people wait for. */
const ABSENT_REFRESH_MS = 3_000;
/** A miss asks the hosts again, but not more often than this, so that wrong names cost little. */
const MISS_REFRESH_MS = 1_000;
const LIST_TIMEOUT_MS = 5_000;
/** So many failures in a row, and a host rests for this long before it is asked whether it is back. */
const FAILURES_BEFORE_REST = 3;
const REST_MS = 10_000;

/** A model as a host lists it. */
export interface HostModel {
  /** As the host spells it, tag included. */
  name: string;
  /** Unix seconds of its last change. */
  createdAt: number;
  /** What it can do (`tools`, `vision`, `thinking`, …); null where the server is too old to tell. */
  capabilities: ReadonlySet<string> | null;
  /** The longest context it was trained for; null where unknown. */
  contextLength: number | null;
}

/** One Ollama: where it is, whether it answers, what it holds, how many of its slots are taken. */
export class PoolHost {
  reachable = false;
  models: ReadonlyMap<string, HostModel> = new Map();
  /** Slots that requests of this gateway hold. */
  running = 0;
  /** Slots that other gateways hold, as last told. */
  elsewhere = 0;
  /** False while it rests after failures in a row: nothing new is sent there. */
  usable = true;
  /** Failures since the last answer. */
  failures = 0;
  private loaded: ReadonlySet<string> = new Set();

  constructor(readonly config: HostConfig) {}

  get name(): string {
    return this.config.name;
  }

  get url(): string {
    return this.config.url;
  }

  get slots(): number {
    return this.config.slots;
  }

  /** Whether the model was in its memory when it was last seen. */
  hasLoaded(model: string): boolean {
    return this.loaded.has(canonicalModelName(model));
  }

  /** Its memory as it was just seen. */
  sawLoaded(models: Iterable<string>): void {
    this.loaded = new Set([...models].map(canonicalModelName));
  }

  /** It has just answered with this model. */
  served(model: string): void {
    this.failures = 0;
    if (!this.hasLoaded(model)) this.loaded = new Set([...this.loaded, canonicalModelName(model)]);
  }
}

/** A model's name on the wire and the hosts that hold it now. */
export interface ResolvedModel {
  name: string;
  hosts: readonly PoolHost[];
  model: HostModel;
}

/** The Ollama hosts and the models they hold, kept fresh by polling and by a miss. */
@Injectable()
export class HostPool implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(HostPool.name);
  private readonly all: readonly PoolHost[];
  private readonly agent: Agent;
  private timer: NodeJS.Timeout | null = null;
  private refreshing: Promise<void> | null = null;
  private refreshedAtMs = 0;
  private readonly resting = new Map<PoolHost, NodeJS.Timeout>();
  private readonly usableAgain: ((host: PoolHost) => void)[] = [];

  constructor(
    private readonly config: AppConfig,
    private readonly settings: ModelSettings,
  ) {
    this.all = config.hosts.map((host) => new PoolHost(host));
    this.agent = new Agent({ connect: { timeout: config.connectTimeoutMs } });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.refresh();
    this.schedule();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    for (const timer of this.resting.values()) clearTimeout(timer);
    await this.agent.destroy();
  }

  /** The hosts in use: the demo host leaves as soon as a real Ollama answers. */
  get hosts(): readonly PoolHost[] {
    const real = this.all.filter((host) => !host.config.demo);
    const demo = this.all.filter((host) => host.config.demo);
    if (demo.length === 0) return real;
    return real.some((host) => host.reachable) ? real : demo;
  }

  /** True while only the demo host answers. */
  get demo(): boolean {
    return this.hosts.some((host) => host.config.demo);
  }

  /** Every model of every host in use, each name once. */
  get models(): HostModel[] {
    const byName = new Map<string, HostModel>();
    for (const host of this.hosts)
      for (const model of host.models.values()) if (!byName.has(model.name)) byName.set(model.name, model);
    return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Every alias whose model is here. */
  get aliased(): { alias: string; target: HostModel }[] {
    return this.settings.aliases.flatMap(({ alias, model }) => {
      const found = this.installed(alias) === null ? this.installed(model) : null;
      return found === null ? [] : [{ alias, target: found.model }];
    });
  }

  /** Whether a host in use lists this model; asks nobody. */
  holds(name: string): boolean {
    return this.lookUp(name) !== null;
  }

  /** What a request that names no model gets; of the demo host its first model that completes. */
  get defaultModel(): string {
    if (this.config.defaultModel !== null && !this.demo) return this.config.defaultModel;
    const listed = this.hosts.flatMap((host) => [...host.models.values()]);
    const completes = listed.find(({ capabilities }) => capabilities?.has('completion') ?? true);
    return completes?.name ?? this.config.defaultModel ?? '';
  }

  /**
   * Finds the hosts that hold a model; asks them again before it says no.
   * @throws GatewayError `model_not_found`, or `upstream_unreachable` while no host answers.
   */
  async resolve(asked: string | null | undefined): Promise<ResolvedModel> {
    const name = asked ?? this.defaultModel;
    const known = this.lookUp(name);
    if (known !== null) return known;
    if (Date.now() - this.refreshedAtMs >= MISS_REFRESH_MS || !this.hosts.some((host) => host.reachable))
      await this.refresh();
    const found = this.lookUp(name);
    if (found !== null) return found;
    if (!this.hosts.some((host) => host.reachable))
      throw new GatewayError('upstream_unreachable', 'No model server answers at the moment.', {
        retryAfterMs: 5000,
      });
    throw modelNotFound(
      name,
      this.demo ? ' Only the demo model is here: start Ollama, or set OLLAMA_URL, to use real ones.' : '',
    );
  }

  /** Asks every host for its models; one refresh runs at a time. */
  refresh(): Promise<void> {
    this.refreshing ??= Promise.all(this.all.map((host) => this.list(host)))
      .then(() => {
        this.refreshedAtMs = Date.now();
      })
      .finally(() => {
        this.refreshing = null;
      });
    return this.refreshing;
  }

  /** The smallest context that a host has this model loaded with now; null while none has, or none tells. */
  async loadedContext({ name, hosts }: ResolvedModel): Promise<number | null> {
    const key = canonicalModelName(name);
    const contexts = await Promise.all(
      hosts.map(async (host) => {
        try {
          const { body } = await this.ask(host, 'GET', '/api/ps');
          const loaded = (body as OllamaRunning).models?.find(
            (model) => canonicalModelName(model.name) === key,
          );
          return loaded?.context_length ?? Infinity;
        } catch {
          return Infinity;
        }
      }),
    );
    const least = Math.min(...contexts);
    return Number.isFinite(least) ? least : null;
  }

  /** One small JSON question to a host. @throws GatewayError `upstream_unreachable`. */
  async ask(
    host: PoolHost,
    method: 'GET' | 'POST',
    path: string,
    body?: object,
  ): Promise<{ status: number; body: unknown }> {
    try {
      const response = await request(host.url + path, {
        dispatcher: this.agent,
        method,
        signal: AbortSignal.timeout(LIST_TIMEOUT_MS),
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      });
      return { status: response.statusCode, body: await response.body.json() };
    } catch (error) {
      throw new GatewayError('upstream_unreachable', `The model server '${host.name}' does not answer.`, {
        retryAfterMs: 5000,
        cause: error,
      });
    }
  }

  /** A generation failed there: no connection, or a status of 5xx. After three in a row it rests and is then probed. */
  noteFailure(host: PoolHost): void {
    host.failures++;
    if (host.failures < FAILURES_BEFORE_REST || this.resting.has(host)) return;
    this.logger.warn(`${host.name} failed ${host.failures} times in a row and rests for ${REST_MS / 1000} s`);
    host.usable = false;
    this.rest(host);
  }

  /** Calls back when a host that rested answers again. */
  onUsable(listener: (host: PoolHost) => void): void {
    this.usableAgain.push(listener);
  }

  private rest(host: PoolHost): void {
    const timer = setTimeout(() => void this.probe(host), REST_MS);
    timer.unref();
    this.resting.set(host, timer);
  }

  private async probe(host: PoolHost): Promise<void> {
    const answers = await this.ask(host, 'GET', '/api/version').then(
      ({ status }) => status === 200,
      () => false,
    );
    if (!answers) {
      this.rest(host);
      return;
    }
    this.resting.delete(host);
    host.failures = 0;
    host.usable = true;
    this.logger.log(`${host.name} answers again`);
    for (const listener of this.usableAgain) listener(host);
  }

  /** A model by its name, or by an alias of it; a model that is really there goes before an alias. */
  private lookUp(name: string): ResolvedModel | null {
    const aliased = this.settings.aliased(name);
    return this.installed(name) ?? (aliased === null ? null : this.installed(aliased));
  }

  private installed(name: string): ResolvedModel | null {
    const key = canonicalModelName(name);
    const hosts = this.hosts.filter((host) => host.models.has(key));
    const model = hosts[0]?.models.get(key);
    return model === undefined ? null : { name: model.name, hosts, model };
  }

  private async list(host: PoolHost): Promise<void> {
    try {
      const { status, body } = await this.ask(host, 'GET', '/api/tags');
      if (status !== 200) throw new Error(`status ${status}`);
      const tags = body as OllamaTags;
      host.models = new Map(
        (tags.models ?? []).map((model) => [canonicalModelName(model.name), toHostModel(model)]),
      );
      // Where there is only one host nobody has to choose.
      if (this.all.length > 1) await this.look(host);
      if (!host.reachable) this.logger.log(`${host.name} answers with ${host.models.size} models`);
      host.reachable = true;
    } catch (error) {
      if (host.reachable) this.logger.warn(`${host.name} does not answer: ${(error as Error).message}`);
      host.reachable = false;
    }
  }

  private async look(host: PoolHost): Promise<void> {
    const { body } = await this.ask(host, 'GET', '/api/ps');
    host.sawLoaded(((body as OllamaRunning).models ?? []).map(({ name }) => name));
  }

  private schedule(): void {
    const absent = this.all.some((host) => !host.reachable);
    this.timer = setTimeout(
      () => void this.refresh().then(() => this.schedule()),
      absent ? ABSENT_REFRESH_MS : REFRESH_MS,
    );
    this.timer.unref();
  }
}

function toHostModel(model: NonNullable<OllamaTags['models']>[number]): HostModel {
  const changed = Date.parse(model.modified_at ?? '');
  return {
    name: model.name,
    createdAt: Number.isNaN(changed) ? 0 : Math.floor(changed / 1000),
    capabilities: model.capabilities === undefined ? null : new Set(model.capabilities),
    contextLength: model.details?.context_length ?? null,
  };
}
