import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, input, linkedSignal, output, signal } from '@angular/core';
import {
  ROLES,
  type Role,
  type UserChange,
  type UserInput,
  type UserItem,
  type UserWithPassword,
} from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { splitList } from '../keys/key-fields';
import { Dialog } from '../ui/dialog';
import { FailureNote } from '../ui/failure-note';
import { FormField } from '../ui/form-field';
import { ROLE_TEXTS } from './role-texts';

/** Invites a person, or changes `subject`. */
@Component({
  selector: 'om-person-form',
  imports: [Dialog, FailureNote, FormField],
  template: `
    <om-dialog
      #dialog
      [heading]="subject() ? 'Edit ' + (subject()!.name ?? subject()!.email) : 'Invite person'"
      (closed)="closed.emit()"
    >
      <form
        class="stack"
        id="person-form"
        novalidate
        (submit)="save($event, email.value.trim(), name.value.trim())"
      >
        <om-form-field label="E-mail" hint="They sign in with it." [error]="errors().email">
          <input
            #email
            class="input"
            type="email"
            maxlength="254"
            autocomplete="off"
            [value]="subject()?.email ?? ''"
          />
        </om-form-field>
        <om-form-field label="Name" hint="Optional." [error]="errors().name">
          <input #name class="input" maxlength="100" autocomplete="off" [value]="subject()?.name ?? ''" />
        </om-form-field>
        <fieldset>
          <legend class="label">Role</legend>
          <ul class="roles">
            @for (choice of roles; track choice) {
              <li>
                <label>
                  <input
                    type="radio"
                    name="role"
                    [value]="choice"
                    [checked]="choice === role()"
                    (change)="role.set(choice)"
                  />
                  <span
                    ><span class="med">{{ texts[choice].name }}</span>
                    <span class="soft">{{ texts[choice].may }}</span></span
                  >
                </label>
              </li>
            }
          </ul>
          @if (errors().role; as text) {
            <p class="field-error" role="alert">{{ text }}</p>
          }
        </fieldset>
        <label class="row top">
          <input
            #reads
            type="checkbox"
            [checked]="mayRead()"
            [disabled]="!asksReading()"
            (change)="readsPrompts.set(reads.checked)"
          />
          <span
            >May read prompts and answers of others <span class="hint block">{{ readingHint() }}</span></span
          >
        </label>
        @if (asksOwnKeys()) {
          <div class="halves">
            <om-form-field
              label="Own keys, at most"
              hint="0: they make none themselves."
              [error]="errors().max"
            >
              <input
                #most
                class="input"
                type="number"
                min="0"
                max="1000"
                [value]="max()"
                (input)="max.set(most.valueAsNumber)"
              />
            </om-form-field>
            <om-form-field
              label="Models of those keys"
              hint="Empty is every model."
              [error]="errors().allowedModels"
            >
              <input
                #ownModels
                class="input mono"
                autocomplete="off"
                spellcheck="false"
                [value]="models()"
                (input)="models.set(ownModels.value)"
              />
            </om-form-field>
          </div>
        }
        <om-failure [of]="refusal()" />
      </form>
      <ng-container footer>
        <button type="button" class="btn" (click)="dialog.close()">Cancel</button>
        <button type="submit" form="person-form" class="btn primary" [disabled]="action.isBusy()">
          {{ subject() ? 'Save' : 'Invite' }}
        </button>
      </ng-container>
    </om-dialog>
  `,
  styles: `
    .roles {
      display: grid;
      gap: var(--sp-2);
    }
    .roles label,
    .top {
      display: flex;
      gap: var(--sp-2);
      align-items: flex-start;
      min-height: 1.5rem;
    }
    .roles .med {
      display: inline-block;
      min-width: 5rem;
    }
    .block {
      display: block;
      margin-top: 0.125rem;
    }
    input[type='radio'],
    input[type='checkbox'] {
      margin-top: 0.2rem;
      flex: none;
    }
  `,
})
export class PersonForm {
  readonly subject = input.required<UserItem | null>();
  readonly invited = output<UserWithPassword>();
  readonly saved = output<UserItem>();
  readonly closed = output();

  private readonly http = inject(HttpClient);
  protected readonly action = new Action();
  protected readonly roles = ROLES;
  protected readonly texts = ROLE_TEXTS;
  protected readonly role = linkedSignal<Role>(() => this.subject()?.role ?? 'member');
  protected readonly readsPrompts = linkedSignal(() => this.subject()?.readsPrompts ?? false);
  protected readonly max = linkedSignal(() => this.subject()?.ownKeys.max ?? 0);
  protected readonly models = linkedSignal(() => this.subject()?.ownKeys.allowedModels.join(', ') ?? '');
  /** Admins and operators make everybody's. */
  protected readonly asksOwnKeys = computed(() => this.role() === 'member' || this.role() === 'viewer');
  /** An admin may anyway, and a member sees nobody else's requests. */
  protected readonly asksReading = computed(() => this.role() === 'operator' || this.role() === 'viewer');
  protected readonly mayRead = computed(
    () => this.role() === 'admin' || (this.asksReading() && this.readsPrompts()),
  );
  protected readonly readingHint = computed(() => {
    if (this.role() === 'admin') return 'Admins always may.';
    if (this.role() === 'member') return 'Members see only their own requests.';
    return 'Each reading is recorded in the audit.';
  });
  private readonly missing = signal<Readonly<Record<string, string>>>({});
  protected readonly errors = computed(() => {
    const fields = { ...this.action.failure()?.fields, ...this.missing() };
    return {
      email: fields['email'],
      name: fields['name'],
      role: fields['role'],
      max: fields['ownKeys.max'],
      allowedModels: fields['ownKeys.allowedModels'],
    };
  });
  protected readonly refusal = computed(() =>
    Object.values(this.errors()).some((text) => text !== undefined) ? null : this.action.failure(),
  );

  protected save(event: Event, email: string, name: string): void {
    event.preventDefault();
    this.action.reset();
    this.missing.set(email === '' ? { email: 'An e-mail address is needed.' } : {});
    if (email === '') return;
    const subject = this.subject();
    const fields = {
      email,
      name: name === '' ? null : name,
      role: this.role(),
      readsPrompts: this.mayRead(),
      ownKeys: { max: this.max(), allowedModels: splitList(this.models()) },
    };
    if (subject === null) {
      const body: UserInput = fields;
      void this.action.run(this.http.post<UserWithPassword>('/api/users', body), (account) =>
        this.invited.emit(account),
      );
    } else {
      const body: UserChange = fields;
      void this.action.run(this.http.patch<UserItem>(`/api/users/${subject.id}`, body), (person) =>
        this.saved.emit(person),
      );
    }
  }
}
