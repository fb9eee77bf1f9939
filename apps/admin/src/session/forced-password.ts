import { Component, inject, input } from '@angular/core';
import { Router } from '@angular/router';
import { Logo } from '../ui/logo';
import { localPath } from './local-path';
import { PasswordForm } from './password-form';
import { Session } from './session';

/** Before anything else: the password that an admin made is exchanged for one's own. */
@Component({
  selector: 'om-forced-password',
  imports: [Logo, PasswordForm],
  template: `
    <main class="login">
      <div class="card">
        <om-logo />
        <h1>Choose your password</h1>
        <p class="soft">
          Somebody else made the password of {{ user()?.email }}. Choose one that only you know to go on.
        </p>
        <om-password-form
          currentLabel="The password you were given"
          submitLabel="Save and go on"
          (changed)="goOn()"
        >
          <button type="button" class="btn ghost" (click)="session.logout()">Sign out</button>
        </om-password-form>
      </div>
    </main>
  `,
  styleUrl: './login.css',
})
export class ForcedPassword {
  /** Where to go afterwards; from the address. */
  readonly returnTo = input<string>();

  protected readonly session = inject(Session);
  private readonly router = inject(Router);
  protected readonly user = this.session.user;

  protected async goOn(): Promise<void> {
    await this.session.restore();
    await this.router.navigateByUrl(localPath(this.returnTo()));
  }
}
