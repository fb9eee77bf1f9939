import { Component, input, output, signal } from '@angular/core';
import type { MyAccount } from '@ollameter/admin-contract';
import { Icon } from '../ui/icon';
import { PasswordAsk } from './password-ask';
import { RecoveryCodeDialog } from './recovery-code-dialog';
import { TotpSetupDialog } from './totp-setup-dialog';

type Step = 'set-up' | 'renew' | 'disable';

const FEW_CODES = 3;

/** The code of an authenticator after the password: set up, renew the recovery codes, turn off. */
@Component({
  selector: 'om-second-factor',
  imports: [Icon, PasswordAsk, RecoveryCodeDialog, TotpSetupDialog],
  template: `
    @if (account().totp) {
      <div class="stack">
        <p class="row">
          <span class="chip ok"><om-icon name="check" />On</span>
          <span class="soft">Signing in asks for a code of your authenticator.</span>
        </p>
        @if (account().recoveryCodesLeft <= few) {
          <p class="note warn">
            <om-icon name="warning" />
            <span>
              {{ account().recoveryCodesLeft === 0 ? 'No' : 'Only ' + account().recoveryCodesLeft }} recovery
              {{ account().recoveryCodesLeft === 1 ? 'code is' : 'codes are' }} left. Make new ones.
            </span>
          </p>
        } @else {
          <p class="soft">{{ account().recoveryCodesLeft }} recovery codes are left. Each works once.</p>
        }
        <div class="row wrap">
          <button type="button" class="btn" (click)="step.set('renew')">New recovery codes</button>
          <button type="button" class="btn danger" (click)="step.set('disable')">Turn off</button>
        </div>
      </div>
    } @else if (account().hasPassword) {
      <div class="stack">
        <p class="soft">
          With an authenticator app a stolen password is not enough to sign in. Any app that makes six-digit
          codes will do.
        </p>
        <div class="row">
          <button type="button" class="btn" (click)="step.set('set-up')">Set up</button>
        </div>
      </div>
    } @else {
      <p class="soft">Your provider asks for what it wants; there is nothing to set up here.</p>
    }
    @switch (step()) {
      @case ('set-up') {
        <om-totp-setup-dialog (confirmed)="show($event)" (closed)="step.set(null)" />
      }
      @case ('renew') {
        <om-password-ask
          heading="New recovery codes"
          action="Make new codes"
          url="/api/me/totp/recovery-codes"
          (done)="show($event?.codes ?? [])"
          (closed)="step.set(null)"
        >
          <p class="soft">The codes that you have now stop working.</p>
        </om-password-ask>
      }
      @case ('disable') {
        <om-password-ask
          heading="Turn the second factor off?"
          action="Turn off"
          danger
          url="/api/me/totp/disable"
          (done)="off()"
          (closed)="step.set(null)"
        >
          <p class="soft">Your password alone will be enough to sign in. The recovery codes become void.</p>
        </om-password-ask>
      }
    }
    @if (codes(); as list) {
      <om-recovery-code-dialog [codes]="list" (closed)="codes.set(null)" />
    }
  `,
})
export class SecondFactor {
  readonly account = input.required<MyAccount>();
  readonly changed = output();

  protected readonly few = FEW_CODES;
  protected readonly step = signal<Step | null>(null);
  protected readonly codes = signal<string[] | null>(null);

  protected show(codes: string[]): void {
    this.step.set(null);
    this.codes.set(codes);
    this.changed.emit();
  }

  protected off(): void {
    this.step.set(null);
    this.changed.emit();
  }
}
