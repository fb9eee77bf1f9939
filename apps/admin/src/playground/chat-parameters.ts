import { Component, computed, model } from '@angular/core';
import { Choices } from '../ui/choices';
import { FormField } from '../ui/form-field';
import { Typed } from '../ui/typed';
import { type ChatSettings, PLAIN_SETTINGS, THINKING, toolsProblem } from './chat-request';

/** System prompt, parameters, JSON mode and tools. What is left alone is not sent. */
@Component({
  selector: 'om-chat-parameters',
  imports: [Choices, FormField, Typed],
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
            (typed)="set({ system: $event })"
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
              (typed)="set({ temperature: figure($event) })"
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
              (typed)="set({ topP: figure($event) })"
            />
          </om-form-field>
          <om-form-field label="Max tokens">
            <input
              class="input"
              type="number"
              min="1"
              placeholder="no limit"
              [value]="settings().maxTokens"
              (typed)="set({ maxTokens: figure($event) })"
            />
          </om-form-field>
          <om-form-field label="Seed">
            <input
              class="input"
              type="number"
              placeholder="random"
              [value]="settings().seed"
              (typed)="set({ seed: figure($event) })"
            />
          </om-form-field>
        </div>
        <om-form-field label="Thinking">
          <select
            class="input"
            [choices]="thinking"
            [value]="settings().thinking"
            (valueChange)="set({ thinking: $event })"
          ></select>
        </om-form-field>
        <label class="row between">
          JSON only
          <input
            #json
            class="switch"
            type="checkbox"
            role="switch"
            [checked]="settings().jsonOnly"
            (change)="set({ jsonOnly: json.checked })"
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
                (typed)="set({ stop: $event })"
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
                  (typed)="set({ frequencyPenalty: figure($event) })"
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
                  (typed)="set({ presencePenalty: figure($event) })"
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
              (typed)="set({ tools: $event })"
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

  protected readonly thinking = THINKING.map((value) => ({ value, text: value || "the model's own" }));
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
