import type { ModelItem, ModelList, Problem, PullEnd, PullProgress } from '@ollameter/admin-contract';
import { ADMIN_TOKEN, GatewayRig } from '../support/gateway-rig';
import { EventStream } from '../support/event-stream';

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start();
});
afterAll(() => rig.stop());

const MODEL = 'llama3.1:8b';
const MESSAGES = [{ role: 'user' as const, content: 'Hello.' }];

const list = async () => (await (await rig.admin('/api/models')).json()) as ModelList;
const item = async (name: string): Promise<ModelItem | undefined> =>
  (await list()).items.find((each) => each.name === name);
const send = (method: string, path: string, body?: object) =>
  rig.admin(path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
const chat = (model: string) => rig.openai().chat.completions.create({ model, messages: MESSAGES });
const lastChat = () => rig.ollama.requests.findLast(({ path }) => path === '/api/chat')?.body;

async function pull(body: object): Promise<{ progress: PullProgress[]; end: PullEnd; type: string }> {
  const stream = await EventStream.open(`${rig.adminUrl}/api/models/pull`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const progress: PullProgress[] = [];
  const last = await stream.until((event) => {
    if (event.type !== 'progress') return event;
    progress.push(event.data as PullProgress);
    return undefined;
  });
  expect(await stream.next()).toBeUndefined();
  return { progress, end: last.data as PullEnd, type: last.type };
}

it('lists what the hosts hold, with sizes and capabilities', async () => {
  const models = await list();
  expect(models.hosts).toEqual([
    {
      name: new URL(rig.ollama.url).host,
      reachable: true,
      demo: false,
      version: expect.any(String) as string,
    },
  ]);
  expect(models.defaultModel).toBe(MODEL);
  expect(models.items.find(({ name }) => name === MODEL)).toMatchObject({
    capabilities: expect.arrayContaining(['completion']) as string[],
    settings: { numCtx: null, keepAlive: null },
    aliases: [],
    hosts: [{ sizeBytes: expect.any(Number) as number, digest: expect.any(String) as string }],
  });
});

it('loads and unloads', async () => {
  expect(
    (await send('POST', `/api/models/${encodeURIComponent(MODEL)}/load`, { keepAlive: '1h' })).status,
  ).toBe(204);
  const loaded = (await item(MODEL))?.hosts[0]?.loaded;
  expect(loaded).toMatchObject({ vramBytes: expect.any(Number) as number });
  const minutes = (Date.parse(loaded?.expiresAt ?? '') - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(58);
  expect(minutes).toBeLessThan(61);
  expect((await send('POST', `/api/models/${encodeURIComponent(MODEL)}/unload`, {})).status).toBe(204);
  await rig.eventually(
    async () => ((await item(MODEL))?.hosts[0]?.loaded === null ? true : undefined),
    'the model to leave memory',
  );
});

it('keeps a model for ever where keep_alive is -1, and says so', async () => {
  await send('POST', `/api/models/${encodeURIComponent(MODEL)}/load`, { keepAlive: '-1' });
  expect((await item(MODEL))?.hosts[0]?.loaded?.expiresAt).toBeNull();
});

it('pulls with progress, and the model can be used at once', async () => {
  const { progress, end, type } = await pull({ name: 'tiny:1b' });
  expect(type).toBe('done');
  expect(end.hosts).toEqual([{ host: new URL(rig.ollama.url).host, error: null }]);
  expect(progress[0]).toMatchObject({ status: 'pulling manifest', completedBytes: null });
  const layers = progress.filter(({ totalBytes }) => totalBytes !== null);
  expect(layers.at(-1)?.completedBytes).toBe(layers.at(-1)?.totalBytes);
  await expect(chat('tiny:1b')).resolves.toMatchObject({ model: 'tiny:1b' });
});

it('tells why a pull failed', async () => {
  const { end, type } = await pull({ name: 'missing:1b' });
  expect(type).toBe('failed');
  expect(end.hosts[0]?.error).toBe('pull model manifest: file does not exist');
});

it('refuses a pull to a host that is not there, before any stream', async () => {
  const answer = await send('POST', '/api/models/pull', { name: 'tiny:1b', host: 'nowhere:1' });
  expect(answer.status).toBe(400);
  expect(((await answer.json()) as Problem).errors?.[0]?.field).toBe('host');
});

it('deletes, names with a slash too', async () => {
  await pull({ name: 'hf.co/team/small:q4' });
  const path = `/api/models/${encodeURIComponent('hf.co/team/small:q4')}`;
  expect((await send('DELETE', path)).status).toBe(204);
  expect(await item('hf.co/team/small:q4')).toBeUndefined();
  expect((await send('DELETE', path)).status).toBe(404);
});

it('sends every request with the context and keep_alive that are set for the model', async () => {
  const path = `/api/models/${encodeURIComponent(MODEL)}/settings`;
  expect((await send('PATCH', path, { numCtx: 8192, keepAlive: '45m' })).status).toBe(200);
  await chat(MODEL);
  expect(lastChat()).toMatchObject({ keep_alive: '45m', options: { num_ctx: 8192 } });
  await rig.post('/api/chat', { model: MODEL, messages: MESSAGES, stream: false, keep_alive: '3m' });
  expect(lastChat()).toMatchObject({ keep_alive: '3m' });
  expect((await send('PATCH', path, { keepAlive: '-1' })).status).toBe(200);
  await chat(MODEL);
  expect(lastChat()).toMatchObject({ keep_alive: -1, options: { num_ctx: 8192 } });
  await send('PATCH', path, { numCtx: null, keepAlive: null });
  await chat(MODEL);
  expect(lastChat()).not.toHaveProperty('keep_alive');
  expect(lastChat()).not.toHaveProperty('options.num_ctx');
});

it('answers to an alias, on both wires, and logs the model that served', async () => {
  expect((await send('PUT', '/api/models/aliases/gpt-4o', { model: MODEL })).status).toBe(200);
  const { request_id } = await rig
    .openai()
    .chat.completions.create({ model: 'gpt-4o', messages: MESSAGES })
    .withResponse();
  expect((await rig.row(request_id ?? '')).model).toBe(MODEL);
  const native = await rig.post('/api/chat', { model: 'GPT-4o', messages: MESSAGES, stream: false });
  expect(native.status).toBe(200);
  const ids = (await rig.openai().models.list()).data.map(({ id }) => id);
  expect(ids).toContain('gpt-4o');
  expect((await item(MODEL))?.aliases).toEqual(['gpt-4o']);
  expect((await send('DELETE', '/api/models/aliases/gpt-4o')).status).toBe(204);
  await expect(chat('gpt-4o')).rejects.toMatchObject({ status: 404 });
});

it.each([
  ['PUT', `/api/models/aliases/${encodeURIComponent(MODEL)}`, { model: MODEL }, 400, 'alias'],
  ['PUT', '/api/models/aliases/gpt-4o', { model: 'nothing' }, 400, 'model'],
  ['PUT', '/api/models/aliases/gpt-4o', {}, 400, 'model'],
  ['PATCH', '/api/models/llama3.1%3A8b/settings', { numCtx: 0 }, 400, 'numCtx'],
  ['PATCH', '/api/models/llama3.1%3A8b/settings', { keepAlive: 'soon' }, 400, 'keepAlive'],
  ['PATCH', '/api/models/llama3.1%3A8b/settings', { temperature: 1 }, 400, 'temperature'],
  ['PATCH', '/api/models/nothing/settings', { numCtx: 1 }, 404, undefined],
  ['POST', '/api/models/nothing/load', {}, 404, undefined],
  ['POST', '/api/models/pull', { name: '../etc' }, 400, 'name'],
] as const)('%s %s %j is %d', async (method, path, body, status, field) => {
  const answer = await send(method, path, body);
  expect(answer.status).toBe(status);
  expect(((await answer.json()) as Problem).errors?.[0]?.field).toBe(field);
});

it('records who changed what', async () => {
  const rows = await rig.database.dataSource.query<{ action: string }[]>(
    "SELECT DISTINCT action FROM audit_log WHERE target_type <> 'request' ORDER BY action",
  );
  expect(rows.map(({ action }) => action)).toEqual([
    'alias.create',
    'alias.delete',
    'model.change',
    'model.delete',
    'model.load',
    'model.pull',
    'model.unload',
  ]);
});
