import { Injectable } from '@nestjs/common';
import { assertMayUseModel } from '../auth/assert-may-call';
import type { Exchange } from '../exchange/exchange';
import { isRecord } from '../translate/to-native-body';
import { GatewayError } from '../upstream/gateway-error';
import { HostPool, type PoolHost } from '../upstream/ollama/host-pool.service';

/** Ollama's native read-only calls, over all hosts. */
@Injectable()
export class NativeInfoService {
  constructor(private readonly hosts: HostPool) {}

  /** The hosts' lists under one roof, of models that the key may use; of one that several hold, the first host's entry. */
  async lists(exchange: Exchange, path: '/api/tags' | '/api/ps'): Promise<{ models: unknown[] }> {
    const answers = await Promise.all(this.reachable().map((host) => this.hosts.ask(host, 'GET', path)));
    const models = new Map<unknown, unknown>();
    for (const { body } of answers)
      for (const model of (isRecord(body) && Array.isArray(body['models'])
        ? body['models']
        : []) as unknown[])
        if (isRecord(model) && !models.has(model['name']) && mayList(exchange, model['name']))
          models.set(model['name'], model);
    await exchange.settle({ outcome: 'completed', status: 200 });
    return { models: [...models.values()] };
  }

  async version(exchange: Exchange): Promise<unknown> {
    const [host] = this.reachable();
    if (host === undefined)
      throw new GatewayError('upstream_unreachable', 'No model server answers at the moment.', {
        retryAfterMs: 5000,
      });
    const { body } = await this.hosts.ask(host, 'GET', '/api/version');
    await exchange.settle({ outcome: 'completed', status: 200 });
    return body;
  }

  async show(exchange: Exchange, body: unknown): Promise<unknown> {
    const name = isRecord(body) ? (body['model'] ?? body['name']) : undefined;
    if (typeof name !== 'string')
      throw new GatewayError('invalid_value', 'model is required', { param: 'model' });
    const model = await this.hosts.resolve(name);
    assertMayUseModel(exchange.caller, model.name);
    const [host] = model.hosts;
    if (host === undefined)
      throw new GatewayError('upstream_unreachable', 'No model server answers at the moment.', {
        retryAfterMs: 5000,
      });
    const answer = await this.hosts.ask(host, 'POST', '/api/show', {
      ...(body as object),
      model: model.name,
    });
    if (answer.status !== 200) throw refusedShow(answer.status, answer.body);
    await exchange.settle({ outcome: 'completed', status: 200 });
    return answer.body;
  }

  private reachable(): PoolHost[] {
    return this.hosts.hosts.filter((host) => host.reachable);
  }
}

function mayList({ caller }: Exchange, name: unknown): boolean {
  return typeof name === 'string' && (caller?.mayUseModel(name) ?? true);
}

/** Ollama's words about a wrong field are for the client. */
function refusedShow(status: number, body: unknown): GatewayError {
  const text = isRecord(body) && typeof body['error'] === 'string' ? body['error'] : 'no reason given';
  return status === 400
    ? new GatewayError('invalid_value', text)
    : new GatewayError('upstream_error', `The model server could not show the model: ${text}`);
}
