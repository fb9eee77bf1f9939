import { Injectable, type MessageEvent } from '@nestjs/common';
import type { ModelPull, PullEnd, PullProgress } from '@ollameter/admin-contract';
import { Observable } from 'rxjs';
import type { AuditSource } from '../../identity/audit-source';
import { AuditService } from '../../identity/audit.service';
import { HostModels } from '../../upstream/ollama/host-models.service';
import type { PoolHost } from '../../upstream/ollama/host-pool.service';
import { ModelHosts } from './model-hosts.service';

/** Ollama reports sixteen times a second; nobody reads that fast. */
const PROGRESS_MS = 250;

/** Downloads of models, watched while they run. */
@Injectable()
export class ModelPulls {
  constructor(
    private readonly hosts: ModelHosts,
    private readonly models: HostModels,
    private readonly audit: AuditService,
  ) {}

  /**
   * Downloads a model to one host or to all in use. Whoever leaves the stream ends the download; what Ollama has
   * of it by then it keeps, so that the same pull goes on from there.
   * @throws InvalidFieldsError for a host that is not there
   */
  async start({ name, host }: ModelPull, source: AuditSource): Promise<Observable<MessageEvent>> {
    const hosts = this.hosts.named(host);
    await this.audit.record({
      ...source,
      action: 'model.pull',
      target: { type: 'model', id: name, name },
      after: { hosts: hosts.map((each) => each.name) },
    });
    return new Observable((subscriber) => {
      const abort = new AbortController();
      const tell = (progress: PullProgress) => subscriber.next({ type: 'progress', data: progress });
      void Promise.all(hosts.map((each) => this.pullTo(each, name, abort.signal, tell))).then(
        async (ends) => {
          await this.hosts.refresh();
          const failed = ends.some(({ error }) => error !== null);
          subscriber.next({ type: failed ? 'failed' : 'done', data: { hosts: ends } satisfies PullEnd });
          subscriber.complete();
        },
      );
      return () => abort.abort();
    });
  }

  private async pullTo(
    host: PoolHost,
    model: string,
    signal: AbortSignal,
    tell: (progress: PullProgress) => void,
  ): Promise<PullEnd['hosts'][number]> {
    let last = { status: '', atMs: 0 };
    try {
      for await (const { status = '', completed, total } of this.models.pull(host, model, signal)) {
        const nowMs = performance.now();
        if (status === last.status && nowMs - last.atMs < PROGRESS_MS && completed !== total) continue;
        last = { status, atMs: nowMs };
        tell({ host: host.name, status, completedBytes: completed ?? null, totalBytes: total ?? null });
      }
      return { host: host.name, error: null };
    } catch (error) {
      return { host: host.name, error: (error as Error).message };
    }
  }
}
