import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, output, signal } from '@angular/core';
import type { RecoveryCodes, TotpSetup } from '@ollameter/admin-contract';
import { Action } from '../data/action';
import { Dialog } from '../ui/dialog';
import { FailureNote } from '../ui/failure-note';
import { FormField } from '../ui/form-field';
import { QrCode } from '../ui/qr-code';
import { SecretText } from '../ui/secret-text';
import { Skeleton } from '../ui/skeleton';

/** A new secret as a QR code; it is in force once a code of it has been typed. */
@Component({
  selector: 'om-totp-setup-dialog',
  imports: [Dialog, FailureNote, FormField, QrCode, SecretText, Skeleton],
  template: `
    <om-dialog #dialog heading="Set up a second factor" (closed)="closed.emit()">
      <div class="sides">
        @if (setup(); as made) {
          <om-qr-code [text]="made.uri" label="QR code for your authenticator" />
        } @else {
          <om-skeleton width="12rem" height="12rem" />
        }
        <ol class="stack">
          <li>Open your authenticator app and scan the picture.</li>
          <li>
            Or type this secret there:
            @if (setup(); as made) {
              <om-secret [text]="made.secret" label="The secret" />
            } @else {
              <om-skeleton height="2.25rem" />
            }
          </li>
          <li>
            <om-form-field label="Then type the code that it shows" [error]="codeError()">
              <input
                #code
                class="input"
                inputmode="numeric"
                autocomplete="one-time-code"
                maxlength="7"
                [disabled]="setup() === null"
                (input)="isTouched.set(false)"
                (keydown.enter)="confirm(code.value)"
              />
            </om-form-field>
          </li>
        </ol>
      </div>
      <om-failure [of]="refusal()" />
      <ng-container footer>
        <button type="button" class="btn" (click)="dialog.close()">Cancel</button>
        <button
          type="button"
          class="btn primary"
          [disabled]="setup() === null || confirmation.isBusy()"
          (click)="confirm(code.value)"
        >
          Turn on
        </button>
      </ng-container>
    </om-dialog>
  `,
  styles: `
    .sides {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr);
      gap: var(--sp-5);
      align-items: start;
    }
    om-secret {
      margin-top: var(--sp-2);
    }
    @media (max-width: 767px) {
      .sides {
        grid-template-columns: minmax(0, 1fr);
        justify-items: center;
      }
      ol {
        width: 100%;
      }
    }
  `,
})
export class TotpSetupDialog {
  /** With the recovery codes, which are told only now. */
  readonly confirmed = output<string[]>();
  readonly closed = output();

  private readonly http = inject(HttpClient);
  private readonly proposal = new Action();
  protected readonly confirmation = new Action();
  protected readonly setup = signal<TotpSetup | null>(null);
  protected readonly isTouched = signal(false);
  private readonly isMalformed = signal(false);
  protected readonly codeError = computed(() => {
    if (!this.isTouched()) return undefined;
    if (this.isMalformed()) return 'The code has six digits.';
    return this.confirmation.failure()?.fields['code'] === undefined
      ? undefined
      : 'The code is wrong. Is the clock of your phone right?';
  });
  protected readonly refusal = computed(() => {
    const failure = this.proposal.failure() ?? this.confirmation.failure();
    return failure?.fields['code'] === undefined ? failure : null;
  });

  constructor() {
    void this.proposal.run(this.http.post<TotpSetup>('/api/me/totp', {}), (made) => this.setup.set(made));
  }

  protected confirm(typed: string): void {
    const code = typed.replaceAll(/\s/g, '');
    this.isTouched.set(true);
    this.confirmation.reset();
    this.isMalformed.set(!/^\d{6}$/.test(code));
    if (this.isMalformed()) return;
    void this.confirmation.run(this.http.post<RecoveryCodes>('/api/me/totp/confirm', { code }), ({ codes }) =>
      this.confirmed.emit(codes),
    );
  }
}
