import { request } from 'node:http';
import { API_KEY, GatewayRig } from '../support/gateway-rig';

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start({ variables: { UNARY_KEEPALIVE: '20' } });
});
afterAll(() => rig.stop());

interface Seen {
  status: number | undefined;
  headers: Record<string, unknown>;
  body: string;
  whole: boolean;
}

/** One unary chat request on a plain socket; `onFirstByte` runs once something of the body has come. */
function ask(onFirstByte: () => void): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
    request(`${rig.gatewayUrl}/v1/chat/completions`, { method: 'POST', headers }, (response) => {
      let body = '';
      response.once('data', onFirstByte);
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('error', () => undefined);
      response.on('close', () => {
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body,
          whole: response.complete,
        });
      });
    })
      .on('error', reject)
      .end(JSON.stringify({ model: 'llama3.1:8b', messages: [{ role: 'user', content: 'Hello' }] }));
  });
}

it('begins a slow unary answer with spaces; the body stays valid JSON', async () => {
  const first = Promise.withResolvers<undefined>();
  rig.ollama.script({ chunks: [{ content: 'At last.', after: first.promise }] });
  const seen = await ask(() => first.resolve(undefined));
  expect(seen).toMatchObject({ status: 200, whole: true });
  expect(seen.body).toMatch(/^ +\{/);
  expect(JSON.parse(seen.body)).toMatchObject({ choices: [{ message: { content: 'At last.' } }] });
});

it('breaks the connection before the body is whole when the upstream fails after the first space', async () => {
  const first = Promise.withResolvers<undefined>();
  rig.ollama.script({ chunks: [{ content: 'Never', after: first.promise }, { die: true }] });
  const seen = await ask(() => first.resolve(undefined));
  expect(seen.whole).toBe(false);
  expect(seen.body.trim()).toBe('');
  const row = await rig.row(String(seen.headers['x-request-id']));
  expect(row.outcome).toBe('upstream_failed');
});

it('sends a quick answer with its length, as ever', async () => {
  rig.ollama.script({ text: 'Quick.' });
  const answer = await rig.post('/v1/chat/completions', {
    model: 'llama3.1:8b',
    messages: [{ role: 'user', content: 'Hello' }],
  });
  expect(await answer.json()).toMatchObject({ object: 'chat.completion' });
});
