import { Injectable, NotFoundException } from '@nestjs/common';
import type { ModelAlias, ModelSettingsView } from '@ollameter/admin-contract';
import type { AuditSource } from '../../identity/audit-source';
import { AuditService } from '../../identity/audit.service';
import { canonicalModelName } from '../../upstream/ollama/model-name';
import { ModelSettingsRepository } from '../../upstream/model-settings.repository';
import { ModelSettings } from '../../upstream/model-settings.service';
import { HostPool } from '../../upstream/ollama/host-pool.service';
import { InvalidFieldsError } from '../invalid-fields.error';
import type { ModelSettingsDto } from './model.dto';

/** What the owner fixes for models: context, time in memory, other names. The request path uses it at once. */
@Injectable()
export class ModelDefaults {
  constructor(
    private readonly pool: HostPool,
    private readonly settings: ModelSettings,
    private readonly repository: ModelSettingsRepository,
    private readonly audit: AuditService,
  ) {}

  /** @throws NotFoundException for a model that no host holds */
  async change(name: string, change: ModelSettingsDto, source: AuditSource): Promise<ModelSettingsView> {
    if (!this.pool.holds(name)) throw new NotFoundException(`No host holds the model '${name}'.`);
    const before = this.settings.view(name);
    const after = {
      numCtx: change.numCtx === undefined ? before.numCtx : change.numCtx,
      keepAlive: change.keepAlive === undefined ? before.keepAlive : change.keepAlive,
    };
    await this.repository.transaction(async (manager) => {
      await this.repository.saveSettings(manager, { model: canonicalModelName(name), ...after });
      const target = { type: 'model', id: name, name };
      await this.audit.record({ ...source, action: 'model.change', target, before, after }, manager);
    });
    await this.settings.refresh();
    return after;
  }

  /** @throws InvalidFieldsError for a name that a model has, or a model that no host holds */
  async putAlias(alias: string, model: string, source: AuditSource): Promise<ModelAlias> {
    const before = this.stored(alias);
    const installed = this.pool.models.some(
      ({ name }) => canonicalModelName(name) === canonicalModelName(alias),
    );
    if (installed) throw InvalidFieldsError.of('alias', 'is the name of a model');
    if (!this.pool.models.some(({ name }) => canonicalModelName(name) === canonicalModelName(model)))
      throw InvalidFieldsError.of('model', 'is not a model that a host holds');
    const after = { alias: before?.alias ?? alias, model };
    await this.repository.transaction(async (manager) => {
      await this.repository.saveAlias(manager, after);
      await this.audit.record(
        {
          ...source,
          action: before === null ? 'alias.create' : 'alias.change',
          target: { type: 'alias', id: after.alias, name: after.alias },
          before,
          after,
        },
        manager,
      );
    });
    await this.settings.refresh();
    return after;
  }

  /** @throws NotFoundException */
  async removeAlias(alias: string, source: AuditSource): Promise<void> {
    const before = this.stored(alias);
    if (before === null) throw new NotFoundException(`There is no alias '${alias}'.`);
    await this.repository.transaction(async (manager) => {
      await this.repository.removeAlias(manager, before.alias);
      const target = { type: 'alias', id: before.alias, name: before.alias };
      await this.audit.record({ ...source, action: 'alias.delete', target, before }, manager);
    });
    await this.settings.refresh();
  }

  private stored(alias: string): ModelAlias | null {
    const key = canonicalModelName(alias);
    return this.settings.aliases.find((each) => canonicalModelName(each.alias) === key) ?? null;
  }
}
