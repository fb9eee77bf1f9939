import { Service, computed, inject, signal } from '@angular/core';
import { StatusFeed } from './status-feed';
import { stored } from './stored';

const FALLBACK = 'America/Los_Angeles';

/** The zone in which times are shown: the person's choice, else the gateway's. */
@Service()
export class TimeZone {
  private readonly feed = inject(StatusFeed);
  private readonly chosen = signal(stored('timezone').read());

  /** The person's own; null is the gateway's. */
  readonly choice = this.chosen.asReadonly();
  readonly zone = computed(() => this.chosen() ?? this.feed.status()?.timezone ?? FALLBACK);

  /** Null goes back to the gateway's zone. */
  choose(zone: string | null): void {
    stored('timezone').write(zone);
    this.chosen.set(zone);
  }
}
