import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, signal } from '@angular/core';
import type { MeterDetection, MeterInput, MeterItem, MeterList, PowerNow } from '@ollameter/admin-contract';
import { Action } from '../../data/action';
import { polled } from '../../data/polled';
import { StatusFeed } from '../../data/status-feed';
import { duration } from '../../format/duration';
import { energyText, watts } from '../../format/energy';
import { UNKNOWN } from '../../format/figure';
import { Session } from '../../session/session';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { EmptyState } from '../../ui/empty-state';
import { FailureNote } from '../../ui/failure-note';
import { Icon } from '../../ui/icon';
import { MenuButton } from '../../ui/menu-button';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { ToastList } from '../../ui/toast-list';
import { MeterDialog } from './meter-dialog';
import { SCOPE_WORDS, formOf, meterMark } from './meter-words';

const REFRESH_MS = 2_000;

/** What measures the machines: readings as they come, what counts, and why one does not. */
@Component({
  selector: 'om-meters',
  imports: [ConfirmDialog, EmptyState, FailureNote, Icon, MenuButton, MeterDialog, Panel, Skeleton],
  templateUrl: './meters.html',
  styles: `
    .tscroll {
      margin-top: var(--sp-2);
    }
    .what {
      display: flex;
      gap: var(--sp-3);
      align-items: center;
    }
    .kind {
      display: block;
    }
    .reason {
      white-space: normal;
    }
    .warning {
      color: var(--warning);
    }
    .found {
      display: grid;
      gap: var(--sp-2);
    }
    .found li {
      display: flex;
      gap: var(--sp-3);
      align-items: center;
      min-height: 2.5rem;
      border-top: 1px solid var(--border);
    }
    .found li:first-child {
      border-top: 0;
    }
  `,
})
export class Meters {
  private readonly http = inject(HttpClient);
  private readonly session = inject(Session);
  private readonly toasts = inject(ToastList);
  private readonly status = inject(StatusFeed).status;

  protected readonly meters = polled<MeterList>(() => '/api/meters', { everyMs: REFRESH_MS });
  protected readonly power = polled<PowerNow>(() => '/api/energy/power', { everyMs: REFRESH_MS }).value;
  protected readonly mayWrite = computed(() => this.session.may('meters:write'));
  protected readonly hosts = computed(() => {
    const named =
      this.status()
        ?.hosts.filter(({ demo }) => !demo)
        .map(({ name }) => name) ?? [];
    return [...new Set([...named, ...(this.meters.value()?.items.map(({ host }) => host) ?? [])])];
  });
  protected readonly detection = signal<MeterDetection | null>(null);
  protected readonly detecting = new Action();
  protected readonly removal = new Action();
  protected readonly isAdding = signal(false);
  protected readonly found = signal<MeterInput | null>(null);
  protected readonly edited = signal<MeterItem | null>(null);
  protected readonly doomed = signal<MeterItem | null>(null);
  protected readonly mark = meterMark;
  protected readonly form = formOf;
  protected readonly scopes = SCOPE_WORDS;
  protected readonly format = { duration, energyText, watts };

  protected wattsOf({ lastReading, kind, settings }: MeterItem): string {
    if (kind === 'constant') return watts(settings.activeWatts ?? null);
    return lastReading === null ? UNKNOWN : watts(lastReading.watts);
  }

  protected ageOf({ lastReading, kind }: MeterItem): string {
    if (kind === 'constant') return '';
    return lastReading === null ? 'never' : `${duration(lastReading.ageMs)} ago`;
  }

  protected add(found: MeterInput | null): void {
    this.found.set(found);
    this.isAdding.set(true);
  }

  protected saved(): void {
    this.meters.reload();
    if (this.detection() !== null) this.detect();
  }

  protected detect(): void {
    void this.detecting.run(this.http.post<MeterDetection>('/api/meters/detect', {}), (detection) =>
      this.detection.set(detection),
    );
  }

  protected setEnabled({ id, name }: MeterItem, enabled: boolean): void {
    void this.removal.run(this.http.patch<MeterItem>(`/api/meters/${id}`, { enabled }), () => {
      this.toasts.show(`${name} is ${enabled ? 'on' : 'off'}.`);
      this.meters.reload();
    });
  }

  protected remove({ id, name }: MeterItem): void {
    void this.removal.run(this.http.delete(`/api/meters/${id}`), () => {
      this.doomed.set(null);
      this.toasts.show(`${name} is removed.`);
      this.meters.reload();
    });
  }
}
