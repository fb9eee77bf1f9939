import { Injectable } from '@nestjs/common';
import type { LoadedModel } from '@ollameter/admin-contract';
import { HostModels } from '../../upstream/ollama/host-models.service';
import { HostPool, type PoolHost } from '../../upstream/ollama/host-pool.service';
import { toLoadedModel } from '../models/model-item';

/** Somebody who looks wants it fresh; Ollama answers `/api/ps` from memory. */
const FRESH_MS = 2_000;

/** What the hosts have loaded, asked only while somebody looks, and never more than once every two seconds. */
@Injectable()
export class HostMemory {
  private readonly known = new Map<string, LoadedModel[]>();
  private askedAtMs = 0;

  constructor(
    private readonly pool: HostPool,
    private readonly models: HostModels,
  ) {}

  /** As last told; null while the host was never asked or does not answer. Asks again in the background. */
  of(host: PoolHost): LoadedModel[] | null {
    if (Date.now() - this.askedAtMs >= FRESH_MS) {
      this.askedAtMs = Date.now();
      for (const each of this.pool.hosts) void this.ask(each);
    }
    return this.known.get(host.name) ?? null;
  }

  private async ask(host: PoolHost): Promise<void> {
    try {
      this.known.set(host.name, (await this.models.loaded(host)).map(toLoadedModel));
    } catch {
      this.known.delete(host.name);
    }
  }
}
