import { Injectable, type MessageEvent, ServiceUnavailableException } from '@nestjs/common';
import { type LiveState, type SessionUser } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import {
  catchError,
  concat,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  from,
  interval,
  map,
  merge,
  type Observable,
  of,
  share,
  switchMap,
  takeUntil,
} from 'rxjs';
import { Authenticator } from '../../identity/authenticator.service';
import { ownerReach } from '../../identity/permission';
import { SessionService } from '../../identity/session.service';
import { LiveSnapshots } from './live-snapshot.service';

/** Four updates a second, however busy the gateway is. */
const UPDATE_MS = 250;
/** Proxies and browsers drop what says nothing for a minute. */
const HEARTBEAT_MS = 15_000;
/** How soon the feed of an expired session, or of somebody whose role was taken, ends. */
const SESSION_CHECK_MS = 5_000;
const MAX_WATCHERS = 64;

/** The live feed: one look per quarter second for all who watch, and none while nobody does. */
@Injectable()
export class LiveFeed {
  private watchers = 0;
  private readonly looks = interval(UPDATE_MS).pipe(
    map(() => this.snapshots.take()),
    share(),
  );

  constructor(
    private readonly snapshots: LiveSnapshots,
    private readonly authenticator: Authenticator,
    private readonly sessions: SessionService,
  ) {}

  /**
   * States of the gateway as `user` may see it, the first at once, later ones when something changed; ends with the
   * session.
   * @throws ServiceUnavailableException when too many watch already
   */
  watch(user: SessionUser, request: FastifyRequest): Observable<MessageEvent> {
    if (this.watchers >= MAX_WATCHERS)
      throw new ServiceUnavailableException('Too many live feeds are open. Close some and try again.');
    this.watchers++;
    const ownerId = ownerReach(user);
    const states = concat(of(null), this.looks).pipe(
      map((look) => this.snapshots.stateFor(look ?? this.snapshots.take(), ownerId)),
      distinctUntilChanged((last, next) => essence(last) === essence(next)),
      map((state): MessageEvent => ({ type: 'state', data: state })),
    );
    const heartbeats = interval(HEARTBEAT_MS).pipe(map((): MessageEvent => ({ comment: 'alive' })));
    return merge(states, heartbeats).pipe(
      takeUntil(this.end(user, request)),
      finalize(() => this.watchers--),
    );
  }

  /** Emits once when the request's session is over, or means another role; a database that is away ends nobody's. */
  private end({ id, role }: SessionUser, request: FastifyRequest): Observable<unknown> {
    return merge(interval(SESSION_CHECK_MS), this.sessions.ended).pipe(
      switchMap(() => from(this.authenticator.identify(request, 'poll')).pipe(catchError(() => EMPTY))),
      filter((now) => now?.id !== id || now.role !== role),
    );
  }
}

/** All of a state but the time at which it was looked at. */
function essence(state: LiveState): string {
  return JSON.stringify({ ...state, at: '' });
}
