import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { LiveRequest } from '@ollameter/admin-contract';
import { ReplicaBus } from '../../replicas/replica-bus.service';

/** A request in flight with whose it is: a member sees only own ones. */
export interface OwnedLiveRequest {
  ownerId: string | null;
  request: LiveRequest;
}

/** What one gateway has in flight. */
export interface LiveShare {
  /** Oldest first, at most so many as are shown. */
  requests: OwnedLiveRequest[];
  omitted: number;
  running: number;
  queued: number;
  /** Slots that its requests hold, by host. */
  runningOn: Record<string, number>;
}

const TELL_MS = 250;
/** While somebody watches, the others are told so this often. */
const WATCH_MS = 1_000;
/** Who has said nothing for this long does not watch any more, or is gone. */
const SILENCE_MS = 3_000;

/** The live feeds of the other gateways. Each tells its own four times a second while somebody watches on another one. */
@Injectable()
export class LiveElsewhere implements OnModuleDestroy {
  private readonly told = new Map<string, { share: LiveShare; atMs: number }>();
  private share: (() => LiveShare) | null = null;
  private watchedUntilMs = 0;
  private saidAtMs = -Infinity;
  private telling: NodeJS.Timeout | null = null;

  constructor(private readonly bus: ReplicaBus) {
    bus.onTold('live.share', (share, from) => {
      this.told.set(from, { share: share as LiveShare, atMs: performance.now() });
    });
    bus.onTold('live.watch', () => this.watched());
  }

  onModuleDestroy(): void {
    this.stop();
  }

  /** @param share what this gateway has in flight, asked while somebody watches elsewhere */
  tellOf(share: () => LiveShare): void {
    this.share = share;
  }

  /** What the others have in flight, as last told; somebody here watches. */
  shares(): LiveShare[] {
    const nowMs = performance.now();
    if (nowMs - this.saidAtMs >= WATCH_MS) {
      this.saidAtMs = nowMs;
      this.bus.tell('live.watch', null);
    }
    for (const [from, { atMs }] of this.told) if (nowMs - atMs > SILENCE_MS) this.told.delete(from);
    return [...this.told.values()].map(({ share }) => share);
  }

  private watched(): void {
    this.watchedUntilMs = performance.now() + SILENCE_MS;
    if (this.telling !== null) return;
    this.tell();
    this.telling = setInterval(() => this.tell(), TELL_MS);
    this.telling.unref();
  }

  private tell(): void {
    if (performance.now() > this.watchedUntilMs) this.stop();
    else if (this.share !== null) this.bus.tell('live.share', this.share());
  }

  private stop(): void {
    if (this.telling !== null) clearInterval(this.telling);
    this.telling = null;
  }
}
