import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ModelAlias, ModelSettingsView } from '@ollameter/admin-contract';
import { AppConfig } from '../config/app-config';
import { ChangeFeed } from '../database/change-feed.service';
import type { KeptCopy } from '../database/kept-copy';
import { toWireKeepAlive } from './keep-alive';
import { canonicalModelName } from './ollama/model-name';
import { ModelSettingsRepository } from './model-settings.repository';

const NOTHING: ModelSettingsView = { numCtx: null, keepAlive: null };

/** What the owner fixed for models, in memory: the request path asks no database. */
@Injectable()
export class ModelSettings implements OnModuleInit {
  private byModel = new Map<string, ModelSettingsView>();
  private byAlias = new Map<string, ModelAlias>();
  private readonly copy: KeptCopy;

  constructor(
    private readonly config: AppConfig,
    private readonly feed: ChangeFeed,
    private readonly repository: ModelSettingsRepository,
  ) {
    this.copy = feed.keep(['model'], () => this.read());
  }

  async onModuleInit(): Promise<void> {
    await this.copy.refresh();
  }

  /** Takes over what is stored now; whoever changed it waits for it, so that the change holds once it is answered. */
  refresh(): Promise<void> {
    this.feed.tell('model');
    return this.copy.refresh();
  }

  private async read(): Promise<void> {
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
