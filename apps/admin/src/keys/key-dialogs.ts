import { HttpClient } from '@angular/common/http';
import { Component, inject, output, signal } from '@angular/core';
import type { KeyItem, KeyWithSecret } from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { PlaygroundKey } from '../data/playground-key';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { Dialog } from '../ui/dialog';
import { FailureNote } from '../ui/failure-note';
import { FormField } from '../ui/form-field';
import { ToastList } from '../ui/toast-list';
import { KeyForm } from './key-form';
import { KeySecret } from './key-secret';

type Step = 'create' | 'edit' | 'rotate' | 'revoke' | 'remove';

const GRACE_CHOICES = [
  { name: 'Works on for a day', seconds: 86_400 },
  { name: 'Works on for an hour', seconds: 3_600 },
  { name: 'Works on for a week', seconds: 604_800 },
  { name: 'Stops at once', seconds: 0 },
];

/** What can be done with a key, one dialog at a time; for the list and for a key's own page. */
@Component({
  selector: 'om-key-dialogs',
  imports: [ConfirmDialog, Dialog, FailureNote, FormField, KeyForm, KeySecret],
  template: `
    @if (step() === 'create' || step() === 'edit') {
      <om-key-form [subject]="subject()" [ownerId]="ownerId()" (saved)="saved($event)" (closed)="close()" />
    }
    @if (subject(); as key) {
      @if (step() === 'rotate') {
        <om-dialog #dialog small [heading]="'Rotate ' + key.name" (closed)="close()">
          <p class="soft">
            The key gets a new text. Limits, history and cost stay with it. Whoever uses the old text has to
            be told the new one.
          </p>
          <om-form-field label="The old text">
            <select #grace class="input">
              @for (choice of graceChoices; track choice.seconds) {
                <option [value]="choice.seconds">{{ choice.name }}</option>
              }
            </select>
          </om-form-field>
          <om-failure [of]="action.failure()" />
          <ng-container footer>
            <button type="button" class="btn" (click)="dialog.close()">Cancel</button>
            <button
              type="button"
              class="btn primary"
              [disabled]="action.isBusy()"
              (click)="sendRotation(key, grace.value)"
            >
              Rotate
            </button>
          </ng-container>
        </om-dialog>
      } @else if (step() === 'revoke') {
        <om-confirm-dialog
          [heading]="'Revoke ' + key.name + '?'"
          action="Revoke key"
          [typed]="key.name"
          [failure]="action.failure()"
          [isBusy]="action.isBusy()"
          (confirmed)="sendRevocation(key, reason.value)"
          (closed)="close()"
        >
          <p class="soft">
            Every request with it is refused from now on, for good. Its requests and their cost stay in the
            log.
          </p>
          <om-form-field label="Reason, for the record">
            <input #reason class="input" maxlength="200" />
          </om-form-field>
        </om-confirm-dialog>
      } @else if (step() === 'remove') {
        <om-confirm-dialog
          [heading]="'Delete ' + key.name + '?'"
          action="Delete key"
          [typed]="key.name"
          [failure]="action.failure()"
          [isBusy]="action.isBusy()"
          (confirmed)="sendRemoval(key)"
          (closed)="close()"
        >
          <p class="soft">
            It stops working at once and leaves this list. Its requests and their cost stay in the log.
          </p>
        </om-confirm-dialog>
      }
    }
    @if (made(); as key) {
      <om-key-secret [key]="key" (closed)="made.set(null)" />
    }
  `,
})
export class KeyDialogs {
  /** A key was made or changed. */
  readonly changed = output();
  readonly removed = output();

  private readonly http = inject(HttpClient);
  private readonly toasts = inject(ToastList);
  private readonly playgroundKey = inject(PlaygroundKey);

  protected readonly graceChoices = GRACE_CHOICES;
  protected readonly action = new Action();
  protected readonly step = signal<Step | null>(null);
  protected readonly subject = signal<KeyItem | null>(null);
  protected readonly ownerId = signal('');
  protected readonly made = signal<KeyWithSecret | null>(null);

  /** @param ownerId who is suggested as the owner; nobody if left out */
  create(ownerId = ''): void {
    this.ownerId.set(ownerId);
    this.open('create', null);
  }

  edit(key: KeyItem): void {
    this.open('edit', key);
  }

  rotate(key: KeyItem): void {
    this.open('rotate', key);
  }

  revoke(key: KeyItem): void {
    this.open('revoke', key);
  }

  remove(key: KeyItem): void {
    this.open('remove', key);
  }

  protected close(): void {
    this.step.set(null);
    this.action.reset();
  }

  protected saved(key: KeyItem | KeyWithSecret): void {
    this.close();
    if ('secret' in key) {
      this.made.set(key);
      this.playgroundKey.secret.set(key.secret);
    } else this.toasts.show(`${key.name} is saved.`);
    this.changed.emit();
  }

  protected sendRotation(key: KeyItem, grace: string): void {
    const request = this.http.post<KeyWithSecret>(`/api/keys/${key.id}/rotate`, {
      graceSeconds: Number(grace),
    });
    void this.action.run(request, (rotated) => this.saved(rotated));
  }

  protected sendRevocation(key: KeyItem, reason: string): void {
    const body = { reason: reason.trim() === '' ? null : reason.trim() };
    void this.action.run(this.http.post(`/api/keys/${key.id}/revoke`, body), () => {
      this.close();
      this.toasts.show(`${key.name} is revoked.`);
      this.changed.emit();
    });
  }

  protected sendRemoval(key: KeyItem): void {
    void this.action.run(this.http.delete(`/api/keys/${key.id}`), () => {
      this.close();
      this.toasts.show(`${key.name} is deleted.`);
      this.changed.emit();
      this.removed.emit();
    });
  }

  private open(step: Step, key: KeyItem | null): void {
    this.subject.set(key);
    this.step.set(step);
  }
}
