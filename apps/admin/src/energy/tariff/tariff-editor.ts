import { HttpClient } from '@angular/common/http';
import { Component, computed, effect, inject, input, linkedSignal, signal, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { TariffInput, TariffItem, TariffPreset, UrdbImportResult } from '@ollameter/admin-contract';
import { Action } from '../../data/action';
import { Clock } from '../../data/clock';
import { polled } from '../../data/polled';
import { StatusFeed } from '../../data/status-feed';
import { TimeZone } from '../../data/time-zone';
import { type Choice, Choices } from '../../ui/choices';
import { FailureNote } from '../../ui/failure-note';
import { FormField } from '../../ui/form-field';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { ToastList } from '../../ui/toast-list';
import { Typed } from '../../ui/typed';
import { HolidayRules } from './holiday-rules';
import { PlanWeek } from './plan-week';
import { PriceWindows } from './price-windows';
import { SeasonPrices } from './season-prices';
import { type TariffDraft, draftErrors, emptyDraft, toDraft, toInput } from './tariff-draft';
import { tariffWords } from './tariff-words';
import { UrdbImportDialog } from './urdb-import-dialog';

const KINDS: { kind: TariffDraft['kind']; name: string }[] = [
  { kind: 'flat', name: 'One price' },
  { kind: 'time_of_use', name: 'By time of use' },
  { kind: 'dynamic', name: 'Dynamic' },
];
const STEPS: readonly Choice<TariffDraft['stepMinutes']>[] = [
  { value: 15, text: 'quarter hour' },
  { value: 30, text: 'half hour' },
  { value: 60, text: 'hour' },
];

type Start = 'now' | 'at' | 'never';

/** Writes a new tariff, from nothing, a preset or another version, or changes one that has priced nothing yet. */
@Component({
  selector: 'om-tariff-editor',
  imports: [
    Choices,
    FailureNote,
    FormField,
    HolidayRules,
    Icon,
    Panel,
    PlanWeek,
    PriceWindows,
    RouterLink,
    SeasonPrices,
    Skeleton,
    Typed,
    UrdbImportDialog,
  ],
  templateUrl: './tariff-editor.html',
  styleUrl: './tariff-editor.css',
})
export class TariffEditor {
  /** From the address: of the version that is changed; undefined for a new one. */
  readonly id = input<string>();
  /** A version to begin with. */
  readonly from = input<string>();
  /** A preset to begin with. */
  readonly preset = input<string>();
  /** `urdb`: with a rate of OpenEI's rate database. */
  readonly import = input<string>();

  private readonly http = inject(HttpClient);
  private readonly router = inject(Router);
  private readonly toasts = inject(ToastList);
  private readonly zone = inject(TimeZone).zone;
  private readonly currency = inject(StatusFeed).currency;
  protected readonly nowMs = inject(Clock).nowMs;

  private readonly template = polled<TariffItem>(
    () => {
      const id = this.id() ?? this.from();
      return id === undefined ? undefined : `/api/tariffs/${encodeURIComponent(id)}`;
    },
    { everyMs: 0 },
  );
  private readonly presets = polled<TariffPreset[]>(
    () => (this.preset() === undefined ? undefined : '/api/tariffs/presets'),
    { everyMs: 0 },
  );
  /** What has to be there before anything can be written. */
  protected readonly source = computed(() =>
    this.id() !== undefined || this.from() !== undefined ? this.template : this.presets,
  );
  protected readonly isBlank = computed(
    () => this.id() === undefined && this.from() === undefined && this.preset() === undefined,
  );

  protected readonly kinds = KINDS;
  protected readonly steps = STEPS;
  protected readonly draft = signal<TariffDraft>(emptyDraft('USD', 'UTC'));
  protected readonly start = signal<Start>('now');
  protected readonly startAt = signal('');
  private readonly wasSubmitted = signal(false);
  protected readonly action = new Action();

  protected readonly heading = computed(() => {
    if (this.id() !== undefined) return `Edit ${this.template.value()?.name ?? 'tariff'}`;
    return this.isBlank() ? 'New tariff' : `New tariff from ${this.origin()?.name ?? '…'}`;
  });
  private readonly origin = computed<TariffItem | TariffPreset | undefined>(
    () => this.template.value() ?? this.presets.value()?.find(({ key }) => key === this.preset()),
  );
  protected readonly errors = computed<Record<string, string>>(() => ({
    ...(this.wasSubmitted() ? draftErrors(this.draft()) : {}),
    ...this.action.failure()?.fields,
  }));
  protected readonly words = computed(() => {
    const { plan, currency, fixedMicrosPerDay } = toInput(this.draft());
    return isCurrency(currency) ? tariffWords(plan, currency, fixedMicrosPerDay ?? 0) : [];
  });
  protected readonly previewZone = computed(() =>
    this.draft().kind === 'time_of_use' ? this.draft().timezone : this.zone(),
  );
  /** Beside the button: that something above is wrong. */
  protected readonly summary = computed(() => {
    const wrong = Object.keys(this.errors()).length;
    if (wrong === 0) return null;
    return wrong === 1 ? 'One field needs another look.' : `${wrong} fields need another look.`;
  });
  /** What is looked at before it is saved; null while the draft does not say. */
  protected readonly previewed = computed(() => {
    const isIncomplete = Object.keys(draftErrors(this.draft())).some((field) => field.startsWith('plan'));
    return isIncomplete ? null : toInput(this.draft());
  });
  /** Open while a rate of the rate database is looked for; from the address, or the button. */
  protected readonly isImporting = linkedSignal(() => this.import() === 'urdb');
  /** What an imported rate says that the draft does not. */
  protected readonly importNotes = signal<readonly string[]>([]);

  constructor() {
    effect(() => {
      const origin = this.origin();
      untracked(() => {
        if (origin === undefined) {
          this.draft.set(emptyDraft(this.currency(), this.zone()));
          return;
        }
        this.draft.set(toDraft(origin, this.zone()));
        if (this.id() === undefined || origin.validFrom === undefined) return;
        this.start.set(origin.validFrom === null ? 'never' : 'at');
        this.startAt.set(origin.validFrom === null ? '' : localInput(new Date(origin.validFrom)));
      });
    });
  }

  protected set<K extends keyof TariffDraft>(field: K, value: TariffDraft[K]): void {
    this.draft.update((draft) => ({ ...draft, [field]: value }));
  }

  protected setTier(index: number, change: Partial<TariffDraft['tiers'][number]>): void {
    this.set(
      'tiers',
      this.draft().tiers.map((tier, at) => (at === index ? { ...tier, ...change } : tier)),
    );
  }

  protected removeTier(index: number): void {
    this.draft.update(({ tiers, tier, ...draft }) => ({
      ...draft,
      tiers: tiers.filter((_, at) => at !== index),
      tier: tier > index ? tier - 1 : tier === index ? 0 : tier,
    }));
  }

  /** Fills the form with a rate that was looked at. */
  protected take({ input, notes }: UrdbImportResult['tariffs'][number]): void {
    this.draft.set(toDraft(input, this.zone()));
    this.importNotes.set(notes);
  }

  /** The first complaint about a field or what is within it. */
  protected errorOf(...fields: string[]): string | undefined {
    const errors = Object.entries(this.errors());
    for (const field of fields) {
      const found = errors.find(([name]) => name === field || name.startsWith(`${field}.`));
      if (found !== undefined) return found[1];
    }
    return undefined;
  }

  protected save(): void {
    this.wasSubmitted.set(true);
    if (Object.keys(draftErrors(this.draft())).length > 0) return;
    const body: TariffInput = { ...toInput(this.draft()), ...this.validFrom() };
    const id = this.id();
    const request =
      id === undefined
        ? this.http.post<TariffItem>('/api/tariffs', body)
        : this.http.patch<TariffItem>(`/api/tariffs/${id}`, body);
    void this.action.run(request, ({ name, state }) => {
      this.toasts.show(state === 'in_force' ? `${name} is in force.` : `${name} is saved.`);
      void this.router.navigateByUrl('/energy/tariff');
    });
  }

  /** Left out is now; an unchanged start of a scheduled version is not sent again. */
  private validFrom(): Pick<TariffInput, 'validFrom'> {
    if (this.start() === 'never') return { validFrom: null };
    const now = this.id() === undefined ? {} : { validFrom: new Date(Date.now() + 5_000).toISOString() };
    if (this.start() === 'now') return now;
    const before = this.id() === undefined ? null : (this.origin()?.validFrom ?? null);
    if (before !== null && this.startAt() === localInput(new Date(before))) return {};
    const at = new Date(this.startAt());
    return Number.isNaN(at.getTime()) ? now : { validFrom: at.toISOString() };
  }
}

function isCurrency(code: string): boolean {
  return /^[A-Z]{3}$/.test(code);
}

/** The value of an input of type datetime-local, in the browser's own zone. */
function localInput(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
