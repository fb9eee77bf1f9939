import {
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { FormControl, FormGroup, ReactiveFormsModule, Validators } from '@angular/forms';
import { Router } from '@angular/router';
import type { LoginMethods } from '@ollameter/admin-contract';
import { type Failure, toFailure } from '../data/failure';
import { polled } from '../data/polled';
import { Icon } from '../ui/icon';
import { Logo } from '../ui/logo';
import { localPath } from './local-path';
import { Session } from './session';

const PROVIDER_PROBLEMS: Readonly<Record<string, string | undefined>> = {
  oidc_refused: 'Your account there may not sign in here. Ask an admin of Ollameter.',
  oidc_failed: 'Signing in there did not work out, or took too long. Please try again.',
  oidc_unavailable: 'The provider does not answer. Try again later, or sign in with a password.',
};

/** E-mail and password, and where it is set up, the provider. */
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
  /** Why the way back from the provider ended here. */
  readonly error = input<string>();

  private readonly session = inject(Session);
  private readonly router = inject(Router);

  protected readonly form = new FormGroup({
    email: new FormControl('', { nonNullable: true, validators: [Validators.required] }),
    password: new FormControl('', { nonNullable: true, validators: [Validators.required] }),
    code: new FormControl('', { nonNullable: true }),
  });
  /** The account has a second factor. */
  protected readonly asksCode = signal(false);
  protected readonly showsPassword = signal(false);
  protected readonly isBusy = signal(false);
  protected readonly failure = signal<Failure | null>(null);
  protected readonly methods = polled<LoginMethods>(() => '/api/auth/methods', { everyMs: 0 }).value;
  /** There and back to the page that was asked for. */
  protected readonly providerUrl = computed(() => {
    const [url, path] = [this.methods()?.oidc?.url ?? '', localPath(this.returnTo())];
    return path === '/' ? url : `${url}?${new URLSearchParams({ returnTo: path }).toString()}`;
  });
  protected readonly providerProblem = computed(() => PROVIDER_PROBLEMS[this.error() ?? '']);
  private readonly injector = inject(Injector);
  private readonly code = viewChild<ElementRef<HTMLInputElement>>('code');
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
      const { email, password, code } = this.form.getRawValue();
      await this.session.login({ email, password, ...(code !== '' && { code: code.trim() }) });
      await this.router.navigateByUrl(localPath(this.returnTo()));
    } catch (error) {
      const failure = toFailure(error);
      // Not wrong, only not all of it.
      if (failure.code === 'totp_required') this.askCode();
      else this.failure.set(failure);
    } finally {
      this.isBusy.set(false);
    }
  }

  private askCode(): void {
    this.asksCode.set(true);
    this.form.controls.code.addValidators(Validators.required);
    this.form.controls.code.updateValueAndValidity();
    afterNextRender(() => this.code()?.nativeElement.focus(), { injector: this.injector });
  }
}
