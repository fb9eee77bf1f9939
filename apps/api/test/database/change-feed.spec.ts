import { GatewayRig } from '../support/gateway-rig';

/**
 * What is changed in the database alone, as by a gateway whose notifications get lost (a pooler, a connection that is
 * dead and does not know it). Intervals stand still until the test lets them pass; all else takes its time.
 */

const NOTIFYING = ['api_key', 'setting', 'admin_user', 'model_setting', 'model_alias'];
const POLL_MS = 10_000;

let rig: GatewayRig;
beforeEach(async () => {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setTimeout',
      'clearTimeout',
    ],
  });
  rig = await GatewayRig.start();
});
afterEach(async () => {
  jest.useRealTimers();
  await rig.stop();
});

const notify = async (how: 'ENABLE' | 'DISABLE') => {
  for (const table of NOTIFYING)
    await rig.database.rows(`ALTER TABLE ${table} ${how} TRIGGER ${table}_notify`);
};
const models = (secret: string) =>
  fetch(`${rig.gatewayUrl}/v1/models`, { headers: { authorization: `Bearer ${secret}` } });
const seen = async (secret: string) => {
  const { status, headers } = await models(secret);
  return { status, limit: headers.get('x-ratelimit-limit-requests') };
};
const chat = (secret: string, model: string) =>
  rig.post(
    '/v1/chat/completions',
    { model, messages: [{ role: 'user', content: 'Hello.' }] },
    { authorization: `Bearer ${secret}` },
  );
const make = async (name: string) => {
  const made = await rig.admin('/api/keys', { method: 'POST', body: JSON.stringify({ name }) });
  return (await made.json()) as { id: string; secret: string };
};
const revoke = (id: string) =>
  rig.database.rows('UPDATE api_key SET revoked_at = now(), updated_at = now() WHERE id = $1', [id]);
const limit = (requestsPerMinute: number) =>
  rig.database.rows(
    `INSERT INTO setting (key, value) VALUES ('limits', $1)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    [JSON.stringify({ requestsPerMinute })],
  );

it('a key, a limit and a model’s name that were changed without a word are known after the next poll, not before', async () => {
  const [spared, revoked] = [await make('spared'), await make('revoked')];
  await notify('DISABLE');
  await revoke(revoked.id);
  await limit(123_456);
  await rig.database.rows(`INSERT INTO model_alias (alias, model) VALUES ('gpt-9', 'llama3.1:8b')`);

  jest.advanceTimersByTime(POLL_MS - 1);
  expect(await seen(revoked.secret)).toEqual({ status: 200, limit: null });
  expect((await chat(spared.secret, 'gpt-9')).status).toBe(404);

  jest.advanceTimersByTime(1);
  await rig.eventually(
    async () => ((await seen(revoked.secret)).status === 401 ? true : undefined),
    'the refusal',
  );
  await rig.eventually(
    async () => ((await seen(spared.secret)).limit === '123456' ? true : undefined),
    'the limit',
  );
  await rig.eventually(
    async () => ((await chat(spared.secret, 'gpt-9')).status === 200 ? true : undefined),
    'the name',
  );
});

it('what was changed while the listening connection was broken is read when it listens again, without a poll', async () => {
  const [first, second] = [await make('first'), await make('second')];
  await notify('DISABLE');
  await revoke(first.id);
  await limit(654_321);
  expect(await seen(first.secret)).toEqual({ status: 200, limit: null });
  await rig.database.rows(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND query LIKE 'LISTEN %'`,
  );
  await rig.eventually(
    async () => ((await seen(first.secret)).status === 401 ? true : undefined),
    'the refusal',
  );
  await rig.eventually(
    async () => ((await seen(second.secret)).limit === '654321' ? true : undefined),
    'the limit',
  );
  // And it does listen.
  await notify('ENABLE');
  await revoke(second.id);
  await rig.eventually(
    async () => ((await seen(second.secret)).status === 401 ? true : undefined),
    'the refusal by a notification',
  );
});
