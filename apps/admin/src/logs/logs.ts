import { Component, DOCUMENT, ElementRef, afterRenderEffect, computed, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import type { LogItem, LogPage } from '@ollameter/admin-contract';
import { polled } from '../data/polled';
import { StatusFeed } from '../data/status-feed';
import { TimeZone } from '../data/time-zone';
import { count, tokensPerSecond } from '../format/count';
import { exactDuration, secondsColumn } from '../format/duration';
import { whColumn } from '../format/energy';
import { ENERGY_QUALITY_WORDS, OUTCOME_WORDS } from '../format/outcome';
import { moment, offset, zoneCity } from '../format/time';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { MenuButton } from '../ui/menu-button';
import { MoneyText } from '../ui/money-text';
import { Pagination } from '../ui/pagination';
import { Panel } from '../ui/panel';
import { SearchField } from '../ui/search-field';
import { Skeleton } from '../ui/skeleton';
import { TimeText } from '../ui/time-text';
import { ExportProgress } from './export-progress';
import { FilterDialog } from './filter-dialog';
import { COLUMNS, type ColumnId, areColumnsChosen, readColumns, writeColumns } from './log-columns';
import { type FilterChip, toChips, toLogParameters } from './log-filter';
import { logList } from './log-list';
import { OpenedRow } from './opened-row';
import { PhaseBar } from './phase-bar';

const PAGE_SIZE = 20;
const REFRESH_MS = 10_000;
/** What stands before the first hit, in characters. */
const LEAD_LENGTH = 14;
const EXPORTS = ['csv', 'json', 'jsonl'] as const;

/** Every request: searched, filtered, twenty a page. The address holds all of it, so that a view can be sent to somebody. */
@Component({
  selector: 'om-logs',
  imports: [
    EmptyState,
    ExportProgress,
    FilterDialog,
    Icon,
    MenuButton,
    MoneyText,
    Pagination,
    Panel,
    PhaseBar,
    RouterLink,
    SearchField,
    Skeleton,
    TimeText,
  ],
  templateUrl: './logs.html',
  styleUrl: './logs.css',
  host: { '(document:keydown)': 'press($event)' },
})
export class Logs {
  private readonly router = inject(Router);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly document = inject(DOCUMENT);
  protected readonly opened = inject(OpenedRow);
  private readonly zone = inject(TimeZone).zone;
  protected readonly currency = inject(StatusFeed).currency;
  private readonly address = toSignal(inject(ActivatedRoute).queryParams, { requireSync: true });

  protected readonly parameters = computed(() => toLogParameters(this.address()));
  protected readonly chips = computed(() => toChips(this.parameters()));
  protected readonly search = computed(() => this.parameters()['q'] ?? '');
  protected readonly pageNumber = computed(() => Math.max(1, Number(this.address()['page']) || 1));
  private readonly cursor = computed(() => this.address()['cursor'] as string | undefined);
  private readonly request = computed(() => ({
    ...this.parameters(),
    timezone: this.zone(),
    pageSize: String(PAGE_SIZE),
    ...(this.cursor() === undefined ? { page: String(this.pageNumber()) } : { cursor: this.cursor() ?? '' }),
  }));
  protected readonly latest = polled<LogPage>(() => ({ url: '/api/logs', params: this.request() }), {
    everyMs: REFRESH_MS,
  });
  protected readonly list = logList(
    this.latest,
    computed(() => JSON.stringify(this.request())),
  );
  protected readonly rows = computed(() => this.list.page()?.items ?? []);
  protected readonly sum = computed(() => {
    const page = this.list.page();
    if (page === undefined) return '';
    return `${count(page.total)}${page.totalIsExact ? '' : '+'} ${page.total === 1 ? 'request' : 'requests'}`;
  });
  /** How far a search has looked, where that is not everything. */
  protected readonly reach = computed(() => {
    const page = this.list.page();
    if (page?.complete !== false || page.searchedFrom == null) return null;
    return { from: moment(page.searchedFrom, this.zone()), cursor: page.nextCursor };
  });
  protected readonly exports = computed(() => {
    const query = new URLSearchParams({ ...this.parameters(), timezone: this.zone() }).toString();
    return EXPORTS.map((format) => ({ format, url: `/api/logs/export?${query}&format=${format}` }));
  });
  protected readonly subtitle = computed(() => {
    const which = this.parameters()['outcome'] === undefined ? 'Every request that was answered' : 'Requests';
    return `${which}, newest first. Times are ${zoneCity(this.zone())}, ${offset(new Date(), this.zone())}.`;
  });

  protected readonly columns = COLUMNS;
  protected readonly shown = signal(readColumns());
  protected readonly isChosen = signal(areColumnsChosen());
  protected readonly addingFilter = signal<string | null>(null);
  protected readonly skeletons = Array.from({ length: PAGE_SIZE });
  protected readonly outcomeWords = OUTCOME_WORDS;
  protected readonly count = count;
  protected readonly speed = tokensPerSecond;
  protected readonly seconds = secondsColumn;
  protected readonly exactDuration = exactDuration;
  protected readonly wh = whColumn;

  constructor() {
    afterRenderEffect(() => {
      if (this.rows().length > 0) this.standWhereOneWas();
    });
  }

  protected find(q: string): void {
    if (q !== this.search()) this.go({ q: q || null });
  }

  protected remove({ field }: FilterChip): void {
    this.go({ [field.parameter]: null });
  }

  protected clear(): void {
    void this.router.navigate(['/logs']);
  }

  protected addFilter({ parameter, value }: { parameter: string; value: string }): void {
    this.go({ [parameter]: value });
  }

  protected open(page: number): void {
    this.go({ page: page === 1 ? null : page });
  }

  protected toggle(id: ColumnId): void {
    const columns = new Set(this.shown());
    if (!columns.delete(id)) columns.add(id);
    this.shown.set(columns);
    this.isChosen.set(true);
    writeColumns(columns);
  }

  protected quality(item: LogItem): string {
    return `${item.energyWh ?? 'unknown'} Wh, ${ENERGY_QUALITY_WORDS[item.energyQuality].name}`;
  }

  /** The stretch of text around the first hit of a search, short enough that the hit is seen. */
  protected around({ snippets }: LogItem): { text: string; hit: boolean }[] | null {
    const parts = snippets?.[0]?.parts;
    const [first, ...rest] = parts ?? [];
    if (first === undefined) return null;
    const isLong = !first.hit && first.text.length > LEAD_LENGTH;
    return isLong ? [{ text: `…${first.text.slice(-LEAD_LENGTH)}`, hit: false }, ...rest] : [first, ...rest];
  }

  /** j and k move along the rows, Enter opens (it is a link), a full stop shows what is new. */
  protected press(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.closest('input, textarea, select, dialog, [popover]') !== null) return;
    if (event.key === '.' && this.list.waiting() > 0) this.showWaiting();
    const step = { j: 1, k: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const links = [...this.host.querySelectorAll<HTMLElement>('a.open')];
    const at = links.indexOf(target);
    links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
  }

  protected showWaiting(): void {
    if (this.pageNumber() === 1) this.list.showWaiting();
    else this.open(1);
  }

  /** Back from a request, the keyboard goes on at its row. */
  private standWhereOneWas(): void {
    const { id } = this.opened;
    this.opened.id = null;
    const { activeElement, body } = this.document;
    if (id !== null && activeElement === body)
      this.document.getElementById(`row-${id}`)?.focus({ preventScroll: true });
  }

  private go(changes: Record<string, string | number | null>): void {
    void this.router.navigate(['/logs'], {
      queryParams: { page: null, cursor: null, ...changes },
      queryParamsHandling: 'merge',
    });
  }
}
