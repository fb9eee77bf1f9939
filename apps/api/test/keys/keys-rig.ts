import type { KeyChange, KeyInput, KeyItem, KeyWithSecret } from '@ollameter/admin-contract';
import { GatewayRig } from '../support/gateway-rig';

/** Makes a key through the REST API; must succeed. */
export async function makeKey(rig: GatewayRig, input: Partial<KeyInput> = {}): Promise<KeyWithSecret> {
  return expectJson<KeyWithSecret>(await send(rig, 'POST', '/api/keys', { name: 'test', ...input }), 201);
}

export async function changeKey(rig: GatewayRig, id: string, change: KeyChange): Promise<KeyItem> {
  return expectJson<KeyItem>(await send(rig, 'PATCH', `/api/keys/${id}`, change), 200);
}

/** A request to the admin plane, as the holder of ADMIN_TOKEN. */
export function send(rig: GatewayRig, method: string, path: string, body?: unknown): Promise<Response> {
  return rig.admin(path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
}

export async function expectJson<T>(answer: Response, status: number): Promise<T> {
  const text = await answer.text();
  if (answer.status !== status) throw new Error(`${answer.url}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

/** Status and error code of a small chat with a key. */
export async function chat(
  gatewayUrl: string,
  secret: string,
  body: object = {},
): Promise<{ status: number; code: string | null; message: string; headers: Headers }> {
  const answer = await fetch(`${gatewayUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'llama3.1:8b', messages: [{ role: 'user', content: 'hi' }], ...body }),
  });
  const { error } = (await answer.json()) as { error?: { code: string; message: string } };
  return {
    status: answer.status,
    code: error?.code ?? null,
    message: error?.message ?? '',
    headers: answer.headers,
  };
}
