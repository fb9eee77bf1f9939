import { Component, ElementRef, afterNextRender, inject, input, signal, viewChild } from '@angular/core';
import { FormControl, FormGroup, ReactiveFormsModule, Validators } from '@angular/forms';
import { Router } from '@angular/router';
import { type Failure, toFailure } from '../data/failure';
import { Icon } from '../ui/icon';
import { Logo } from '../ui/logo';
import { Session } from './session';

@Component({
  selector: 'om-login',
  imports: [ReactiveFormsModule, Icon, Logo],
  templateUrl: './login.html',
  styleUrl: './login.css',
})
export class Login {
  /** Where to go after the login; from the address. */
  readonly returnTo = input<string>();
  /** Set where a session has ended by itself. */
  readonly expired = input<string>();

  private readonly session = inject(Session);
  private readonly router = inject(Router);

  protected readonly form = new FormGroup({
    email: new FormControl('', { nonNullable: true, validators: [Validators.required] }),
    password: new FormControl('', { nonNullable: true, validators: [Validators.required] }),
  });
  protected readonly showsPassword = signal(false);
  protected readonly isBusy = signal(false);
  protected readonly failure = signal<Failure | null>(null);
  private readonly email = viewChild.required<ElementRef<HTMLInputElement>>('email');

  constructor() {
    afterNextRender(() => this.email().nativeElement.focus());
  }

  protected async login(): Promise<void> {
    this.form.markAllAsTouched();
    if (this.form.invalid || this.isBusy()) return;
    this.isBusy.set(true);
    this.failure.set(null);
    try {
      await this.session.login(this.form.getRawValue());
      await this.router.navigateByUrl(localPath(this.returnTo()));
    } catch (error) {
      this.failure.set(toFailure(error));
    } finally {
      this.isBusy.set(false);
    }
  }
}

/** A link may not use the login to lead elsewhere. */
function localPath(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : '/';
}
