import { HttpClient } from '@angular/common/http';
import { Component, DestroyRef, computed, inject, input, output, signal } from '@angular/core';
import type { LogDetail, ModelList } from '@ollameter/admin-contract';
import { GatewayAddress } from '../data/gateway-address';
import { PlaygroundKey } from '../data/playground-key';
import { polled } from '../data/polled';
import { count, tokensPerSecond } from '../format/count';
import { duration } from '../format/duration';
import { energy } from '../format/energy';
import { type ChatTurn, newTurn } from '../playground/chat-turn';
import { followAnswer, settledRow } from '../playground/follow-answer';
import { modelNames } from '../playground/model-names';
import { openChat } from '../playground/open-chat';
import { speedOf } from '../playground/speed';
import { Session } from '../session/session';
import { Icon } from '../ui/icon';
import { FigureText } from '../ui/figure-text';
import { Markdown } from '../ui/markdown';
import { MoneyText } from '../ui/money-text';
import { Typed } from '../ui/typed';
import { toReplay } from './replay-request';

/** The same request to any model, through the gateway with a key; each answer beside the one of then. */
@Component({
  selector: 'om-replay',
  imports: [FigureText, Icon, Markdown, MoneyText, Typed],
  templateUrl: './replay.html',
  styleUrl: './replay.css',
})
export class Replay {
  readonly item = input.required<LogDetail>();
  readonly closed = output();

  private readonly http = inject(HttpClient);
  private readonly session = inject(Session);
  private readonly baseUrl = inject(GatewayAddress).baseUrl;
  protected readonly key = inject(PlaygroundKey);
  private abort: AbortController | null = null;
  private isLeft = false;

  private readonly installed = polled<ModelList>(
    () => (this.session.may('models:read') ? '/api/models' : undefined),
    { everyMs: 0 },
  ).value;
  protected readonly models = computed(() => {
    const [names, own] = [modelNames(this.installed()), this.item().model];
    return names.length > 0 || own === null ? names : [own];
  });
  /** Stays while the request's figures and the list of models come in anew. */
  protected readonly chosenModel = signal<string | null>(null);
  protected readonly model = computed(
    () =>
      this.chosenModel() ??
      this.models().find((name) => name !== this.item().model) ??
      this.item().model ??
      '',
  );
  protected readonly replayable = computed(() => toReplay(this.item(), this.model()));

  private readonly list = signal<readonly ChatTurn[]>([]);
  /** The newest first, beside the answer of then. */
  protected readonly runs = this.list.asReadonly();
  protected readonly isBusy = computed(() => ['waiting', 'streaming'].includes(this.list()[0]?.state ?? ''));
  protected readonly obstacle = computed(() => {
    if (this.key.secret() === '') return 'An API key is needed: the replay goes through the gateway.';
    return this.model() === '' ? 'There is no model to ask.' : null;
  });
  protected readonly thenText = computed(() => this.item().answer ?? '');
  protected readonly format = { count, duration, energy, speed: tokensPerSecond, speedOf };
  protected readonly states = {
    waiting: 'Waiting',
    streaming: 'Streaming',
    done: 'Done',
    stopped: 'Stopped',
    failed: 'Failed',
  } as const;

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.isLeft = true;
      this.abort?.abort();
    });
  }

  protected async send(): Promise<void> {
    const { body } = this.replayable();
    if (body === null || this.obstacle() !== null || this.isBusy()) return;
    const turn = newTurn(Date.now(), null, this.model());
    this.list.update((runs) => [turn, ...runs]);
    const abort = (this.abort = new AbortController());
    await followAnswer(
      () => openChat(this.baseUrl(), this.key.secret(), body, abort.signal),
      abort.signal,
      (apply) => this.change(turn.id, apply),
    );
    const requestId = this.list().find(({ id }) => id === turn.id)?.requestId;
    if (requestId == null) return;
    const row = await settledRow(this.http, requestId, () => !this.isLeft);
    if (row !== null) this.change(turn.id, () => ({ energyWh: row.energyWh, cost: row.cost }));
  }

  protected stop(): void {
    this.abort?.abort();
  }

  private change(id: number, apply: (turn: ChatTurn) => Partial<ChatTurn>): void {
    this.list.update((runs) => runs.map((turn) => (turn.id === id ? { ...turn, ...apply(turn) } : turn)));
  }
}
