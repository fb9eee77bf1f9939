import type { KeyItem, KeyPage, KeyWithSecret, Problem } from '@ollameter/admin-contract';
import { ApiKeyService } from '../../src/auth/api-key.service';
import { GatewayRig } from '../support/gateway-rig';
import { changeKey, chat, expectJson, makeKey, send } from './keys-rig';

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start();
});
afterAll(() => rig.stop());

const modelsStatus = async (secret: string) =>
  (await fetch(`${rig.gatewayUrl}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })).status;

describe('a new key', () => {
  it('works at once, and its text is told once only', async () => {
    const key = await makeKey(rig, { name: 'n8n', note: 'invoices' });
    expect(key.secret).toMatch(/^sk-om-[0-9A-Za-z]{36}$/);
    expect(await chat(rig.gatewayUrl, key.secret)).toMatchObject({ status: 200 });
    const read = await expectJson<KeyItem>(await rig.admin(`/api/keys/${key.id}`), 200);
    expect(read).toMatchObject({
      name: 'n8n',
      note: 'invoices',
      state: 'active',
      lastFour: key.secret.slice(-4),
    });
    expect(JSON.stringify(read)).not.toContain(key.secret);
    const stored = await rig.database.rows('SELECT * FROM api_key WHERE id = $1', [key.id]);
    expect(JSON.stringify(stored)).not.toContain(key.secret.slice(0, 20));
    const audit = await rig.database.rows('SELECT * FROM audit_log WHERE target_id = $1', [key.id]);
    expect(audit).toHaveLength(1);
    expect(JSON.stringify(audit)).not.toContain(key.secret);
  });

  it('tells when it was last used', async () => {
    const key = await makeKey(rig);
    expect(key.lastUsedAt).toBeNull();
    await modelsStatus(key.secret);
    const { lastUsedAt } = await expectJson<KeyItem>(await rig.admin(`/api/keys/${key.id}`), 200);
    expect(Date.now() - Date.parse(lastUsedAt ?? '')).toBeLessThan(10_000);
  });

  it.each([
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: null }, 'name'],
    [{ name: 'a\0b' }, 'name'],
    [{ name: 'a', colour: 'red' }, 'colour'],
    [{ name: 'a', endpoints: ['chat'] }, 'endpoints'],
    [{ name: 'a', allowedModels: 'llama' }, 'allowedModels'],
    [{ name: 'a', allowedModels: [1] }, 'allowedModels'],
    [{ name: 'a', ipRanges: ['10'] }, 'ipRanges'],
    [{ name: 'a', ipRanges: ['10.0.0.0/33'] }, 'ipRanges'],
    [{ name: 'a', expiresAt: 'tomorrow' }, 'expiresAt'],
    [{ name: 'a', expiresAt: '2020-01-01' }, 'expiresAt'],
    [{ name: 'a', weight: 0 }, 'weight'],
    [{ name: 'a', priority: 'urgent' }, 'priority'],
    [{ name: 'a', limits: [] }, 'limits'],
    [{ name: 'a', limits: null }, 'limits'],
    [{ name: 'a', limits: { requestsPerMinute: 0 } }, 'limits.requestsPerMinute'],
    [
      { name: 'a', limits: { budgets: [{ unit: 'tokens', period: 'year', amount: 1, action: 'warn' }] } },
      'limits.budgets.0.period',
    ],
    [{ name: 'a', limits: { budgets: [1] } }, 'limits.budgets'],
    [{ name: 'a', ownerId: '0190f3c4-0000-7000-8000-000000000000' }, 'ownerId'],
  ])('refuses %j, naming %s', async (input, field) => {
    const problem = await expectJson<Problem>(await send(rig, 'POST', '/api/keys', input), 400);
    expect(problem.errors?.[0]?.field.startsWith(field)).toBe(true);
  });
});

describe('what a key may', () => {
  it('is refused for other models by name, and lists only its own', async () => {
    const key = await makeKey(rig, { allowedModels: ['LLAMA3.1:*'] });
    expect(await chat(rig.gatewayUrl, key.secret)).toMatchObject({ status: 200 });
    const all = await rig.openai().models.list();
    const other = all.data.find(({ id }) => !id.startsWith('llama3.1'))!.id;
    const refused = await chat(rig.gatewayUrl, key.secret, { model: other });
    expect(refused).toMatchObject({ status: 403, code: 'model_forbidden' });
    expect(refused.message).toContain(other);
    const own = await rig.openai({ apiKey: key.secret }).models.list();
    expect(own.data.length).toBeGreaterThan(0);
    expect(own.data.every(({ id }) => id.startsWith('llama3.1'))).toBe(true);
    const headers = { authorization: `Bearer ${key.secret}` };
    const tags = await (await fetch(`${rig.gatewayUrl}/api/tags`, { headers })).json();
    expect((tags as { models: { name: string }[] }).models.map(({ name }) => name).sort()).toEqual(
      own.data.map(({ id }) => id).sort(),
    );
    const shown = await fetch(`${rig.gatewayUrl}/v1/models/${encodeURIComponent(other)}`, { headers });
    expect(shown.status).toBe(403);
    const native = await fetch(`${rig.gatewayUrl}/api/show`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ model: other }),
    });
    expect(native.status).toBe(403);
  });

  it('is refused for other endpoints before its body is read, and may always list', async () => {
    const key = await makeKey(rig, { endpoints: ['embeddings'] });
    const refused = await fetch(`${rig.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.secret}`, 'content-type': 'application/json' },
      body: 'no json at all',
    });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      error: { code: 'endpoint_forbidden', message: expect.stringContaining('chat.completions') as string },
    });
    expect(await modelsStatus(key.secret)).toBe(200);
    expect(
      (
        await fetch(`${rig.gatewayUrl}/v1/responses/resp_x`, {
          headers: { authorization: `Bearer ${key.secret}` },
        })
      ).status,
    ).toBe(403);
  });

  it('may be called from its addresses only', async () => {
    const elsewhere = await makeKey(rig, { ipRanges: ['10.0.0.0/8', '2001:db8::/32'] });
    expect(await chat(rig.gatewayUrl, elsewhere.secret)).toMatchObject({
      status: 401,
      code: 'ip_not_authorized',
    });
    await changeKey(rig, elsewhere.id, { ipRanges: ['127.0.0.0/8'] });
    expect(await chat(rig.gatewayUrl, elsewhere.secret)).toMatchObject({ status: 200 });
  });

  it('keeps no texts in the log where its policy says so', async () => {
    const key = await makeKey(rig, { logPolicy: 'metadata' });
    const { headers } = await chat(rig.gatewayUrl, key.secret, {
      messages: [{ role: 'user', content: 'a secret of mine' }],
    });
    const row = await rig.row(headers.get('x-request-id')!);
    expect(row).toMatchObject({
      keyId: key.id,
      prompt: null,
      answer: null,
      promptPreview: null,
      outcome: 'completed',
    });
    const bodies = await rig.database.rows('SELECT * FROM request_body WHERE id = $1', [row.id]);
    expect(JSON.stringify(bodies)).not.toContain('a secret of mine');
  });
});

describe('the end of a key', () => {
  it('expires by itself', async () => {
    const key = await makeKey(rig, { expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    expect(await modelsStatus(key.secret)).toBe(200);
    await rig.database.rows(`UPDATE api_key SET expires_at = now() - interval '1 second' WHERE id = $1`, [
      key.id,
    ]);
    await rig.eventually(
      async () => ((await modelsStatus(key.secret)) === 401 ? true : undefined),
      'expiry',
      1000,
    );
    expect(await chat(rig.gatewayUrl, key.secret)).toMatchObject({
      code: 'invalid_api_key',
      message: 'This API key has expired.',
    });
  });

  it('rotates: the old text works for the grace and no longer', async () => {
    const first = await makeKey(rig);
    const second = await expectJson<KeyWithSecret>(
      await send(rig, 'POST', `/api/keys/${first.id}/rotate`, {}),
      200,
    );
    expect(second.secret).not.toBe(first.secret);
    expect(second.previous?.lastFour).toBe(first.secret.slice(-4));
    expect(await modelsStatus(first.secret)).toBe(200);
    expect(await modelsStatus(second.secret)).toBe(200);
    const third = await expectJson<KeyWithSecret>(
      await send(rig, 'POST', `/api/keys/${first.id}/rotate`, { graceSeconds: 0 }),
      200,
    );
    expect(third.previous).toBeNull();
    expect(await modelsStatus(first.secret)).toBe(401);
    expect(await modelsStatus(second.secret)).toBe(401);
    expect(await modelsStatus(third.secret)).toBe(200);
  });

  it('rotates without a body too', async () => {
    const key = await makeKey(rig);
    expect((await send(rig, 'POST', `/api/keys/${key.id}/rotate`)).status).toBe(200);
    expect((await send(rig, 'POST', `/api/keys/${key.id}/revoke`)).status).toBe(200);
  });

  it('is revoked at once, for good', async () => {
    const key = await makeKey(rig);
    const revoked = await expectJson<KeyItem>(
      await send(rig, 'POST', `/api/keys/${key.id}/revoke`, { reason: 'leaked' }),
      200,
    );
    expect(revoked).toMatchObject({ state: 'revoked', revokedReason: 'leaked' });
    expect(await chat(rig.gatewayUrl, key.secret)).toMatchObject({
      status: 401,
      message: 'This API key was revoked.',
    });
    expect((await send(rig, 'POST', `/api/keys/${key.id}/rotate`, {})).status).toBe(409);
  });

  it('hears of a revocation that another process made within a second', async () => {
    const key = await makeKey(rig);
    expect(await modelsStatus(key.secret)).toBe(200);
    await rig.database.rows('UPDATE api_key SET revoked_at = now() WHERE id = $1', [key.id]);
    await rig.eventually(
      async () => ((await modelsStatus(key.secret)) === 401 ? true : undefined),
      'revocation',
      1000,
    );
  });

  it('is deleted: the log keeps its name, the list forgets it', async () => {
    const key = await makeKey(rig, { name: 'short-lived' });
    const { headers } = await chat(rig.gatewayUrl, key.secret);
    const row = await rig.row(headers.get('x-request-id')!);
    expect((await send(rig, 'DELETE', `/api/keys/${key.id}`)).status).toBe(204);
    expect((await rig.admin(`/api/keys/${key.id}`)).status).toBe(404);
    expect((await send(rig, 'PATCH', `/api/keys/${key.id}`, { note: 'x' })).status).toBe(404);
    expect(await chat(rig.gatewayUrl, key.secret)).toMatchObject({
      status: 401,
      message: 'Incorrect API key provided.',
    });
    expect((await rig.row(row.id)).keyName).toBe('short-lived');
    const usage = await expectJson<{ items: { id: string; name: string }[] }>(
      await rig.admin('/api/analytics/breakdown?period=today&by=key'),
      200,
    );
    expect(usage.items.find(({ id }) => id === key.id)?.name).toBe('short-lived');
  });

  it('an imported key follows its variable', async () => {
    const { items } = await expectJson<KeyPage>(await rig.admin('/api/keys?q=api-key'), 200);
    const imported = items.find(({ sourceVariable }) => sourceVariable === 'API_KEY')!;
    expect((await send(rig, 'POST', `/api/keys/${imported.id}/rotate`, {})).status).toBe(409);
    expect((await send(rig, 'DELETE', `/api/keys/${imported.id}`)).status).toBe(409);
  });
});

it('tells how many of its requests run and wait now', async () => {
  const { id, secret } = await makeKey(rig, { limits: { concurrentRequests: 1 } });
  const use = async () =>
    (await expectJson<KeyItem>(await send(rig, 'GET', `/api/keys/${id}`), 200)).limitsUse.concurrentRequests;
  const held = Promise.withResolvers<undefined>();
  rig.ollama.script({ chunks: [{ content: 'Done.', after: held.promise }] });
  const answers = [chat(rig.gatewayUrl, secret), chat(rig.gatewayUrl, secret)];
  await rig.eventually(async () => ((await use()).waiting === 1 ? true : undefined), 'one that waits');
  expect(await use()).toEqual({ limit: 1, running: 1, waiting: 1 });
  held.resolve(undefined);
  await Promise.all(answers);
  expect(await use()).toEqual({ limit: 1, running: 0, waiting: 0 });
});

it('lists by page, text and state, and changes only what is given', async () => {
  const key = await makeKey(rig, { name: 'find-me-100%', allowedModels: ['a'], note: 'kept' });
  const changed = await changeKey(rig, key.id, { name: 'find-me-100% still', priority: 'batch' });
  expect(changed).toMatchObject({
    note: 'kept',
    allowedModels: ['a'],
    priority: 'batch',
    name: 'find-me-100% still',
  });
  const page = await expectJson<KeyPage>(await rig.admin('/api/keys?q=100%25&state=active'), 200);
  expect(page).toMatchObject({ total: 1, page: 1 });
  const empty = await expectJson<KeyPage>(await rig.admin('/api/keys?q=100%25&state=revoked'), 200);
  expect(empty.total).toBe(0);
  expect((await rig.admin('/api/keys?sort=name')).status).toBe(400);
  expect((await rig.admin('/api/keys/not-a-uuid')).status).toBe(400);
  const entries = await rig.database.rows<{ action: string; before: object | null; after: object }>(
    'SELECT action, before, after FROM audit_log WHERE target_id = $1 ORDER BY id',
    [key.id],
  );
  expect(entries[1]).toEqual({
    action: 'key.change',
    before: { name: 'find-me-100%', priority: 'interactive' },
    after: { name: 'find-me-100% still', priority: 'batch' },
  });
});

it('known keys work while PostgreSQL is away; unknown ones are 401 for a minute, then 503', async () => {
  const away = await GatewayRig.start();
  const { secret } = await makeKey(away);
  const unknown = away.app.nest.get(ApiKeyService).mint().text;
  await away.database.refuseConnections();
  try {
    expect(await chat(away.gatewayUrl, secret)).toMatchObject({ status: 200 });
    expect(await chat(away.gatewayUrl, unknown)).toMatchObject({ status: 401, code: 'invalid_api_key' });
    const now = Date.now.bind(Date);
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + 61_000);
    const late = await chat(away.gatewayUrl, unknown).finally(() => clock.mockRestore());
    expect(late).toMatchObject({ status: 503, code: 'keys_unavailable' });
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
  } finally {
    await away.database.acceptConnections();
    await away.stop();
  }
});

it('looks a key up among 100,000 in less than 20 µs', async () => {
  await rig.database.rows(
    `INSERT INTO api_key (id, name, prefix, last_four, secret_hash)
     SELECT gen_random_uuid(), 'bulk', 'sk-om-0000', '0000', sha256(n::text::bytea) FROM generate_series(1, 100000) n`,
  );
  const keys = rig.app.nest.get(ApiKeyService);
  const { secret } = await makeKey(rig);
  await rig.eventually(async () => (await modelsStatus(secret)) === 200 || undefined, 'the copy');
  const rounds = 5_000;
  const timings: number[] = [];
  for (let n = 0; n < rounds; n++) {
    const from = performance.now();
    keys.find(secret);
    timings.push(performance.now() - from);
  }
  timings.sort((a, b) => a - b);
  expect(timings[rounds / 2]! * 1000).toBeLessThan(20);
});
