import type {
  AuditPage,
  Breakdown,
  GatewayStatus,
  KeyItem,
  KeyWithSecret,
  LiveState,
  LogPage,
  ModelList,
  NewToken,
  SessionList,
} from '@ollameter/admin-contract';
import OpenAI from 'openai';
import { resetAccount } from '../../src/admin-cli/reset-account';
import { AdminApp } from '../support/admin-app';
import { EventStream } from '../support/event-stream';
import { GatewayRig } from '../support/gateway-rig';
import type { InvitedPerson } from '../support/invite-person';

/** Nobody reaches what is another's by guessing its id: two members on the whole product, and those above them. */

const MODEL = 'llama3.1:8b';

interface Owner extends InvitedPerson {
  key: KeyWithSecret;
  openai: OpenAI;
  /** A chat under the key. */
  chatId: string;
  /** A stored response under the key. */
  responseId: string;
}

let rig: GatewayRig;
let mia: Owner;
let tom: Owner;

async function owner(word: string): Promise<Owner> {
  const person = await rig.person('member');
  const made = await rig.admin('/api/keys', {
    method: 'POST',
    body: JSON.stringify({ name: `${word} key`, ownerId: person.id, allowedModels: [MODEL] }),
  });
  const key = (await made.json()) as KeyWithSecret;
  const openai = rig.openai({ apiKey: key.secret });
  const { response } = await openai.chat.completions
    .create({ model: MODEL, messages: [{ role: 'user', content: `${word} prompt` }] })
    .withResponse();
  const chatId = response.headers.get('x-request-id') ?? '';
  const stored = await openai.responses.create({ model: MODEL, input: `${word} input` });
  await rig.row(chatId, ({ energyQuality }) => energyQuality !== 'pending');
  return { ...person, key, openai, chatId, responseId: stored.id };
}

beforeAll(async () => {
  rig = await GatewayRig.start({ variables: { HOST_SLOTS: '4' } });
  mia = await owner('mias');
  tom = await owner('toms');
  await rig.rows(4);
}, 60_000);
afterEach(() => rig.ollama.clearScripts());
afterAll(() => rig.stop());

type Asker = { cookie: string } | { authorization: string };
const headersOf = (asker: Asker) =>
  'cookie' in asker ? { cookie: asker.cookie } : { authorization: asker.authorization };

function ask(asker: Asker, method: string, path: string, body?: object): Promise<Response> {
  return fetch(rig.adminUrl + path, {
    method,
    headers: {
      ...headersOf(asker),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
async function status(asker: Asker, method: string, path: string, body?: object): Promise<number> {
  const answer = await ask(asker, method, path, body);
  await answer.text();
  return answer.status;
}
async function json<T>(asker: Asker, path: string): Promise<T> {
  const answer = await ask(asker, 'GET', path);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
async function tokenOf(person: InvitedPerson, scopes: string[]): Promise<NewToken> {
  const made = await ask(person, 'POST', '/api/me/tokens', { name: 'script', scopes });
  expect(made.status).toBe(201);
  return (await made.json()) as NewToken;
}
const keyStatus = async (secret: string) =>
  (await fetch(`${rig.gatewayUrl}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })).status;

/** All of Tom that Mia could see somewhere: ids, names, words. */
const tomsTraces = () => [
  tom.id,
  tom.email,
  tom.key.id,
  tom.key.name,
  tom.chatId,
  'toms prompt',
  'toms input',
];
function expectNoTomIn(text: string): void {
  for (const trace of tomsTraces()) expect(text).not.toContain(trace);
}

describe('a member', () => {
  it('does not read another’s row, texts, energy or key, nor change them', async () => {
    const asked: [string, string, object?][] = [
      ['GET', `/api/logs/${tom.chatId}`],
      ['GET', `/api/logs/${tom.chatId}/energy`],
      ['DELETE', `/api/logs/${tom.chatId}/body`],
      ['GET', `/api/keys/${tom.key.id}`],
      ['POST', `/api/keys/${tom.key.id}/rotate`, { graceSeconds: 0 }],
      ['POST', `/api/keys/${tom.key.id}/revoke`, {}],
      ['PATCH', `/api/keys/${tom.key.id}`, { name: 'mine now' }],
      ['DELETE', `/api/live/${tom.chatId}`],
    ];
    for (const [method, path, body] of asked)
      expect([method, path, await status(mia, method, path, body)]).toEqual([method, path, 404]);
    for (const [method, path] of asked.filter(([verb]) => verb === 'GET'))
      expect([path, await status(tom, method, path)]).toEqual([path, 200]);
    expect(await keyStatus(tom.key.secret)).toBe(200);
  });

  it('sees nothing of another in any list, figure or export, whatever is asked for', async () => {
    const filters = ['', `&key=${tom.key.id}`, '&outcome=all', '&q=toms', `&model=${MODEL}`];
    const paths = [
      ...filters.flatMap((filter) => [
        `/api/logs?pageSize=100${filter}`,
        ...['csv', 'json', 'jsonl'].map((format) => `/api/logs/export?format=${format}${filter}`),
      ]),
      ...['key', 'user', 'model', 'endpoint', 'outcome', 'host'].flatMap((by) => [
        `/api/analytics/breakdown?period=all&by=${by}`,
        `/api/analytics/breakdown/export?format=csv&period=all&by=${by}`,
      ]),
      ...['model', 'key', 'endpoint'].map((by) => `/api/analytics/series?period=today&groupBy=${by}`),
      '/api/analytics/series/export?format=json&period=today&groupBy=key',
      `/api/keys?ownerId=${tom.id}`,
      '/api/keys?q=toms',
      '/api/keys',
      '/api/me',
      '/api/me/usage?period=all',
      '/api/me/limits',
      '/api/status',
      '/api/models',
    ];
    for (const path of paths) {
      const answer = await ask(mia, 'GET', path);
      expect([path, answer.status]).toEqual([path, 200]);
      expectNoTomIn(await answer.text());
    }
    const { items } = await json<Breakdown>(mia, '/api/analytics/breakdown?period=all&by=host');
    expect(items.map(({ requests }) => requests)).toEqual([2]);
    expect((await json<LogPage>(mia, '/api/logs?outcome=all')).total).toBe(2);
  });

  it('neither sees nor stops another’s request in flight', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<undefined>();
    rig.ollama.script({ chunks: ['One ', { content: 'two', after: held }] });
    const running = await fetch(`${rig.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tom.key.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'x' }], stream: true }),
    });
    const id = running.headers.get('x-request-id') ?? '';
    const feeds = await Promise.all(
      [mia, tom].map(({ cookie }) => EventStream.open(`${rig.adminUrl}/api/live`, { headers: { cookie } })),
    );
    const [mias, toms] = await Promise.all(feeds.map(async (feed) => (await feed.next())?.data as LiveState));
    for (const feed of feeds) feed.close();
    expect(toms?.requests.map((each) => each.id)).toEqual([id]);
    expect(mias).toMatchObject({ requests: [], omitted: 0, running: 1 });
    expect(await status(mia, 'DELETE', `/api/live/${id}`)).toBe(404);
    release(undefined);
    expect(await running.text()).toContain('[DONE]');
  });

  it('does not read, go on with, cancel or delete another’s stored response', async () => {
    const asks = [
      () => mia.openai.responses.retrieve(tom.responseId),
      () => mia.openai.responses.inputItems.list(tom.responseId),
      () => mia.openai.responses.cancel(tom.responseId),
      () => mia.openai.responses.delete(tom.responseId),
    ];
    for (const each of asks) await expect(each()).rejects.toMatchObject({ status: 404 });
    await expect(
      mia.openai.responses.create({ model: MODEL, input: 'y', previous_response_id: tom.responseId }),
    ).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
    expect((await tom.openai.responses.retrieve(tom.responseId)).id).toBe(tom.responseId);
  });

  it('does not end another’s session or remove another’s token', async () => {
    const { items } = await json<SessionList>(tom, '/api/me/sessions');
    const token = await tokenOf(tom, ['logs']);
    expect(await status(mia, 'DELETE', `/api/me/sessions/${items[0]?.id ?? ''}`)).toBe(404);
    expect(await status(mia, 'DELETE', `/api/me/tokens/${token.id}`)).toBe(404);
    const ownToken = { authorization: `Bearer ${token.secret}` };
    expect([await status(tom, 'GET', '/api/me'), await status(ownToken, 'GET', '/api/logs')]).toEqual([
      200, 200,
    ]);
  });

  it('reaches no further with a token than with a session', async () => {
    const token = await tokenOf(mia, ['full']);
    const script = { authorization: `Bearer ${token.secret}` };
    const { items } = await json<LogPage>(script, '/api/logs?outcome=all');
    expect(new Set(items.map(({ keyId }) => keyId))).toEqual(new Set([mia.key.id]));
    expect(await status(script, 'GET', `/api/logs/${tom.chatId}`)).toBe(404);
    expect(await status(script, 'POST', `/api/keys/${tom.key.id}/rotate`, {})).toBe(404);
    // A stolen token must not be able to make others, or to take the account over.
    for (const [method, path, body] of [
      ['GET', '/api/me/tokens'],
      ['POST', '/api/me/tokens', { name: 'x', scopes: ['full'] }],
      ['POST', '/api/me/password', { currentPassword: 'x', newPassword: 'y'.repeat(12) }],
      ['POST', '/api/me/totp'],
      ['GET', '/api/me/sessions'],
    ] as const)
      expect([path, await status(script, method, path, body)]).toEqual([path, 403]);
  });

  it('sees of the gateway what the portal’s frame needs, and of the models those an own key may use', async () => {
    const seen = await json<GatewayStatus>(mia, '/api/status');
    expect(seen.hosts).toEqual([expect.objectContaining({ reachable: true, url: null })]);
    expect(JSON.stringify(seen)).not.toContain('http://127.0.0.1:11434');
    expect((await json<ModelList>(mia, '/api/models')).items.map(({ name }) => name)).toEqual([MODEL]);
    expect((await json<ModelList>(await rig.person('member'), '/api/models')).items).toEqual([]);
    expect((await json<ModelList>(await rig.person('viewer'), '/api/models')).items.length).toBeGreaterThan(
      1,
    );
  });

  it('renames, rotates and revokes own keys, and changes nothing else of them', async () => {
    const made = await rig.admin('/api/keys', {
      method: 'POST',
      body: JSON.stringify({ name: 'mias second', ownerId: mia.id }),
    });
    const key = (await made.json()) as KeyWithSecret;
    const rotated = await ask(mia, 'POST', `/api/keys/${key.id}/rotate`, { graceSeconds: 0 });
    expect(rotated.status).toBe(200);
    const { secret } = (await rotated.json()) as KeyWithSecret;
    expect([await keyStatus(key.secret), await keyStatus(secret)]).toEqual([401, 200]);
    expect(await status(mia, 'PATCH', `/api/keys/${key.id}`, { name: 'mias laptop' })).toBe(200);
    expect(await status(mia, 'PATCH', `/api/keys/${key.id}`, { limits: {} })).toBe(400);
    expect(await status(mia, 'PATCH', `/api/keys/${key.id}`, { ownerId: null })).toBe(400);
    expect(await status(mia, 'DELETE', `/api/keys/${key.id}`)).toBe(403);
    expect(await status(mia, 'POST', '/api/keys', { name: 'another' })).toBe(403);
    const revoked = await ask(mia, 'POST', `/api/keys/${key.id}/revoke`, { reason: 'lost' });
    expect(await revoked.json()).toMatchObject({ state: 'revoked', revokedReason: 'lost' });
    expect(await keyStatus(secret)).toBe(401);
    const { items } = (await (await rig.admin(`/api/audit?target=${key.id}`)).json()) as AuditPage;
    expect(items.map(({ action, actor }) => [action, actor.name])).toEqual([
      ['key.revoke', mia.email],
      ['key.change', mia.email],
      ['key.rotate', mia.email],
      ['key.create', 'ADMIN_TOKEN'],
    ]);
    expect(JSON.stringify(items)).not.toContain(secret);
  });
});

describe('an operator', () => {
  it('manages every key, and reaches nobody’s account, prompt or record of changes', async () => {
    const operator = await rig.person('operator');
    expect((await json<KeyItem>(operator, `/api/keys/${tom.key.id}`)).ownerId).toBe(tom.id);
    expect(await status(operator, 'PATCH', `/api/keys/${tom.key.id}`, { note: 'seen' })).toBe(200);
    for (const [method, path, body] of [
      ['GET', '/api/users'],
      ['POST', '/api/users', { email: 'x@example.org', role: 'admin' }],
      ['PATCH', `/api/users/${operator.id}`, { role: 'admin' }],
      ['PATCH', `/api/users/${tom.id}`, { disabled: true }],
      ['POST', `/api/users/${tom.id}/reset-password`],
      ['DELETE', `/api/users/${tom.id}/sessions`],
      ['GET', '/api/audit'],
      ['PATCH', '/api/settings', { logLevel: 'debug' }],
    ] as const)
      expect([method, path, await status(operator, method, path, body)]).toEqual([method, path, 403]);
    const detail = await (await ask(operator, 'GET', `/api/logs/${tom.chatId}`)).text();
    expect(JSON.parse(detail)).toMatchObject({ prompt: null, request: null, textsHidden: true });
    expect(detail).not.toContain('toms prompt');
  });
});

describe('a viewer', () => {
  it.each([false, true])(
    'sees prompts, also in lists and exports, only where allowed (%s)',
    async (readsPrompts) => {
      const viewer = await rig.person('viewer', { readsPrompts });
      for (const path of [
        `/api/logs/${tom.chatId}`,
        '/api/logs?pageSize=100',
        '/api/logs/export?format=jsonl',
        '/api/logs/export?format=csv',
      ]) {
        const text = await (await ask(viewer, 'GET', path)).text();
        expect([path, text.includes('toms prompt')]).toEqual([path, readsPrompts]);
      }
      expect(await status(viewer, 'GET', '/api/logs?q=toms')).toBe(readsPrompts ? 200 : 403);
      for (const change of ['rotate', 'revoke'])
        expect(await status(viewer, 'POST', `/api/keys/${tom.key.id}/${change}`, {})).toBe(404);
      expect(await status(viewer, 'PATCH', `/api/keys/${tom.key.id}`, { note: 'seen' })).toBe(404);
    },
  );
});

describe('an account that is disabled', () => {
  it('takes its keys with it at once, and brings them back', async () => {
    const ida = await owner('idas');
    const set = (disabled: boolean) =>
      rig.admin(`/api/users/${ida.id}`, { method: 'PATCH', body: JSON.stringify({ disabled }) });
    expect((await set(true)).status).toBe(200);
    const refused = await ida.openai.models.list().catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(String(refused)).toContain('account that this API key belongs to is disabled');
    const key = async () => (await (await rig.admin(`/api/keys/${ida.key.id}`)).json()) as KeyItem;
    expect((await key()).state).toBe('suspended');
    const { total } = (await (await rig.admin('/api/keys?state=suspended')).json()) as { total: number };
    expect(total).toBe(1);
    expect((await set(false)).status).toBe(200);
    expect((await key()).state).toBe('active');
    expect(await keyStatus(ida.key.secret)).toBe(200);
  });

  it('brings them back also when `npm run admin -- reset` lets its owner in again', async () => {
    const max = await owner('maxs');
    const body = JSON.stringify({ disabled: true });
    expect((await rig.admin(`/api/users/${max.id}`, { method: 'PATCH', body })).status).toBe(200);
    expect(await keyStatus(max.key.secret)).toBe(401);
    await resetAccount(rig.database.dataSource, max.email);
    await rig.eventually(
      async () => ((await keyStatus(max.key.secret)) === 200 ? true : undefined),
      'the key to work again',
      1000,
    );
  });

  it('does so on every gateway, whichever of them disabled or deleted it', async () => {
    const eve = await owner('eves');
    const other = await AdminApp.start(rig.database.dataSource);
    const until = (expected: number) =>
      rig.eventually(
        async () => ((await keyStatus(eve.key.secret)) === expected ? true : undefined),
        `${expected}`,
        1000,
      );
    for (const [disabled, expected] of [
      [true, 401],
      [false, 200],
    ] as const) {
      expect((await other.send('PATCH', `/api/users/${eve.id}`, { disabled })).status).toBe(200);
      await until(expected);
    }
    expect((await other.send('DELETE', `/api/users/${eve.id}`)).status).toBe(204);
    await until(401);
    await other.stop();
  });
});
