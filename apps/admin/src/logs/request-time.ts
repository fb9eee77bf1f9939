import { Component, computed, input } from '@angular/core';
import type { LogDetail } from '@ollameter/admin-contract';
import { duration, exactDuration } from '../format/duration';
import { count, tokensPerSecond } from '../format/count';
import { toPhases } from './phases';

/** Queue, load, Ollama's queue, prompt, generate as one bar, with the first token marked. */
@Component({
  selector: 'om-request-time',
  template: `
    <section class="card" aria-label="Where the time went">
      <header><h2>Where the time went</h2></header>
      <div class="body">
        @if (firstToken(); as mark) {
          <div class="mark" [style.left.%]="mark.left" [class.flip]="mark.left > 80">
            <span>first token {{ mark.text }}</span>
          </div>
        }
        <div class="stackbar" aria-hidden="true">
          @for (phase of phases(); track phase.id) {
            @if (phase.ms > 0) {
              <i [style.width.%]="phase.share * 100" [style.background]="'var(--phase-' + phase.id + ')'"></i>
            }
          }
        </div>
        <dl>
          @for (phase of phases(); track phase.id) {
            <div [attr.title]="phase.exact">
              <dt>
                <i class="key" [style.background]="'var(--phase-' + phase.id + ')'" aria-hidden="true"></i
                >{{ phase.name }}
              </dt>
              <dd>
                {{ phase.text }} <span class="muted">{{ phase.note }}</span>
              </dd>
            </div>
          }
        </dl>
      </div>
    </section>
  `,
  styles: `
    :host {
      display: contents;
    }
    .body {
      position: relative;
      padding-top: 2rem;
    }
    .stackbar {
      height: 1.25rem;
    }
    .mark {
      position: relative;
      height: 0;
      width: 0;
    }
    .mark span {
      position: absolute;
      bottom: 0;
      left: 0;
      border-left: 1px solid var(--text-3);
      padding: 0 0 0.25rem 0.375rem;
      white-space: nowrap;
      color: var(--text-3);
      font-size: var(--text-xs);
    }
    .mark.flip span {
      left: auto;
      right: 0;
      border-left: 0;
      border-right: 1px solid var(--text-3);
      padding: 0 0.375rem 0.25rem 0;
    }
    dl {
      display: flex;
      flex-wrap: wrap;
      gap: 0.25rem 2rem;
      margin-top: var(--sp-3);
    }
    dl > div {
      display: flex;
      gap: 0.5rem;
    }
    dt {
      display: flex;
      align-items: center;
      gap: 0.4rem;
      color: var(--text-2);
    }
    dd {
      font-weight: 500;
    }
    dd .muted {
      margin-left: 0.25em;
      font-weight: 400;
    }
  `,
})
export class RequestTime {
  readonly item = input.required<LogDetail>();

  protected readonly phases = computed(() => {
    const { promptTokens, cachedPromptTokens, tokensPerSecond: speed } = this.item();
    const cached = cachedPromptTokens ?? 0;
    const notes = {
      queue: () => 'costs nothing',
      load: (ms: number) => (ms > 0 ? '' : 'already in memory'),
      'ollama-queue': () => 'costs nothing',
      prompt: (ms: number) =>
        [
          promptTokens === null || ms === 0
            ? []
            : `${tokensPerSecond(((promptTokens - cached) * 1000) / ms)} tok/s`,
          cached === 0 ? [] : `${count(cached)} tokens from the cache`,
        ]
          .flat()
          .join(', '),
      generate: () => (speed === null ? '' : `${tokensPerSecond(speed)} tok/s`),
    };
    return toPhases(this.item()).map((phase) => ({
      ...phase,
      text: duration(phase.ms),
      exact: exactDuration(phase.ms),
      note: notes[phase.id](phase.ms),
    }));
  });
  protected readonly firstToken = computed(() => {
    const { ttftMs } = this.item();
    const knownMs = this.phases().reduce((sum, { ms }) => sum + ms, 0);
    if (ttftMs === null || knownMs === 0) return null;
    return { left: Math.min(100, (100 * ttftMs) / knownMs), text: duration(ttftMs) };
  });
}
