import { Injectable, Logger } from '@nestjs/common';
import type { Response } from '@ollameter/openai-contract';
import type { Exchange } from '../exchange/exchange';
import { GenerationPipeline } from '../openai/generation.pipeline';
import { toGatewayError } from '../openai/to-gateway-error';
import type { PlannedResponse } from './response.service';

/** Responses that are made while nobody waits, and fetched by polling. */
@Injectable()
export class BackgroundResponses {
  private readonly logger = new Logger(BackgroundResponses.name);
  private readonly running = new Map<string, Exchange>();

  constructor(private readonly pipeline: GenerationPipeline) {}

  /** Accepts a response and answers at once with its queued form. @throws GatewayError as the pipeline's bounds do. */
  async start(exchange: Exchange, planned: PlannedResponse): Promise<Response> {
    this.pipeline.accept(exchange, planned.plan);
    exchange.detach();
    const queued = structuredClone(planned.snapshot('queued'));
    await planned.store('queued');
    this.running.set(queued.id, exchange);
    void this.finish(exchange, planned, queued.id);
    return queued;
  }

  /** False where this process does not run it. */
  cancel(id: string): boolean {
    const exchange = this.running.get(id);
    exchange?.cancel();
    return exchange !== undefined;
  }

  private async finish(exchange: Exchange, planned: PlannedResponse, id: string): Promise<void> {
    try {
      await this.pipeline.runDetached(exchange, planned.plan);
      if (exchange.signal.aborted) await planned.store('cancelled');
    } catch (thrown) {
      const { code, message } = toGatewayError(thrown);
      this.logger.warn(`background response ${id} failed: ${message}`);
      await planned.store('failed', { code, message });
    } finally {
      this.running.delete(id);
    }
  }
}
