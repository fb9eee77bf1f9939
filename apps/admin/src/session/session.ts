import { HttpClient, HttpErrorResponse } from '@angular/common/http';
import { Service, computed, inject, signal } from '@angular/core';
import { Router } from '@angular/router';
import type { KeyItem, LoginRequest, Permission, SessionUser } from '@ollameter/admin-contract';
import { firstValueFrom } from 'rxjs';

/** Who is signed in. The session itself is a cookie that no script can read. */
@Service()
export class Session {
  private readonly http = inject(HttpClient);
  private readonly router = inject(Router);
  private readonly current = signal<SessionUser | null>(null);

  readonly user = this.current.asReadonly();
  /** Signed in, and with a password of one's own: until then the gateway refuses everything else. */
  readonly isOpen = computed(() => this.current()?.mustChangePassword === false);
  readonly isAdmin = computed(() => this.current()?.role === 'admin');

  /** Whether this session may do what needs the permission; read reactively. */
  may(permission: Permission): boolean {
    return this.current()?.permissions.includes(permission) ?? false;
  }

  /** Whether this session may rename, rotate and revoke a key: everybody's, or one's own. */
  mayChange(key: Pick<KeyItem, 'ownerId'>): boolean {
    return this.may('keys:write') || (this.may('keys:own') && key.ownerId === this.current()?.id);
  }

  /** Takes up the session of the cookie, if there is one that still counts. */
  async restore(): Promise<void> {
    try {
      this.current.set(await firstValueFrom(this.http.get<SessionUser>('/api/auth/me')));
    } catch (error) {
      if (!(error instanceof HttpErrorResponse)) throw error;
      this.current.set(null);
    }
  }

  /** @throws HttpErrorResponse 401 for wrong words, 429 after too many */
  async login(credentials: LoginRequest): Promise<void> {
    this.current.set(await firstValueFrom(this.http.post<SessionUser>('/api/auth/login', credentials)));
  }

  async logout(): Promise<void> {
    await firstValueFrom(this.http.post('/api/auth/logout', null));
    this.current.set(null);
    await this.router.navigateByUrl('/login');
  }

  /** The server no longer knows the session: back to the login, and after it to where the person was. */
  expire(): void {
    if (this.current() === null) return;
    this.current.set(null);
    void this.router.navigate(['/login'], { queryParams: { returnTo: this.router.url, expired: '' } });
  }
}
