import { HttpErrorResponse, type HttpInterceptorFn, HttpEventType } from '@angular/common/http';
import { Service, inject, signal } from '@angular/core';
import { tap } from 'rxjs';

/** Whether the gateway answers at all; what it says is another matter. */
@Service()
export class Connection {
  private readonly lostSince = signal<Date | null>(null);

  /** When the first request went unanswered; null while the gateway answers. */
  readonly lostAt = this.lostSince.asReadonly();

  lost(): void {
    this.lostSince.update((since) => since ?? new Date());
  }

  found(): void {
    this.lostSince.set(null);
  }
}

/** Status 0 is the browser's word for: nothing came back. */
export const watchConnection: HttpInterceptorFn = (request, next) => {
  const connection = inject(Connection);
  return next(request).pipe(
    tap({
      next: (event) => {
        if (event.type === HttpEventType.Response) connection.found();
      },
      error: (error: unknown) => {
        if (!(error instanceof HttpErrorResponse)) return;
        if (error.status === 0) connection.lost();
        else connection.found();
      },
    }),
  );
};
