import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { ModelAlias, ModelSettingsView } from '@ollameter/admin-contract';
import { AppConfig } from '../config/app-config';
import { toWireKeepAlive } from './keep-alive';
import { canonicalModelName } from './ollama/model-name';
import { ModelSettingsRepository } from './model-settings.repository';

/** How soon a change made on another replica counts here. */
const REFRESH_MS = 10_000;
const NOTHING: ModelSettingsView = { numCtx: null, keepAlive: null };

/** What the owner fixed for models, in memory: the request path asks no database. */
@Injectable()
export class ModelSettings implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ModelSettings.name);
  private byModel = new Map<string, ModelSettingsView>();
  private byAlias = new Map<string, ModelAlias>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly config: AppConfig,
    private readonly repository: ModelSettingsRepository,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.refresh();
    this.timer = setInterval(() => {
      // PostgreSQL may be away: what was known goes on counting.
      this.refresh().catch((error: unknown) => this.logger.debug((error as Error).message));
    }, REFRESH_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  /** Reads what is stored; a change calls it, so that it counts at once. */
  async refresh(): Promise<void> {
    const [settings, aliases] = await Promise.all([this.repository.settings(), this.repository.aliases()]);
    this.byModel = new Map(settings.map(({ model, ...view }) => [model, view]));
    this.byAlias = new Map(aliases.map((each) => [canonicalModelName(each.alias), each]));
  }

  get aliases(): readonly ModelAlias[] {
    return [...this.byAlias.values()];
  }

  /** The model that a name stands for; null where it is no alias. */
  aliased(name: string): string | null {
    return this.byAlias.get(canonicalModelName(name))?.model ?? null;
  }

  /** What is stored for a model; nulls where the defaults hold. */
  view(model: string): ModelSettingsView {
    return this.byModel.get(canonicalModelName(model)) ?? NOTHING;
  }

  /** The context every request for this model is sent with, so that it never reloads; null: none is ever sent. */
  numCtx(model: string): number | null {
    return this.view(model).numCtx ?? this.config.numCtx;
  }

  /** An upstream body with the model's `keep_alive`, where the client said none. */
  withKeepAlive<B extends { readonly model: string; readonly keep_alive?: unknown }>(body: B): B {
    const { keepAlive } = this.view(body.model);
    return keepAlive === null || body.keep_alive != null
      ? body
      : { ...body, keep_alive: toWireKeepAlive(keepAlive) };
  }
}
