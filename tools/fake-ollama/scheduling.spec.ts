import { type FakeOllama, type FakeOllamaSettings, startFakeOllama } from './fake-ollama.ts';
import { call, post, records } from './test-client.ts';

let fake: FakeOllama | undefined;
afterEach(() => fake?.close());

async function start(settings: FakeOllamaSettings = {}): Promise<FakeOllama> {
  fake = await startFakeOllama(settings);
  return fake;
}

const CHAT = { model: 'llama3.1:8b', messages: [{ role: 'user', content: 'Say hello.' }] };

it('loads a model once, tells how long that took, and keeps it', async () => {
  const ollama = await start({ loadDelayMs: 30 });
  const first = records(await post(ollama, '/api/chat', CHAT)).at(-1);
  const second = records(await post(ollama, '/api/chat', CHAT)).at(-1);
  expect(first?.load_duration).toBeGreaterThan(25e6);
  expect(second?.load_duration).toBeLessThan(25e6);
  expect(ollama.scheduler.loads).toBe(1);
});

it('works on NUM_PARALLEL requests of a model at once; the others wait their turn', async () => {
  const ollama = await start({ slots: 2 });
  const script = ollama.script({ times: 3, chunks: ['One', { stall: true }] });
  const calls = [1, 2, 3].map(() => post(ollama, '/api/chat', CHAT));
  await ollama.waitFor(() => ollama.scheduler.loaded[0]?.waiting === 1);
  expect(ollama.requests.filter(({ slotAt }) => slotAt !== undefined)).toHaveLength(2);
  script.release();
  for (const answer of await Promise.all(calls)) expect(records(answer).at(-1)?.done).toBe(true);
});

it('another load-time option loads the model again, and the same one does not', async () => {
  const ollama = await start();
  await post(ollama, '/api/chat', CHAT);
  await post(ollama, '/api/chat', { ...CHAT, options: { num_ctx: 2048 } });
  await post(ollama, '/api/chat', { ...CHAT, options: { num_ctx: 2048, temperature: 0 } });
  expect(ollama.scheduler).toMatchObject({ loads: 2, reloads: 1 });
});

it('a full queue in front of a load is 503 in its own words', async () => {
  const ollama = await start({ loadDelayMs: 10_000, maxQueue: 1 });
  const loading = call(ollama, 'POST', '/api/chat', CHAT);
  loading.answer.catch(() => undefined);
  await ollama.nextRequest();
  const queued = call(ollama, 'POST', '/api/chat', { ...CHAT, model: 'qwen3:8b' });
  queued.answer.catch(() => undefined);
  await ollama.waitFor(() => ollama.scheduler.queued === 1);
  const refused = await post(ollama, '/api/chat', { ...CHAT, model: 'gemma3:4b' });
  expect(refused.status).toBe(503);
  expect(records(refused)).toEqual([
    { error: 'server busy, please try again.  maximum pending requests exceeded' },
  ]);
});

it('a client that leaves in the middle frees its slot', async () => {
  const ollama = await start({ slots: 1 });
  ollama.script({ chunks: ['One', { stall: true }] });
  const running = call(ollama, 'POST', '/api/chat', CHAT);
  running.answer.catch(() => undefined);
  const request = await ollama.nextRequest();
  await ollama.waitFor(() => request.slotAt);
  running.leave();
  await ollama.aborted(request);
  expect(records(await post(ollama, '/api/chat', CHAT)).at(-1)?.done).toBe(true);
});

it('a client that leaves while it waits never gets a slot', async () => {
  const ollama = await start({ slots: 1 });
  const script = ollama.script({ chunks: ['One', { stall: true }] });
  const running = post(ollama, '/api/chat', CHAT);
  const holder = await ollama.nextRequest();
  await ollama.waitFor(() => holder.slotAt);
  const waiting = call(ollama, 'POST', '/api/chat', CHAT);
  waiting.answer.catch(() => undefined);
  const request = await ollama.nextRequest();
  await ollama.waitFor(() => ollama.scheduler.loaded[0]?.waiting === 1);
  waiting.leave();
  await ollama.aborted(request);
  script.release();
  await running;
  expect(request.slotAt).toBeUndefined();
});

it('a client that leaves during a load aborts the load', async () => {
  const ollama = await start({ loadDelayMs: 10_000 });
  const loading = call(ollama, 'POST', '/api/chat', CHAT);
  loading.answer.catch(() => undefined);
  const request = await ollama.nextRequest();
  loading.leave();
  await ollama.aborted(request);
  await ollama.waitFor(() => ollama.scheduler.abortedLoads === 1);
  expect(ollama.scheduler.loads).toBe(0);
});

it('a third model pushes the least used one out', async () => {
  const ollama = await start({ maxLoadedModels: 2 });
  for (const model of ['llama3.1:8b', 'qwen3:8b', 'gemma3:4b'])
    await post(ollama, '/api/chat', { ...CHAT, model });
  expect(ollama.scheduler.loaded).toHaveLength(2);
  expect(ollama.scheduler.loads).toBe(3);
});

it('keep_alive 0 unloads after the answer', async () => {
  const ollama = await start();
  await post(ollama, '/api/chat', { ...CHAT, keep_alive: 0 });
  await ollama.waitFor(() => ollama.scheduler.loaded.length === 0);
});
