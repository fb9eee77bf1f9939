import { Injectable, Logger } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import type { Response } from '@ollameter/openai-contract';
import type { Exchange } from '../exchange/exchange';
import { GenerationPipeline } from '../openai/generation.pipeline';
import { toGatewayError } from '../openai/to-gateway-error';
import { toResponseError } from '../translate/to-response-error';
import type { PlannedResponse } from './response.service';
import { ReplicaBus } from '../replicas/replica-bus.service';
import { ResponseStateRepository } from './response-state.repository';

/** For another gateway to end a response and to store its end. */
const CANCEL_MS = 5_000;

/** Responses that are made while nobody waits, and fetched by polling. */
@Injectable()
export class BackgroundResponses {
  private readonly logger = new Logger(BackgroundResponses.name);
  private readonly running = new Map<string, { exchange: Exchange; finished: Promise<void> }>();

  constructor(
    private readonly pipeline: GenerationPipeline,
    private readonly states: ResponseStateRepository,
    private readonly bus: ReplicaBus,
  ) {
    bus.onAsked('response.cancel', async (id) => ((await this.cancelHere(id)) ? true : null));
  }

  /** Accepts a response and answers at once with its queued form. @throws GatewayError as the pipeline's bounds do. */
  async start(exchange: Exchange, planned: PlannedResponse, response: ServerResponse): Promise<Response> {
    await this.pipeline.accept(exchange, planned.plan, response);
    exchange.detach();
    const queued = structuredClone(planned.snapshot('queued'));
    await planned.store('queued');
    this.running.set(queued.id, { exchange, finished: this.finish(exchange, planned, queued.id) });
    return queued;
  }

  /** Ends a running response, on whichever gateway, and waits until its end is stored; false where nobody runs it. */
  async cancel(id: string): Promise<boolean> {
    return (
      (await this.cancelHere(id)) || (await this.bus.ask<true>('response.cancel', id, CANCEL_MS)) === true
    );
  }

  private async cancelHere(id: string): Promise<boolean> {
    const running = this.running.get(id);
    running?.exchange.cancel();
    await running?.finished;
    return running !== undefined;
  }

  private async finish(exchange: Exchange, planned: PlannedResponse, id: string): Promise<void> {
    try {
      await this.pipeline.runDetached(exchange, { ...planned.plan, begun: () => this.begun(id) });
      if (exchange.signal.aborted) await planned.store('cancelled');
    } catch (thrown) {
      const error = toGatewayError(thrown);
      this.logger.warn(`background response ${id} failed: ${error.message}`);
      await planned.store('failed', toResponseError(error));
    } finally {
      this.running.delete(id);
    }
  }

  /** Told while it runs; who polls may hear of it late, never wrongly. */
  private begun(id: string): void {
    this.states.begin(id).catch((error: unknown) => {
      this.logger.warn(`response ${id} is in progress and still told as queued: ${(error as Error).message}`);
    });
  }
}
