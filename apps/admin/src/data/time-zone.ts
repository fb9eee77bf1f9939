import { Service, computed, inject, signal } from '@angular/core';
import { StatusFeed } from './status-feed';
import { stored } from './stored';

const FALLBACK = 'America/Los_Angeles';

/** The zone in which times are shown: the person's choice, else the gateway's. */
@Service()
export class TimeZone {
  private readonly feed = inject(StatusFeed);
  private readonly choice = signal(stored('timezone').read());

  readonly zone = computed(() => this.choice() ?? this.feed.status()?.timezone ?? FALLBACK);

  /** Null goes back to the gateway's zone. */
  choose(zone: string | null): void {
    stored('timezone').write(zone);
    this.choice.set(zone);
  }
}
