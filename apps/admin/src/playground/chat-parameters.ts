import { Component, computed, model } from '@angular/core';
import { FormField } from '../ui/form-field';
import { type ChatSettings, PLAIN_SETTINGS, THINKING, toolsProblem } from './chat-request';

/** System prompt, parameters, JSON mode and tools. What is left alone is not sent. */
@Component({
  selector: 'om-chat-parameters',
  imports: [FormField],
  template: `
    <section class="card" aria-labelledby="parameters-title">
      <header>
        <h2 id="parameters-title">Parameters</h2>
        <div class="tools"><button type="button" class="btn ghost sm" (click)="reset()">Reset</button></div>
      </header>
      <div class="body stack">
        <om-form-field label="System prompt">
          <textarea
            class="input"
            rows="3"
            [value]="settings().system"
            (input)="set({ system: $any($event.target).value })"
          ></textarea>
        </om-form-field>
        <div class="pair">
          <om-form-field label="Temperature">
            <input
              class="input"
              type="number"
              min="0"
              max="2"
              step="0.1"
              placeholder="model's own"
              [value]="settings().temperature"
              (input)="set({ temperature: figure($any($event.target).value) })"
            />
          </om-form-field>
          <om-form-field label="Top p">
            <input
              class="input"
              type="number"
              min="0"
              max="1"
              step="0.05"
              placeholder="model's own"
              [value]="settings().topP"
              (input)="set({ topP: figure($any($event.target).value) })"
            />
          </om-form-field>
          <om-form-field label="Max tokens">
            <input
              class="input"
              type="number"
              min="1"
              placeholder="no limit"
              [value]="settings().maxTokens"
              (input)="set({ maxTokens: figure($any($event.target).value) })"
            />
          </om-form-field>
          <om-form-field label="Seed">
            <input
              class="input"
              type="number"
              placeholder="random"
              [value]="settings().seed"
              (input)="set({ seed: figure($any($event.target).value) })"
            />
          </om-form-field>
        </div>
        <om-form-field label="Thinking">
          <select class="input" (change)="set({ thinking: $any($event.target).value })">
            @for (choice of thinking; track choice) {
              <option [value]="choice" [selected]="choice === settings().thinking">
                {{ choice || "the model's own" }}
              </option>
            }
          </select>
        </om-form-field>
        <label class="row between">
          JSON only
          <input
            class="switch"
            type="checkbox"
            role="switch"
            [checked]="settings().jsonOnly"
            (change)="set({ jsonOnly: $any($event.target).checked })"
          />
        </label>
        <details>
          <summary>Stop and repetition</summary>
          <div class="stack">
            <om-form-field label="Stop at" hint="One text a line, at most four.">
              <textarea
                class="input mono"
                rows="2"
                spellcheck="false"
                [value]="settings().stop"
                (input)="set({ stop: $any($event.target).value })"
              ></textarea>
            </om-form-field>
            <div class="pair">
              <om-form-field label="Frequency penalty">
                <input
                  class="input"
                  type="number"
                  min="-2"
                  max="2"
                  step="0.1"
                  placeholder="none"
                  [value]="settings().frequencyPenalty"
                  (input)="set({ frequencyPenalty: figure($any($event.target).value) })"
                />
              </om-form-field>
              <om-form-field label="Presence penalty">
                <input
                  class="input"
                  type="number"
                  min="-2"
                  max="2"
                  step="0.1"
                  placeholder="none"
                  [value]="settings().presencePenalty"
                  (input)="set({ presencePenalty: figure($any($event.target).value) })"
                />
              </om-form-field>
            </div>
          </div>
        </details>
        <details>
          <summary>Tools</summary>
          <om-form-field
            label="Tools, as a JSON array"
            hint="The model asks, you type what the tool answers."
            [error]="problem() ?? undefined"
          >
            <textarea
              class="input mono"
              rows="6"
              spellcheck="false"
              [value]="settings().tools"
              [placeholder]="example"
              (input)="set({ tools: $any($event.target).value })"
            ></textarea>
          </om-form-field>
          <button type="button" class="link" (click)="set({ tools: example })">Use an example</button>
        </details>
      </div>
    </section>
  `,
  styles: `
    .pair {
      display: grid;
      grid-template-columns: 1fr 1fr;
      gap: var(--sp-3);
    }
    summary {
      cursor: pointer;
      color: var(--text-2);
      margin-bottom: var(--sp-2);
    }
  `,
})
export class ChatParameters {
  readonly settings = model.required<ChatSettings>();

  protected readonly thinking = THINKING;
  protected readonly problem = computed(() => toolsProblem(this.settings().tools));
  protected readonly example = JSON.stringify(
    [
      {
        type: 'function',
        function: {
          name: 'weather',
          description: 'The weather in a city',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      },
    ],
    null,
    2,
  );

  protected set(change: Partial<ChatSettings>): void {
    this.settings.update((settings) => ({ ...settings, ...change }));
  }

  protected reset(): void {
    this.settings.set(PLAIN_SETTINGS);
  }

  protected figure(text: string): number | null {
    return text === '' ? null : Number(text);
  }
}
