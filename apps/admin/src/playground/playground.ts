import {
  Component,
  ElementRef,
  afterRenderEffect,
  computed,
  effect,
  inject,
  input,
  resource,
  signal,
  viewChild,
} from '@angular/core';
import { RouterLink } from '@angular/router';
import type { ModelList } from '@ollameter/admin-contract';
import { GatewayAddress } from '../data/gateway-address';
import { PlaygroundKey } from '../data/playground-key';
import { watchLive } from '../data/live-state';
import { polled } from '../data/polled';
import { count, tokensPerSecond } from '../format/count';
import { duration } from '../format/duration';
import { energy } from '../format/energy';
import { Session } from '../session/session';
import { CopyButton } from '../ui/copy-button';
import { Dialog } from '../ui/dialog';
import { EmptyState } from '../ui/empty-state';
import { FigureText } from '../ui/figure-text';
import { Icon } from '../ui/icon';
import { Markdown } from '../ui/markdown';
import { MoneyText } from '../ui/money-text';
import { Typed } from '../ui/typed';
import { ChatParameters } from './chat-parameters';
import { type ChatSettings, PLAIN_SETTINGS, chatRequest, toolsProblem } from './chat-request';
import { type ChatTurn } from './chat-turn';
import { Conversation } from './conversation';
import { modelNames, modelsOfKey } from './model-names';
import { imageFiles, readImage } from './pictures';
import { known, speedOf } from './speed';

/** How far from the end the reader may be for the end to be followed. */
const FOLLOW_WITHIN_PX = 80;

/** Chat with any model, through the gateway itself and with a key, as every program does. */
@Component({
  selector: 'om-playground',
  imports: [
    RouterLink,
    ChatParameters,
    CopyButton,
    Dialog,
    EmptyState,
    FigureText,
    Icon,
    Markdown,
    MoneyText,
    Typed,
  ],
  providers: [Conversation],
  templateUrl: './playground.html',
  styleUrl: './playground.css',
  host: { '(document:keydown.escape)': 'chat.stop()' },
})
export class Playground {
  /** From the address: the model to begin with. */
  readonly model = input<string>();

  protected readonly chat = inject(Conversation);
  protected readonly key = inject(PlaygroundKey);
  private readonly session = inject(Session);
  private readonly address = inject(GatewayAddress);
  private readonly scroll = viewChild.required<ElementRef<HTMLElement>>('scroll');

  protected readonly format = { count, duration, tokensPerSecond };
  protected readonly states = {
    waiting: 'Waiting',
    streaming: 'Streaming',
    done: 'Done',
    stopped: 'Stopped',
    failed: 'Failed',
  } as const;
  protected readonly settings = signal<ChatSettings>(PLAIN_SETTINGS);
  protected readonly draft = signal('');
  protected readonly images = signal<readonly string[]>([]);
  protected readonly showsCode = signal(false);
  /** On a narrow screen parameters and sums stand in the place of the conversation. */
  protected readonly showsSide = signal(false);
  protected readonly chosenModel = signal<string | null>(null);
  private readonly follows = signal(true);
  /** Where the end of the conversation was when it was last followed, px. */
  private heldAt = 0;

  private readonly feed = polled<ModelList>(() =>
    this.session.may('models:read') ? '/api/models' : undefined,
  );
  private readonly installed = this.feed.value;
  protected readonly noModelText = computed(() =>
    this.feed.failure() !== null && this.installed() === undefined
      ? 'The models could not be loaded'
      : 'No model yet',
  );
  private readonly live = watchLive(() => this.chat.isBusy());

  private readonly seesNoModel = computed(() =>
    this.session.may('models:read') && this.feed.failure() === null
      ? this.installed()?.items.length === 0
      : this.installed() === undefined,
  );
  /** Who sees no model of the hosts asks the gateway what the key may use; no address is guessed for a secret. */
  private readonly ofKey = resource({
    params: () => {
      const key = this.key.secret();
      return this.address.isKnown() && this.seesNoModel() && key !== ''
        ? { key, baseUrl: this.address.baseUrl() }
        : undefined;
    },
    loader: ({ params: { key, baseUrl }, abortSignal }) => modelsOfKey(baseUrl, key, abortSignal),
    defaultValue: [],
  });

  protected readonly models = computed(() => {
    const names = modelNames(this.installed());
    return names.length > 0 ? names : this.ofKey.value();
  });
  protected readonly current = computed(() => {
    const wanted = this.chosenModel() ?? this.model() ?? this.installed()?.defaultModel;
    return this.models().find((name) => name === wanted) ?? this.models()[0] ?? '';
  });
  protected readonly hasDraft = computed(() => this.draft().trim() !== '' || this.images().length > 0);
  /** Why nothing can be sent yet. */
  protected readonly obstacle = computed(() => {
    if (this.key.secret() === '') return 'An API key is needed.';
    if (this.current() === '') return `${this.noModelText()}.`;
    return toolsProblem(this.settings().tools) === null ? null : 'The tools are not valid JSON.';
  });
  protected readonly speed = computed(() => {
    const turn = this.chat.last();
    return turn === undefined ? null : speedOf(turn);
  });
  protected readonly energyNow = computed(() => {
    const turn = this.chat.last();
    const inFlight = this.live.state()?.requests.find(({ id }) => id === turn?.requestId);
    return energy(turn?.energyWh ?? inFlight?.energyWh);
  });
  protected readonly sums = computed(() => {
    const turns = this.chat.turns();
    const cost = known(turns.map((turn) => (turn.cost === null ? null : Number(turn.cost))));
    return {
      promptTokens: known(turns.map(({ answer }) => answer.promptTokens)),
      completionTokens: known(turns.map(({ answer }) => answer.completionTokens)),
      energy: energy(known(turns.map(({ energyWh }) => energyWh))),
      cost: cost === null ? null : cost.toFixed(12),
    };
  });

  constructor() {
    afterRenderEffect(() => {
      this.chat.turns();
      const box = this.scroll().nativeElement;
      if (!this.follows()) return;
      // The reader has just gone back; the event that tells it has not come yet.
      if (box.scrollTop < this.heldAt - FOLLOW_WITHIN_PX) return;
      box.scrollTop = box.scrollHeight;
      this.heldAt = box.scrollTop;
    });
    effect(() => {
      if (this.chat.turns().length > 0) return;
      this.follows.set(true);
      this.heldAt = 0;
    });
  }

  protected send(): void {
    if (this.obstacle() !== null || !this.hasDraft() || this.chat.isBusy()) return;
    const question = { text: this.draft().trim(), images: this.images() };
    this.draft.set('');
    this.images.set([]);
    this.follows.set(true);
    this.heldAt = 0;
    void this.chat.ask(question, this.key.secret(), this.current(), this.settings());
  }

  protected sendResults(): void {
    void this.chat.ask(null, this.key.secret(), this.current(), this.settings());
  }

  protected clear(): void {
    this.chat.clear();
  }

  /** Enter sends, Shift and Enter begin a new line. */
  protected typed(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.send();
  }

  protected noteScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroll().nativeElement;
    this.follows.set(scrollHeight - scrollTop - clientHeight < FOLLOW_WITHIN_PX);
  }

  protected attach(box: HTMLInputElement): void {
    void this.add(imageFiles(box.files));
    box.value = '';
  }

  protected pasted(event: ClipboardEvent): void {
    void this.add(imageFiles(event.clipboardData?.files));
  }

  protected dropped(event: DragEvent): void {
    event.preventDefault();
    void this.add(imageFiles(event.dataTransfer?.files));
  }

  protected dropImage(at: number): void {
    this.images.update((images) => images.filter((_, index) => index !== at));
  }

  protected summary({ answer, energyWh, cost, ...turn }: ChatTurn): string {
    const speed = speedOf({ answer, energyWh, cost, ...turn });
    const parts = [
      answer.completionTokens === null ? null : `${count(answer.completionTokens)} tokens`,
      speed === null ? null : `${tokensPerSecond(speed)} tok/s`,
      energyWh === null ? null : `${energy(energyWh).figure} ${energy(energyWh).unit}`,
      answer.finishReason === 'length' ? 'cut off at the limit' : null,
    ];
    return parts.filter((part) => part !== null).join(' · ');
  }

  protected curl(key: string): string {
    const turns = this.chat.turns();
    const tools = toolsProblem(this.settings().tools) === null ? this.settings().tools : '';
    const body = chatRequest(this.current(), { ...this.settings(), tools }, turns);
    const text = JSON.stringify(body, null, 2).replaceAll("'", String.raw`'\''`);
    return [
      `curl -N ${this.address.baseUrl()}/chat/completions \\`,
      `  -H "Authorization: Bearer ${key}" \\`,
      '  -H "Content-Type: application/json" \\',
      `  -d '${text}'`,
    ].join('\n');
  }

  private async add(files: readonly File[]): Promise<void> {
    const read = await Promise.all(files.map(readImage));
    this.images.update((images) => [...images, ...read]);
  }
}
