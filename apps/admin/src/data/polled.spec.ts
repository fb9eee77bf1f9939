import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { createEnvironmentInjector, EnvironmentInjector, runInInjectionContext, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { POLL_HEADER } from '@ollameter/admin-contract';
import { markPolls } from './poll-mark';
import { type Polled, polled } from './polled';

let http: HttpTestingController;
let scope: EnvironmentInjector;
let visibility: DocumentVisibilityState;

beforeEach(() => {
  jest.useFakeTimers();
  visibility = 'visible';
  jest.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility);
  TestBed.configureTestingModule({
    providers: [provideHttpClient(withInterceptors([markPolls])), provideHttpClientTesting()],
  });
  http = TestBed.inject(HttpTestingController);
  scope = createEnvironmentInjector([], TestBed.inject(EnvironmentInjector));
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

function poll(request: () => string, keepsOld = true): Polled<string> {
  return runInInjectionContext(scope, () => polled<string>(request, { everyMs: 30_000, keepsOld }));
}

function tick(): Promise<void> {
  TestBed.tick();
  return jest.advanceTimersByTimeAsync(0).then(() => TestBed.tick());
}

async function answer(url: string, body: string | null, status = 200): Promise<void> {
  await tick();
  http.expectOne(url).flush(body === null ? null : JSON.stringify(body), { status, statusText: 'x' });
  await tick();
}

it('keeps the old answer while a newer one is on its way, and when none comes', async () => {
  const feed = poll(() => '/a');
  expect([feed.isPending(), feed.value()]).toEqual([true, undefined]);
  await answer('/a', 'one');
  expect([feed.isPending(), feed.value(), feed.failure()]).toEqual([false, '"one"', null]);
  await jest.advanceTimersByTimeAsync(33_001);
  await tick();
  expect([feed.value(), feed.isStale(), feed.isPending()]).toEqual(['"one"', false, false]);
  await answer('/a', null, 500);
  expect(feed.value()).toBe('"one"');
  expect(feed.failure()).toMatchObject({ status: 500, message: 'The gateway answered with status 500.' });
  feed.reload();
  await answer('/a', 'two');
  expect([feed.value(), feed.failure()]).toEqual(['"two"', null]);
});

it('asks in a jittered interval, not in a hidden tab, and at once on the return to it', async () => {
  poll(() => '/a');
  await answer('/a', 'one');
  await jest.advanceTimersByTimeAsync(26_999);
  await tick();
  http.expectNone('/a');
  visibility = 'hidden';
  document.dispatchEvent(new Event('visibilitychange'));
  await jest.advanceTimersByTimeAsync(600_000);
  await tick();
  http.expectNone('/a');
  visibility = 'visible';
  document.dispatchEvent(new Event('visibilitychange'));
  await answer('/a', 'two');
});

it('shows the answer to the question before, as stale, or nothing where that would mislead', async () => {
  const url = signal('/a');
  const keeping = poll(url);
  await answer('/a', 'one');
  url.set('/b');
  await tick();
  expect([keeping.value(), keeping.isStale()]).toEqual(['"one"', true]);
  await answer('/b', 'two');
  expect([keeping.value(), keeping.isStale()]).toEqual(['"two"', false]);
  scope.destroy();
  scope = createEnvironmentInjector([], TestBed.inject(EnvironmentInjector));
  const forgetting = poll(url, false);
  await answer('/b', 'three');
  expect(forgetting.value()).toBe('"three"');
  url.set('/c');
  await tick();
  expect([forgetting.value(), forgetting.isPending()]).toEqual([undefined, true]);
  await answer('/c', 'four');
});

it('marks what the timer asks, not what the person asks', async () => {
  const url = signal('/a');
  const feed = poll(url);
  const asked = async (path: string): Promise<boolean> => {
    await tick();
    const { request } = http.expectOne(path);
    return request.headers.has(POLL_HEADER);
  };
  expect(await asked('/a')).toBe(false);
  url.set('/b');
  await answer('/b', 'one');
  await jest.advanceTimersByTimeAsync(33_001);
  expect(await asked('/b')).toBe(true);
  url.set('/c');
  expect(await asked('/c')).toBe(false);
  url.set('/d');
  await answer('/d', 'two');
  feed.reload();
  expect(await asked('/d')).toBe(false);
});

it('ends with its injection context', async () => {
  poll(() => '/a');
  await answer('/a', 'one');
  scope.destroy();
  await jest.advanceTimersByTimeAsync(600_000);
  await tick();
  http.expectNone('/a');
});
