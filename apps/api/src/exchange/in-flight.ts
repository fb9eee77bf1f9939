import { Injectable } from '@nestjs/common';

/** A request that holds a slot now. Times are Unix µs by the gateway's clock. */
export interface RunningExchange {
  readonly id: string;
  readonly host: string;
  readonly slotFromUs: number;
  /** Null until the first upstream record. */
  firstRecordUs: number | null;
}

/** The requests that hold slots now; the settler may not close time that they may still claim. */
@Injectable()
export class InFlight {
  private readonly running = new Map<string, RunningExchange>();

  /** Registers a running exchange and returns its undo. The undo must run only after its answer record is in the spool. */
  enter(exchange: RunningExchange): () => void {
    this.running.set(exchange.id, exchange);
    return () => {
      this.running.delete(exchange.id);
    };
  }

  onHost(host: string): RunningExchange[] {
    return [...this.running.values()].filter((exchange) => exchange.host === host);
  }

  get size(): number {
    return this.running.size;
  }
}
