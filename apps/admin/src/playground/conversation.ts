import { HttpClient } from '@angular/common/http';
import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';
import type { LogPage } from '@ollameter/admin-contract';
import { firstValueFrom } from 'rxjs';
import { GatewayAddress } from '../data/gateway-address';
import { type ChatSettings, chatRequest } from './chat-request';
import { type ChatTurn, NO_ANSWER, type Question } from './chat-turn';
import { bringsText, foldChunk } from './fold-chunk';
import { ChatError, openChat } from './open-chat';

const LOOK_EVERY_MS = 1_000;
const MOST_LOOKS = 20;

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
    const turn: ChatTurn = {
      id: this.nextId++,
      question,
      model,
      answer: NO_ANSWER,
      state: 'waiting',
      problem: null,
      requestId: null,
      startedAtMs: performance.now(),
      firstTokenMs: null,
      lastTokenMs: null,
      pieces: 0,
      energyWh: null,
      cost: null,
    };
    this.list.update((turns) => [...turns, turn]);
    const abort = (this.abort = new AbortController());
    const change = (apply: (turn: ChatTurn) => Partial<ChatTurn>): void => this.change(turn.id, apply);
    try {
      const body = chatRequest(model, settings, this.list());
      const { requestId, chunks } = await openChat(this.baseUrl(), key, body, abort.signal);
      change(() => ({ requestId, state: 'streaming' }));
      for await (const chunk of chunks) change((old) => grown(old, foldChunk(old.answer, chunk)));
      change(() => ({ state: 'done' }));
    } catch (error) {
      if (abort.signal.aborted) change(() => ({ state: 'stopped' }));
      else if (error instanceof ChatError) change(() => ({ state: 'failed', problem: error.message }));
      else change(() => ({ state: 'failed', problem: 'The connection broke before the answer was whole.' }));
    }
    const requestId = this.list().find(({ id }) => id === turn.id)?.requestId;
    if (requestId != null) await this.lookUp(turn.id, requestId);
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

  /** Energy and cost are known once the row is settled, some seconds after the answer. */
  private async lookUp(turnId: number, requestId: string): Promise<void> {
    for (let look = 0; look < MOST_LOOKS && !this.isLeft; look++) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      if (!this.list().some(({ id }) => id === turnId)) return;
      try {
        const page = await firstValueFrom(this.http.get<LogPage>('/api/logs?outcome=all&pageSize=20'));
        const row = page.items.find(({ id }) => id === requestId);
        if (row === undefined || row.energyQuality === 'pending') continue;
        this.change(turnId, () => ({ energyWh: row.energyWh, cost: row.cost }));
        return;
      } catch {
        return;
      }
    }
  }

  private change(id: number, apply: (turn: ChatTurn) => Partial<ChatTurn>): void {
    this.list.update((turns) => turns.map((turn) => (turn.id === id ? { ...turn, ...apply(turn) } : turn)));
  }
}

function grown(turn: ChatTurn, answer: ChatTurn['answer']): Partial<ChatTurn> {
  if (!bringsText(turn.answer, answer)) return { answer };
  const atMs = performance.now() - turn.startedAtMs;
  return { answer, pieces: turn.pieces + 1, firstTokenMs: turn.firstTokenMs ?? atMs, lastTokenMs: atMs };
}
