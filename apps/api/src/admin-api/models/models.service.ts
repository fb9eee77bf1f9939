import { Injectable } from '@nestjs/common';
import type { ModelList } from '@ollameter/admin-contract';
import { ApiKeyService } from '../../auth/api-key.service';
import type { AuditSource } from '../../identity/audit-source';
import { AuditService } from '../../identity/audit.service';
import { toWireKeepAlive } from '../../upstream/keep-alive';
import { canonicalModelName } from '../../upstream/ollama/model-name';
import { ModelSettings } from '../../upstream/model-settings.service';
import { HostModels } from '../../upstream/ollama/host-models.service';
import { HostPool, type PoolHost } from '../../upstream/ollama/host-pool.service';
import { ModelHosts } from './model-hosts.service';
import { type HostInventory, toLoadedModel, toModelItems } from './model-item';
import type { HostChoiceDto, ModelLoadDto } from './model.dto';

/** What the hosts hold, and what is loaded. */
@Injectable()
export class ModelsAdminService {
  constructor(
    private readonly pool: HostPool,
    private readonly hosts: ModelHosts,
    private readonly models: HostModels,
    private readonly settings: ModelSettings,
    private readonly keys: ApiKeyService,
    private readonly audit: AuditService,
  ) {}

  /**
   * All models of the hosts in use, asked now; a host that does not answer is listed as such.
   * @param ownerId only the models that a working key of this user may use; null is all
   */
  async list(ownerId: string | null): Promise<ModelList> {
    const asked = await Promise.all(this.pool.hosts.map((host) => this.ask(host)));
    const inventories = asked.flatMap(({ inventory }) => inventory ?? []);
    const callers = ownerId === null ? [] : this.keys.callersOf(ownerId);
    const mayUse = (model: string) => ownerId === null || callers.some((key) => key.mayUseModel(model));
    const aliases = this.settings.aliases.filter(({ model }) => mayUse(model));
    const items = toModelItems(inventories).filter(({ name }) => mayUse(name));
    return {
      items: items.map((item) => ({
        ...item,
        settings: this.settings.view(item.name),
        aliases: aliases
          .filter(({ model }) => canonicalModelName(model) === canonicalModelName(item.name))
          .map(({ alias }) => alias),
      })),
      defaultModel: this.pool.defaultModel,
      aliases: [...aliases],
      hosts: asked.map(({ host, inventory, version }) => ({
        name: host.name,
        reachable: inventory !== null,
        demo: host.config.demo,
        version,
      })),
    };
  }

  /** @throws HttpException where no host holds it, or one refuses */
  async remove(name: string, { host }: HostChoiceDto, source: AuditSource): Promise<void> {
    const hosts = await this.hosts.holding(name, host);
    await this.record('model.delete', name, hosts, source);
    await this.hosts.each(hosts, (each) => this.models.remove(each, name));
  }

  /** Resolves when the model is in memory, with the context that requests will be sent with. */
  async load(name: string, { host, keepAlive }: ModelLoadDto, source: AuditSource): Promise<void> {
    const hosts = await this.hosts.holding(name, host);
    const numCtx = this.settings.numCtx(name);
    const asked = keepAlive ?? this.settings.view(name).keepAlive;
    await this.record('model.load', name, hosts, source);
    await this.hosts.each(hosts, (each) =>
      this.models.load(
        each,
        {
          model: name,
          ...(asked !== null && { keep_alive: toWireKeepAlive(asked) }),
          ...(numCtx !== null && { options: { num_ctx: numCtx } }),
        },
        embedsOnly(each, name),
      ),
    );
  }

  async unload(name: string, { host }: HostChoiceDto, source: AuditSource): Promise<void> {
    const hosts = await this.hosts.holding(name, host);
    await this.record('model.unload', name, hosts, source);
    await this.hosts.each(hosts, (each) =>
      this.models.load(each, { model: name, keep_alive: 0 }, embedsOnly(each, name)),
    );
  }

  private async ask(
    host: PoolHost,
  ): Promise<{ host: PoolHost; inventory: HostInventory | null; version: string | null }> {
    try {
      const [installed, loaded, version] = await Promise.all([
        this.models.installed(host),
        this.models.loaded(host),
        this.models.version(host),
      ]);
      const inventory = {
        host: host.name,
        demo: host.config.demo,
        installed,
        loaded: loaded.map(toLoadedModel),
      };
      return { host, inventory, version };
    } catch {
      return { host, inventory: null, version: null };
    }
  }

  private record(
    action: string,
    name: string,
    hosts: readonly PoolHost[],
    source: AuditSource,
  ): Promise<void> {
    return this.audit.record({
      ...source,
      action,
      target: { type: 'model', id: name, name },
      after: { hosts: hosts.map((host) => host.name) },
    });
  }
}

/** `/api/generate` refuses such models; where the host is too old to tell, they are taken for talkers. */
function embedsOnly(host: PoolHost, model: string): boolean {
  const capabilities = host.models.get(canonicalModelName(model))?.capabilities;
  return capabilities != null && capabilities.has('embedding') && !capabilities.has('completion');
}
