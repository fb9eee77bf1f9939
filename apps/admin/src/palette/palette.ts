import {
  Component,
  ElementRef,
  afterNextRender,
  computed,
  inject,
  linkedSignal,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { Router } from '@angular/router';
import type { KeyPage, ModelList } from '@ollameter/admin-contract';
import { polled } from '../data/polled';
import { Session } from '../session/session';
import { pagesFor } from '../shell/pages';
import { type ThemeChoice, Theme } from '../shell/theme';
import { Icon } from '../ui/icon';
import { type PaletteEntry, found, isRequestId } from './palette-entry';

const KEYS_ASKED = '100';
const THEMES: readonly [choice: ThemeChoice, title: string, icon: 'sun' | 'moon' | 'system'][] = [
  ['light', 'Light theme', 'sun'],
  ['dark', 'Dark theme', 'moon'],
  ['system', 'Theme as the system', 'system'],
];

/** Everything by its name: pages, keys, models, a request by its id, and what can be done from anywhere. */
@Component({
  selector: 'om-palette',
  imports: [Icon],
  templateUrl: './palette.html',
  styleUrl: './palette.css',
})
export class Palette {
  readonly closed = output();
  readonly helpWanted = output();

  private readonly router = inject(Router);
  private readonly session = inject(Session);
  private readonly theme = inject(Theme);
  private readonly box = viewChild.required<ElementRef<HTMLDialogElement>>('box');
  private readonly list = viewChild.required<ElementRef<HTMLElement>>('list');

  protected readonly query = signal('');
  private readonly keys = polled<KeyPage>(
    () => (this.session.may('keys:read') ? `/api/keys?pageSize=${KEYS_ASKED}` : undefined),
    { everyMs: 0 },
  ).value;
  private readonly models = polled<ModelList>(
    () => (this.session.may('models:read') ? '/api/models' : undefined),
    { everyMs: 0 },
  ).value;

  private readonly fixed = computed((): PaletteEntry[] => [
    ...pagesFor(this.session).map((page): PaletteEntry => ({
      id: page.path,
      group: 'Pages',
      title: page.title,
      icon: page.icon,
      run: () => this.go(`/${page.path}`),
    })),
    ...this.actions(),
  ]);
  private readonly named = computed((): PaletteEntry[] => [
    ...(this.keys()?.items ?? []).map((key): PaletteEntry => ({
      id: key.id,
      group: 'Keys',
      title: key.name,
      ...(key.ownerName === null ? {} : { note: key.ownerName }),
      words: `key ${key.lastFour}`,
      icon: 'key',
      run: () => this.go(`/keys/${key.id}`),
    })),
    ...(this.models()?.items ?? []).flatMap(({ name }): PaletteEntry[] => [
      {
        id: `log/${name}`,
        group: 'Models',
        title: name,
        note: 'its requests',
        words: 'model log',
        icon: 'model',
        run: () => void this.router.navigate(['/logs'], { queryParams: { model: name } }),
      },
      {
        id: `try/${name}`,
        group: 'Models',
        title: name,
        note: 'in the playground',
        words: 'model try chat',
        icon: 'playground',
        run: () => void this.router.navigate(['/playground'], { queryParams: { model: name } }),
      },
    ]),
  ]);
  protected readonly entries = computed((): PaletteEntry[] => {
    const query = this.query().trim();
    if (query === '') return this.fixed();
    const [search, ...byId] = this.byText(query);
    return [...byId, ...found([...this.fixed(), ...this.named()], query), search];
  });
  /** Index of the one that Enter takes. */
  protected readonly at = linkedSignal<readonly PaletteEntry[], number>({
    source: this.entries,
    computation: () => 0,
  });

  constructor() {
    afterNextRender(() => this.box().nativeElement.showModal());
  }

  protected move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const count = this.entries().length;
    if (event.key === 'Enter') this.take(this.entries()[this.at()]);
    if (step === undefined || count === 0) return;
    event.preventDefault();
    this.at.update((at) => (at + step + count) % count);
    this.list().nativeElement.children[this.at()]?.scrollIntoView({ block: 'nearest' });
  }

  protected take(entry: PaletteEntry | undefined): void {
    if (entry === undefined) return;
    this.box().nativeElement.close();
    entry.run();
  }

  protected beginsGroup(index: number): boolean {
    return this.entries()[index]?.group !== this.entries()[index - 1]?.group;
  }

  /** The search, and the request where the text is the id of one. */
  private byText(query: string): [PaletteEntry, ...PaletteEntry[]] {
    const search: PaletteEntry = {
      id: 'search',
      group: 'Requests',
      title: `Search the log for “${query}”`,
      icon: 'search',
      run: () => void this.router.navigate(['/logs'], { queryParams: { q: query } }),
    };
    if (!isRequestId(query)) return [search];
    const open: PaletteEntry = {
      id: 'request',
      group: 'Requests',
      title: 'Open this request',
      icon: 'logs',
      run: () => this.go(`/logs/${query.toLowerCase()}`),
    };
    return [search, open];
  }

  private actions(): PaletteEntry[] {
    const action = (
      id: string,
      title: string,
      icon: PaletteEntry['icon'],
      run: () => void,
    ): PaletteEntry => ({
      id,
      group: 'Actions',
      title,
      icon,
      run,
    });
    return [
      ...(this.session.may('keys:write')
        ? [action('new-key', 'Create a key', 'plus', () => this.go('/keys?create=1'))]
        : []),
      ...THEMES.map(([choice, title, icon]) => action(choice, title, icon, () => this.theme.choose(choice))),
      action('shortcuts', 'Keyboard shortcuts', 'help', () => this.helpWanted.emit()),
      action('guide', 'First-run guide', 'info', () => this.go('/overview?guide=1')),
      action('sign-out', 'Sign out', 'sign-out', () => void this.session.logout()),
    ];
  }

  private go(url: string): void {
    void this.router.navigateByUrl(url);
  }
}
