import type {
  KeyItem,
  KeyPage,
  KeyWithSecret,
  MyAccount,
  OwnKeys,
  Problem,
  Role,
  SharedLimits,
} from '@ollameter/admin-contract';
import { GatewayRig } from '../support/gateway-rig';
import type { InvitedPerson } from '../support/invite-person';
import { chat, expectJson, makeKey } from './keys-rig';

/** What somebody may do with keys of their own making, by HTTP as a browser asks. */

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start();
});
afterAll(() => rig.stop());

const ask = ({ cookie }: InvitedPerson, method: string, path: string, body?: object) =>
  fetch(rig.adminUrl + path, {
    method,
    headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

/** Somebody who may make so many keys. */
async function maker(ownKeys: OwnKeys, role: Role = 'member'): Promise<InvitedPerson> {
  const person = await rig.person(role);
  const answer = await rig.admin(`/api/users/${person.id}`, {
    method: 'PATCH',
    body: JSON.stringify({ ownKeys }),
  });
  expect(await expectJson(answer, 200)).toMatchObject({ ownKeys });
  return person;
}

const refusal = async (answer: Response) => {
  const problem = await expectJson<Problem>(answer, answer.status);
  return [answer.status, problem.errors?.map(({ field }) => field) ?? []];
};

it('nobody makes keys who was not told to, and one can read how far one may', async () => {
  const tom = await rig.person('member');
  const { ownKeys, keys } = await expectJson<MyAccount>(await ask(tom, 'GET', '/api/me'), 200);
  expect([ownKeys, keys]).toEqual([{ max: 0, allowedModels: [] }, 0]);
  expect(await refusal(await ask(tom, 'POST', '/api/keys', { name: 'mine' }))).toEqual([403, []]);
});

it.each(['member', 'viewer'] as const)('a %s makes own keys up to the bound', async (role) => {
  const mia = await maker({ max: 2, allowedModels: [] }, role);
  await makeKey(rig, { ownerId: mia.id });
  const made = await expectJson<KeyWithSecret>(
    await ask(mia, 'POST', '/api/keys', { name: 'laptop', limits: { requestsPerMinute: 100 } }),
    201,
  );
  expect(made).toMatchObject({
    ownerId: mia.id,
    priority: 'interactive',
    limits: { requestsPerMinute: 100 },
  });
  expect(await chat(rig.gatewayUrl, made.secret)).toMatchObject({ status: 200 });
  expect(await refusal(await ask(mia, 'POST', '/api/keys', { name: 'one too many' }))).toEqual([409, []]);
  expect((await ask(mia, 'POST', `/api/keys/${made.id}/revoke`)).status).toBe(200);
  expect((await ask(mia, 'POST', '/api/keys', { name: 'in its place' })).status).toBe(201);
});

it('many at once do not get past the bound', async () => {
  const mia = await maker({ max: 3, allowedModels: [] });
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, n) => ask(mia, 'POST', '/api/keys', { name: `race ${n}` })),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([...Array<number>(3).fill(201), ...Array<number>(9).fill(409)]);
  const { total } = await expectJson<KeyPage>(await ask(mia, 'GET', '/api/keys'), 200);
  expect(total).toBe(3);
});

it('nobody grants themselves what weighs on others, nor makes a key for another', async () => {
  const mia = await maker({ max: 5, allowedModels: [] });
  const tom = await rig.person('member');
  for (const [field, value] of [
    ['ownerId', tom.id],
    ['logPolicy', 'none'],
    ['priority', 'interactive'],
    ['weight', 100],
    ['mayReload', true],
  ] as const)
    expect(await refusal(await ask(mia, 'POST', '/api/keys', { name: 'x', [field]: value }))).toEqual([
      400,
      [field],
    ]);
});

it('a key of one’s own making uses no more models than one was allowed', async () => {
  const mia = await maker({ max: 5, allowedModels: ['llama3.1:*', 'nomic-embed-text'] });
  const make = (allowedModels?: string[]) => ask(mia, 'POST', '/api/keys', { name: 'x', allowedModels });
  for (const wider of [['*'], ['llama3*'], ['llama3.1:8b', 'gemma3:4b'], ['nomic-embed-text*']])
    expect([wider, await refusal(await make(wider))]).toEqual([wider, [400, ['allowedModels']]]);
  expect((await expectJson<KeyItem>(await make(['llama3.1:8b']), 201)).allowedModels).toEqual([
    'llama3.1:8b',
  ]);
  const { data } = await rig.openai().models.list();
  const other = data.find(({ id }) => !/^(llama3\.1|nomic-embed-text):/.test(id))?.id;
  for (const unsaid of [undefined, []]) {
    const key = await expectJson<KeyWithSecret>(await make(unsaid), 201);
    expect(key.allowedModels).toEqual(['llama3.1:*', 'nomic-embed-text']);
    expect(await chat(rig.gatewayUrl, key.secret, { model: other })).toMatchObject({ status: 403 });
  }
});

it('limits of the person hold for all own keys together, and one reads where they stand', async () => {
  const mia = await maker({ max: 5, allowedModels: [] });
  const limits = {
    requestsPerMinute: 3,
    budgets: [{ unit: 'tokens', period: 'day', amount: 5000, action: 'block' }],
  };
  await rig.admin(`/api/users/${mia.id}`, { method: 'PATCH', body: JSON.stringify({ limits }) });
  const keys = await Promise.all(
    [1, 2].map(async (n) =>
      expectJson<KeyWithSecret>(await ask(mia, 'POST', '/api/keys', { name: `key ${n}` }), 201),
    ),
  );
  const statuses: number[] = [];
  for (const n of [0, 1, 0, 1]) statuses.push((await chat(rig.gatewayUrl, keys[n]!.secret)).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  const mine = await expectJson<SharedLimits>(await ask(mia, 'GET', '/api/me/limits'), 200);
  expect(mine).toMatchObject({
    limits,
    limitsUse: {
      requestsPerMinute: { limit: 3, remaining: 0 },
      tokensPerMinute: null,
      budgets: [{ unit: 'tokens', period: 'day', amount: 5000, exhausted: false }],
    },
  });
  const [{ used, reserved } = { used: 0, reserved: 0 }] = mine.limitsUse.budgets;
  expect(used + reserved).toBeGreaterThan(0);
});

it.each([
  [{ max: -1, allowedModels: [] }, 'ownKeys.max'],
  [{ max: 1001, allowedModels: [] }, 'ownKeys.max'],
  [{ max: 1.5, allowedModels: [] }, 'ownKeys.max'],
  [{ max: 1 }, 'ownKeys.allowedModels'],
  [{ max: 1, allowedModels: [''] }, 'ownKeys.allowedModels'],
  [{ max: 1, allowedModels: [], more: 1 }, 'ownKeys.more'],
  [null, 'ownKeys'],
])('a bound of %j is refused, naming %s', async (ownKeys, field) => {
  const { id } = await rig.person('member');
  const answer = await rig.admin(`/api/users/${id}`, { method: 'PATCH', body: JSON.stringify({ ownKeys }) });
  expect(await refusal(answer)).toEqual([400, [field]]);
});
