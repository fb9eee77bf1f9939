import { HttpContextToken, type HttpEvent, type HttpInterceptorFn } from '@angular/common/http';
import { type Observable, shareReplay } from 'rxjs';

/** Whether a GET may be answered by one for the same URL that is asked in the same turn. */
export const IS_SHARED = new HttpContextToken<boolean>(() => false);

const justAsked = new Map<string, Observable<HttpEvent<unknown>>>();

/**
 * Two parts of a page that ask the same at once get one answer. A browser would hold back the second request until the
 * first is answered, to see whether its cache may answer it. Only in the same turn: an answer under way for longer may
 * be from before a change that the next one asks for.
 */
export const shareGets: HttpInterceptorFn = (request, next) => {
  if (!request.context.get(IS_SHARED)) return next(request);
  const url = request.urlWithParams;
  const asked = justAsked.get(url);
  if (asked !== undefined) return asked;
  const shared = next(request).pipe(shareReplay({ bufferSize: 1, refCount: true }));
  justAsked.set(url, shared);
  setTimeout(() => justAsked.delete(url));
  return shared;
};
