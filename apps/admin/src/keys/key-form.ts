import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, input, output, signal } from '@angular/core';
import { ReactiveFormsModule } from '@angular/forms';
import {
  KEY_ENDPOINTS,
  type KeyEndpoint,
  type KeyItem,
  type KeyWithSecret,
  type ModelList,
  type UserList,
} from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { polled } from '../data/polled';
import { StatusFeed } from '../data/status-feed';
import { Session } from '../session/session';
import { LimitFieldset } from '../limits/limit-fieldset';
import { Dialog } from '../ui/dialog';
import { FailureNote } from '../ui/failure-note';
import { FormField } from '../ui/form-field';
import { Icon } from '../ui/icon';
import { keyFields, splitList, toKeyInput, toOwnKeyChange, toOwnKeyInput } from './key-fields';

const SUGGESTIONS = 8;

/** Makes a key, or changes `subject`. Without `keys:write` it is one's own: with fewer fields, and only its words to change. */
@Component({
  selector: 'om-key-form',
  imports: [ReactiveFormsModule, Dialog, FailureNote, FormField, Icon, LimitFieldset],
  templateUrl: './key-form.html',
  styles: `
    .halves {
      row-gap: var(--sp-1);
    }
    .more {
      margin-top: var(--sp-3);
    }
    .flush {
      margin: 0 0 var(--sp-2);
    }
    summary {
      cursor: pointer;
      color: var(--text-2);
    }
  `,
})
export class KeyForm {
  readonly subject = input.required<KeyItem | null>();
  /** Suggested owner of a new key. */
  readonly ownerId = input('');
  readonly saved = output<KeyItem | KeyWithSecret>();
  readonly closed = output();

  private readonly http = inject(HttpClient);
  private readonly session = inject(Session);
  protected readonly currency = inject(StatusFeed).currency;

  protected readonly mayWrite = computed(() => this.session.may('keys:write'));
  /** Only its words can be changed. */
  protected readonly wordsOnly = computed(() => !this.mayWrite() && this.subject() !== null);
  protected readonly endpoints = KEY_ENDPOINTS;
  protected readonly action = new Action();
  protected readonly fields = computed(() => keyFields(this.subject(), this.ownerId()));
  private readonly wasSubmitted = signal(false);
  private readonly typedModels = signal<string | null>(null);

  protected readonly people = polled<UserList>(
    () => (this.session.may('users:manage') ? '/api/users' : undefined),
    { everyMs: 0 },
  ).value;
  private readonly models = polled<ModelList>(() => '/api/models', { everyMs: 0 }).value;

  protected readonly errors = computed(() => this.action.failure()?.fields ?? {});
  protected readonly nameError = computed(() => {
    if (this.wasSubmitted() && this.fields().controls.name.value.trim() === '') return 'A name is needed.';
    return this.errors()['name'];
  });
  protected readonly suggestions = computed(() => {
    const chosen = splitList(this.typedModels() ?? this.fields().controls.allowedModels.value);
    const names = this.models()?.items.map(({ name }) => name) ?? [];
    return names.filter((name) => !chosen.includes(name)).slice(0, SUGGESTIONS);
  });

  protected addModel(name: string): void {
    const control = this.fields().controls.allowedModels;
    control.setValue([...splitList(control.value), name].join(', '));
    this.typedModels.set(control.value);
  }

  protected toggleEndpoint(endpoint: KeyEndpoint): void {
    const control = this.fields().controls.endpoints;
    const chosen = control.value;
    control.setValue(
      chosen.includes(endpoint) ? chosen.filter((other) => other !== endpoint) : [...chosen, endpoint],
    );
  }

  protected save(): void {
    this.wasSubmitted.set(true);
    const fields = this.fields();
    fields.markAllAsTouched();
    if (fields.invalid) return;
    const subject = this.subject();
    const request =
      subject === null
        ? this.http.post<KeyWithSecret>(
            '/api/keys',
            this.mayWrite() ? toKeyInput(fields) : toOwnKeyInput(fields),
          )
        : this.http.patch<KeyItem>(
            `/api/keys/${subject.id}`,
            this.mayWrite() ? toKeyInput(fields) : toOwnKeyChange(fields),
          );
    void this.action.run<KeyItem | KeyWithSecret>(request, (key) => this.saved.emit(key));
  }
}
