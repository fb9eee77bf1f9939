import { Component, computed, input } from '@angular/core';
import type { LogItem } from '@ollameter/admin-contract';
import { duration } from '../format/duration';
import { toPhases } from './phases';

/** Queue, load, Ollama's queue, prompt, generate as one thin bar. */
@Component({
  selector: 'om-phase-bar',
  template: `
    <div class="split" role="img" [attr.aria-label]="words()" [attr.title]="words()">
      @for (phase of phases(); track phase.id) {
        <i [style.width.%]="phase.share * 100" [style.background]="'var(--phase-' + phase.id + ')'"></i>
      }
    </div>
  `,
  styles: `
    :host {
      display: block;
      width: 3.5rem;
    }
  `,
})
export class PhaseBar {
  readonly item = input.required<LogItem>();
  protected readonly phases = computed(() => toPhases(this.item()).filter(({ ms }) => ms > 0));
  protected readonly words = computed(() =>
    this.phases()
      .map(({ name, ms }) => `${name} ${duration(ms)}`)
      .join(', '),
  );
}
