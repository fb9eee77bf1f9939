import { BadGatewayException, ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { GatewayError } from '../../upstream/gateway-error';
import { canonicalModelName } from '../../upstream/ollama/model-name';
import { HostPool, type PoolHost } from '../../upstream/ollama/host-pool.service';
import { InvalidFieldsError } from '../invalid-fields.error';

/** Which hosts a change of models concerns, and what their failures mean on the admin plane. */
@Injectable()
export class ModelHosts {
  constructor(private readonly pool: HostPool) {}

  /** The host of this name, or all in use. @throws InvalidFieldsError for a host that is not there */
  named(name: string | undefined): readonly PoolHost[] {
    if (name === undefined) return this.pool.hosts;
    const host = this.pool.hosts.find((each) => each.name === name);
    if (host === undefined)
      throw InvalidFieldsError.of(
        'host',
        `must be one of ${this.pool.hosts.map((each) => each.name).join(', ')}`,
      );
    return [host];
  }

  /** Of those, the ones that hold the model. @throws NotFoundException where none does */
  async holding(model: string, name: string | undefined): Promise<readonly PoolHost[]> {
    await this.pool.refresh();
    const key = canonicalModelName(model);
    const hosts = this.named(name).filter((host) => host.models.has(key));
    if (hosts.length === 0) throw new NotFoundException(`No host holds the model '${model}'.`);
    return hosts;
  }

  /** Does something on each host; then asks them again what they hold. @throws HttpException for the first failure */
  async each(hosts: readonly PoolHost[], work: (host: PoolHost) => Promise<void>): Promise<void> {
    const results = await Promise.allSettled(hosts.map(work));
    await this.pool.refresh();
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw toHttpException(failed.reason);
  }

  refresh(): Promise<void> {
    return this.pool.refresh();
  }
}

/** A host's refusal on the admin plane. */
function toHttpException(error: unknown): unknown {
  if (!(error instanceof GatewayError)) return error;
  if (error.code === 'model_not_found') return new NotFoundException(error.message);
  return error.status === 400 ? new ConflictException(error.message) : new BadGatewayException(error.message);
}
