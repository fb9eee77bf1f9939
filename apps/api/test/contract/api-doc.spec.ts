import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type OpenAI from 'openai';
import { ERROR_TABLE, type ErrorCode, GatewayError } from '../../src/upstream/gateway-error';
import { GatewayRig } from '../support/gateway-rig';
import { CHAT, COMPLETION, EMBEDDING, type Probe, RESPONSE } from './api-fields';

/** docs/API.md says what becomes of every field; here every field is sent, and what becomes of it compared. */

const DOC = readFileSync(join(__dirname, '../../../../docs/API.md'), 'utf8');

const BODIES: Record<string, Record<string, unknown>> = {
  '/v1/chat/completions': { model: 'llama3.1:8b', messages: [{ role: 'user', content: 'Talk.' }] },
  '/v1/completions': { model: 'llama3.1:8b', prompt: 'Once upon' },
  '/v1/embeddings': { model: 'nomic-embed-text', input: 'a' },
  '/v1/responses': { model: 'llama3.1:8b', input: 'Talk.' },
};
const PROBES: Record<string, Record<string, Probe>> = {
  '/v1/chat/completions': CHAT,
  '/v1/completions': COMPLETION,
  '/v1/embeddings': EMBEDDING,
  '/v1/responses': RESPONSE,
};

let rig: GatewayRig;
let previousId: string;
beforeAll(async () => {
  rig = await GatewayRig.start();
  const earlier = (await (
    await rig.post('/v1/responses', { model: 'llama3.1:8b', input: 'Earlier.' })
  ).json()) as OpenAI.Responses.Response;
  previousId = earlier.id;
});
afterAll(() => rig.stop());

/** The rows of the table under a heading: cells without their backticks. */
function table(heading: string): string[][] {
  const section = DOC.split(`${heading}\n`)[1]?.split(/\n#/)[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')),
    );
}

/** Sends a body; the answer, and the first thing that Ollama was asked because of it. */
async function send(path: string, body: object) {
  const before = rig.ollama.requests.length;
  const response = await rig.post(path, body);
  const text = await response.text();
  const background = response.status === 200 && text.includes('"status":"queued"');
  const asked =
    response.status === 200 || background
      ? await rig.ollama.waitFor(({ requests }) =>
          requests.slice(before).find(({ isInference }) => isInference),
        )
      : undefined;
  return { status: response.status, text, upstream: asked?.body };
}

function expectAnswer(text: string, expected: object | RegExp): void {
  if (expected instanceof RegExp) expect(text).toMatch(expected);
  else expect(JSON.parse(text)).toMatchObject(expected);
}

describe.each(Object.keys(BODIES))('POST %s', (path) => {
  const rows = table(`### POST ${path}`);

  it('names every field that OpenAI’s SDK declares, once', () => {
    expect(rows.map(([field]) => field).sort()).toEqual(Object.keys(PROBES[path] ?? {}).sort());
  });

  it.each(rows)('%s is %s', async (field = '', treatment) => {
    const probe = PROBES[path]?.[field];
    if (probe === undefined) throw new Error(`no probe of ${field}`);
    const without = { ...BODIES[path], ...probe.beside };
    const value = probe.value === 'PREVIOUS' ? previousId : probe.value;
    const { status, text, upstream } = await send(path, { ...without, [field]: value });
    if (treatment === 'refused') {
      expect([status, (JSON.parse(text) as { error: object }).error]).toMatchObject([400, { param: field }]);
      return;
    }
    expect(status).toBe(200);
    if (treatment === 'ignored') {
      expect(upstream).toEqual((await send(path, without)).upstream);
      return;
    }
    expect(['honoured', 'emulated']).toContain(treatment);
    if (probe.upstream === undefined && probe.answer === undefined)
      throw new Error('the probe proves nothing');
    if (probe.upstream !== undefined) {
      expect(upstream).toMatchObject(probe.upstream);
      expect((await send(path, without)).upstream).not.toEqual(upstream);
    }
    if (probe.answer !== undefined) expectAnswer(text, probe.answer);
  });
});

it('names every error with its status', () => {
  const documented = table('## Errors').map(([status, code]) => [code, Number(status)]);
  const known = Object.keys(ERROR_TABLE).map((code) => [
    code,
    new GatewayError(code as ErrorCode, '').status,
  ]);
  expect(documented.sort()).toEqual(known.sort());
});
