import { Injectable } from '@nestjs/common';
import type { Exchange } from './exchange';

/** Every exchange from its intent record to its answer record: what waits, runs, or is being kept. */
@Injectable()
export class LiveRequests {
  private readonly exchanges = new Map<string, Exchange>();

  /** Oldest first. */
  get all(): Exchange[] {
    return [...this.exchanges.values()];
  }

  add(exchange: Exchange): void {
    this.exchanges.set(exchange.id, exchange);
    exchange.onSettled(() => this.exchanges.delete(exchange.id));
  }

  find(id: string): Exchange | undefined {
    return this.exchanges.get(id);
  }
}
