import type { AuditItem, LiveRequest, LiveState } from '@ollameter/admin-contract';
import { ADMIN_TOKEN, GatewayRig } from '../support/gateway-rig';
import { EventStream } from '../support/event-stream';

let rig: GatewayRig;
const open: EventStream[] = [];
beforeAll(async () => {
  rig = await GatewayRig.start({
    ollama: { slots: 1 },
    variables: { HOST_SLOTS: '1', ADMIN_PASSWORD: 'correct horse battery' },
  });
});
afterEach(() => {
  for (const stream of open.splice(0)) stream.close();
});
afterAll(() => rig.stop());

const CHAT = { model: 'llama3.1:8b', messages: [{ role: 'user', content: 'Go on.' }], stream: true };

async function watch(headers: Record<string, string> = { authorization: `Bearer ${ADMIN_TOKEN}` }) {
  const stream = await EventStream.open(`${rig.adminUrl}/api/live`, { headers });
  open.push(stream);
  return stream;
}

/** Reads states until one request is as asked for. */
function request(stream: EventStream, wanted: (request: LiveRequest) => boolean): Promise<LiveRequest> {
  return stream.until(({ type, data }) =>
    type === 'state' ? (data as LiveState).requests.find(wanted) : undefined,
  );
}

/** A generation that says some words and then goes on only when released. */
function heldAnswer() {
  const { promise: held, resolve: release } = Promise.withResolvers<undefined>();
  rig.ollama.script({ chunks: ['One ', 'two ', 'three ', { content: 'four', after: held }] });
  return () => release(undefined);
}

it('shows a request from its first token to its end, with tokens, host and energy', async () => {
  const release = heldAnswer();
  const stream = await watch();
  const answer = await rig.post('/v1/chat/completions', CHAT);
  const id = answer.headers.get('x-request-id') ?? '';
  const seen = await request(stream, (each) => each.id === id && each.tokens === 3 && each.energyWh > 0);
  expect(seen).toMatchObject({
    phase: 'generating',
    endpoint: 'chat.completions',
    model: 'llama3.1:8b',
    keyName: 'api-key',
    streamed: true,
    position: null,
    host: new URL(rig.ollama.url).host,
  });
  expect(seen.tokensPerSecond).toBeGreaterThan(0);
  release();
  await answer.text();
  await stream.until(({ data }) => ((data as LiveState).requests.length === 0 ? true : undefined));
});

it('says who waits in the queue, at which place', async () => {
  const release = heldAnswer();
  const stream = await watch();
  const first = await rig.post('/v1/chat/completions', CHAT);
  const waiting = [rig.post('/v1/chat/completions', CHAT), rig.post('/v1/chat/completions', CHAT)];
  const second = await request(stream, ({ position }) => position === 2);
  expect(second).toMatchObject({ phase: 'queued', host: null, tokens: 0, energyWh: 0 });
  release();
  await first.text();
  for (const answer of waiting) await (await answer).text();
});

it('tells the hosts, their memory, the power and the spool', async () => {
  await (await rig.post('/v1/chat/completions', CHAT)).text();
  const stream = await watch();
  const state = await stream.until(({ data }) => {
    const seen = data as LiveState;
    return (seen.hosts[0]?.loaded?.length ?? 0) > 0 ? seen : undefined;
  });
  expect(state.hosts[0]).toMatchObject({ reachable: true, slots: 1, loaded: [{ name: 'llama3.1:8b' }] });
  expect(state.power).toMatchObject({ watts: 0, quality: 'constant' });
  expect(state.spool).toHaveProperty('records');
});

it('sends at most four states a second, however many tokens come', async () => {
  const release = heldAnswer();
  const stream = await watch();
  const answer = await rig.post('/v1/chat/completions', CHAT);
  const times: number[] = [];
  while (times.length < 6) {
    await request(stream, () => true);
    times.push(performance.now());
  }
  expect((times[5] ?? 0) - (times[1] ?? 0)).toBeGreaterThan(900);
  release();
  await answer.text();
});

it('cancels a request: its client is told in-band, its row is kept, the audit names who did it', async () => {
  const release = heldAnswer();
  const stream = await watch();
  const answer = await rig.post('/v1/chat/completions', CHAT);
  const id = answer.headers.get('x-request-id') ?? '';
  await request(stream, (each) => each.id === id && each.tokens === 3);
  expect((await rig.admin(`/api/live/${id}`, { method: 'DELETE' })).status).toBe(202);
  const text = await answer.text();
  expect(text).toContain('request_cancelled');
  expect(text).not.toContain('[DONE]');
  const row = await rig.row(id);
  expect(row).toMatchObject({
    outcome: 'interrupted',
    errorCode: 'request_cancelled',
    answer: 'One two three ',
  });
  const [entry] = await rig.database.dataSource.query<AuditItem[]>(
    "SELECT * FROM audit_log WHERE action = 'request.cancel' ORDER BY id DESC LIMIT 1",
  );
  expect(entry).toMatchObject({ actor_name: 'ADMIN_TOKEN', target_id: id, after: { key: 'api-key' } });
  release();
});

it('gives 404 to the cancelling of what is not in flight, and 400 to what is no id', async () => {
  const gone = '01930000-0000-7000-8000-000000000000';
  expect((await rig.admin(`/api/live/${gone}`, { method: 'DELETE' })).status).toBe(404);
  expect((await rig.admin('/api/live/x', { method: 'DELETE' })).status).toBe(400);
});

it('ends with the session', async () => {
  const login = await fetch(`${rig.adminUrl}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'admin@localhost', password: 'correct horse battery' }),
  });
  const cookie = login.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  const stream = await watch({ cookie });
  expect((await stream.next())?.type).toBe('state');
  await fetch(`${rig.adminUrl}/api/auth/logout`, { method: 'POST', headers: { cookie } });
  for (;;) if ((await stream.next()) === undefined) break;
});

it('needs a session or a token', async () => {
  await expect(watch({})).rejects.toThrow('401');
});

it('leaves nothing behind when its readers leave', async () => {
  const streams = await Promise.all(Array.from({ length: 60 }, () => watch()));
  for (const stream of streams) stream.close();
  const again = await rig.eventually(
    async () => Promise.all(Array.from({ length: 60 }, () => watch())).catch(() => undefined),
    '60 feeds again',
  );
  expect(again).toHaveLength(60);
});
