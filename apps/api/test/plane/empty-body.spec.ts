import type { Problem } from '@ollameter/admin-contract';
import { ADMIN_TOKEN, API_KEY, GatewayRig } from '../support/gateway-rig';
import { RawConnection } from '../support/raw-connection';
import { type DeclaredRoute, declaredRoutes } from './declared-routes';

/** A request that is declared as JSON and says nothing: no body on the admin plane, a mistake on the gateway plane. */

let rig: GatewayRig;
let routes: DeclaredRoute[];
beforeAll(async () => {
  rig = await GatewayRig.start();
  routes = declaredRoutes(rig.app.nest);
}, 60_000);
afterAll(() => rig.stop());

const JSON_TYPE = { 'content-type': 'application/json' };
const send = (method: string, path: string) => rig.admin(path, { method, headers: JSON_TYPE });
const ID = '00000000-0000-7000-8000-000000000000';

it('deletes what needs no more than its address', async () => {
  const made = await rig.admin('/api/keys', {
    method: 'POST',
    body: JSON.stringify({ name: 'short-lived' }),
  });
  const { id } = (await made.json()) as { id: string };
  const answer = await send('DELETE', `/api/keys/${id}`);
  expect([answer.status, await answer.text()]).toEqual([204, '']);
});

it('is no body either where its length is not told', async () => {
  const connection = await RawConnection.open(rig.adminUrl);
  connection.send(
    `DELETE /api/keys/${ID} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${ADMIN_TOKEN}\r\n` +
      'content-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n0\r\n\r\n',
  );
  expect(await connection.ended()).toMatch(/^HTTP\/1\.1 404 /);
});

it('names the field that a route needs', async () => {
  const answer = await send('POST', '/api/keys');
  const problem = (await answer.json()) as Problem;
  expect(answer.status).toBe(400);
  expect(problem.errors).toEqual([expect.objectContaining({ field: 'name' })]);
});

it('is a mistake of the asker on no route, and of ours on none', async () => {
  const asked = routes.filter(({ plane, method }) => plane === 'admin' && method !== 'GET');
  expect(asked.length).toBeGreaterThan(30);
  for (const { method, path } of asked) {
    const answer = await send(method, path.replaceAll(/:\w+/g, ID));
    const text = await answer.text();
    expect([method, path, answer.status < 500, text.includes('JSON')]).toEqual([method, path, true, false]);
  }
});

it('stays malformed JSON on the gateway plane', async () => {
  const answer = await fetch(`${rig.gatewayUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { ...JSON_TYPE, authorization: `Bearer ${API_KEY}` },
  });
  expect(answer.status).toBe(400);
  await expect(answer.json()).resolves.toMatchObject({ error: { code: 'invalid_json' } });
});
