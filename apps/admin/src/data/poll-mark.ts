import { HttpContextToken, type HttpInterceptorFn } from '@angular/common/http';
import { POLL_HEADER } from '@ollameter/admin-contract';

/** Shared by all that one page asks for the same panel: whether the next request is the timer's or the person's. */
export const ASKED_BY_TIMER = new HttpContextToken<{ byTimer: boolean }>(() => ({ byTimer: false }));

/** Marks what the page asks by itself, so that an open page does not keep a session alive for ever. */
export const markPolls: HttpInterceptorFn = (request, next) => {
  const mark = request.context.get(ASKED_BY_TIMER);
  if (!mark.byTimer) return next(request);
  mark.byTimer = false;
  return next(request.clone({ setHeaders: { [POLL_HEADER]: '1' } }));
};
