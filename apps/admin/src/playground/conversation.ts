import { HttpClient } from '@angular/common/http';
import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';
import { GatewayAddress } from '../data/gateway-address';
import { type ChatSettings, chatRequest } from './chat-request';
import { type ChatTurn, type Question, newTurn } from './chat-turn';
import { followAnswer, settledRow } from './follow-answer';
import { openChat } from './open-chat';

/** One conversation through the gateway. It owns its stream: stopping, starting anew and leaving the page end it. */
@Injectable()
export class Conversation {
  private readonly http = inject(HttpClient);
  private readonly baseUrl = inject(GatewayAddress).baseUrl;
  private readonly list = signal<readonly ChatTurn[]>([]);
  private abort: AbortController | null = null;
  private isLeft = false;
  private nextId = 1;

  readonly turns = this.list.asReadonly();
  readonly last = computed(() => this.list().at(-1));
  readonly isBusy = computed(() => ['waiting', 'streaming'].includes(this.last()?.state ?? ''));

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.isLeft = true;
      this.abort?.abort();
    });
  }

  /** Asks and lets the answer grow. `question` is null where the last turn's tools have answered. */
  async ask(question: Question | null, key: string, model: string, settings: ChatSettings): Promise<void> {
    if (this.isBusy()) return;
    const turn = newTurn(this.nextId++, question, model);
    this.list.update((turns) => [...turns, turn]);
    const abort = (this.abort = new AbortController());
    await followAnswer(
      () => openChat(this.baseUrl(), key, chatRequest(model, settings, this.list()), abort.signal),
      abort.signal,
      (apply) => this.change(turn.id, apply),
    );
    const requestId = this.list().find(({ id }) => id === turn.id)?.requestId;
    if (requestId == null) return;
    const isWanted = (): boolean => !this.isLeft && this.list().some(({ id }) => id === turn.id);
    const row = await settledRow(this.http, requestId, isWanted);
    if (row !== null) this.change(turn.id, () => ({ energyWh: row.energyWh, cost: row.cost }));
  }

  stop(): void {
    this.abort?.abort();
  }

  clear(): void {
    this.stop();
    this.list.set([]);
  }

  setResult(turnId: number, callId: string, result: string): void {
    this.change(turnId, ({ answer }) => ({
      answer: {
        ...answer,
        toolCalls: answer.toolCalls.map((call) => (call.id === callId ? { ...call, result } : call)),
      },
    }));
  }

  private change(id: number, apply: (turn: ChatTurn) => Partial<ChatTurn>): void {
    this.list.update((turns) => turns.map((turn) => (turn.id === id ? { ...turn, ...apply(turn) } : turn)));
  }
}
