import { Injectable } from '@nestjs/common';
import { nowUs } from './gateway-clock';
import { SharedTime, type SharedStretch } from './shared-time';

/** A request that holds a slot now. Times are Unix µs by the gateway's clock. */
export interface RunningExchange {
  readonly id: string;
  readonly host: string;
  readonly slotFromUs: number;
  /** Null until the first upstream record. */
  firstRecordUs: number | null;
}

/** How far a running request is, for whoever watches. */
export interface ExchangeProgress extends RunningExchange {
  /** Completion tokens so far; records with text until Ollama tells its own count. */
  tokens: number;
  /** The upstream has said its last; the answer record is being kept. */
  upstreamDone: boolean;
}

/** The requests that hold slots now; the settler may not close time that they may still claim. */
@Injectable()
export class InFlight {
  private readonly running = new Map<string, RunningExchange>();
  private readonly sharedTimes = new Map<string, SharedTime>();
  private readonly sharedFrom = new Map<string, number>();

  /** Registers a running exchange and returns its undo. The undo must run only after its answer record is in the spool. */
  enter(exchange: RunningExchange): () => void {
    const { id, host } = exchange;
    const shared = this.sharedTimes.get(host) ?? new SharedTime();
    this.sharedTimes.set(host, shared);
    this.running.set(id, exchange);
    this.sharedFrom.set(id, shared.read(nowUs()));
    shared.join(nowUs());
    return () => {
      if (!this.running.delete(id)) return;
      this.sharedFrom.delete(id);
      shared.leave(nowUs());
    };
  }

  onHost(host: string): RunningExchange[] {
    return [...this.running.values()].filter((exchange) => exchange.host === host);
  }

  /** This request's part of its host's time since it got its slot, µs: with four at once, a quarter of it. */
  sharedUs({ id, host }: RunningExchange): number {
    return (this.sharedTimes.get(host)?.read(nowUs()) ?? 0) - (this.sharedFrom.get(id) ?? 0);
  }

  /** What a running request of this host has had of a stretch of its time. */
  sharedBetween(host: string, fromUs: number, toUs: number): SharedStretch {
    return this.sharedTimes.get(host)?.between(fromUs, toUs) ?? { sharedUs: toUs - fromUs, alone: true };
  }

  get size(): number {
    return this.running.size;
  }
}
