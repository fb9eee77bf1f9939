import { Service, signal } from '@angular/core';
import type { ModelPull, Problem, PullEnd, PullProgress } from '@ollameter/admin-contract';
import { SseReader } from '../data/sse-reader';
import { type PullState, newPull, withEnd, withProgress } from './pull-state';

/** Downloads of models. They go on while the person looks at other pages, and end with the tab. */
@Service()
export class Pulls {
  private readonly list = signal<readonly PullState[]>([]);
  private readonly aborts = new Map<string, AbortController>();
  private readonly ended = signal(0);

  readonly pulls = this.list.asReadonly();
  /** How many have ended: whoever shows models asks anew. */
  readonly endedCount = this.ended.asReadonly();

  async start(pull: ModelPull): Promise<void> {
    const { name } = pull;
    if (this.aborts.has(name)) return;
    this.dismiss(name);
    this.list.update((list) => [...list, newPull(name)]);
    const abort = new AbortController();
    this.aborts.set(name, abort);
    try {
      await this.follow(pull, abort.signal);
    } catch (error) {
      if (abort.signal.aborted) this.dismiss(name);
      else this.fail(name, error instanceof Error ? error.message : String(error));
    } finally {
      this.aborts.delete(name);
      this.ended.update((count) => count + 1);
    }
  }

  /** What Ollama has by then it keeps: the same download goes on from there. */
  cancel(name: string): void {
    this.aborts.get(name)?.abort();
  }

  dismiss(name: string): void {
    this.list.update((list) => list.filter((pull) => pull.name !== name));
  }

  private async follow(pull: ModelPull, signal_: AbortSignal): Promise<void> {
    const response = await fetch('/api/models/pull', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(pull),
      signal: signal_,
    });
    if (!response.ok || response.body === null) {
      const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
      throw new Error(problem.errors?.[0]?.message ?? problem.detail ?? problem.title ?? 'It was refused.');
    }
    const events = new SseReader();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      for (const { type, data } of events.read(value)) {
        if (type === 'progress')
          this.change(pull.name, (state) => withProgress(state, JSON.parse(data) as PullProgress));
        else this.change(pull.name, (state) => withEnd(state, JSON.parse(data) as PullEnd));
      }
    }
    if (this.list().some(({ name, isOver }) => name === pull.name && !isOver))
      throw new Error('The connection broke. Pull it again: it goes on where it was.');
  }

  private fail(name: string, error: string): void {
    this.change(name, (state) => ({ ...state, isOver: true, error }));
  }

  private change(name: string, apply: (state: PullState) => PullState): void {
    this.list.update((list) => list.map((state) => (state.name === name ? apply(state) : state)));
  }
}
