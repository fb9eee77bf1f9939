import OpenAI from 'openai';
import { collect } from '../support/collect';
import { ResponseStateRepository } from '../../src/responses/response-state.repository';
import { GatewayRig } from '../support/gateway-rig';

/** What the gateway remembers of responses: chaining, retrieval, deletion, background. */

const MODEL = 'llama3.1:8b';
const OTHER_KEY = 'another-key-of-the-rig-012345';

let rig: GatewayRig;
let client: OpenAI;
let other: OpenAI;
beforeAll(async () => {
  rig = await GatewayRig.start({ variables: { API_KEY_ALT: OTHER_KEY } });
  client = rig.openai();
  other = rig.openai({ apiKey: OTHER_KEY });
});
afterEach(() => rig.ollama.clearScripts());
afterAll(() => rig.stop());

const upstream = () => rig.ollama.requests.findLast((request) => request.isInference)?.body ?? {};

describe('previous_response_id', () => {
  it('goes on with the conversation, without the earlier instructions', async () => {
    rig.ollama.script({ text: 'Ann.' });
    const first = await client.responses.create({
      model: MODEL,
      instructions: 'Be kind.',
      input: 'Your name?',
    });
    rig.ollama.script({ text: 'Forty.' });
    const second = await client.responses.create({
      model: MODEL,
      input: 'Your age?',
      previous_response_id: first.id,
    });
    await client.responses.create({ model: MODEL, input: 'Really?', previous_response_id: second.id });
    expect(upstream().messages).toEqual([
      { role: 'user', content: 'Your name?' },
      { role: 'assistant', content: 'Ann.' },
      { role: 'user', content: 'Your age?' },
      { role: 'assistant', content: 'Forty.' },
      { role: 'user', content: 'Really?' },
    ]);
  });

  it('works after a streamed response too, and with the output of a tool', async () => {
    rig.ollama.script({ toolCalls: [{ function: { name: 'weather', arguments: { city: 'Rom' } } }] });
    const events = await collect(
      await client.responses.create({
        model: MODEL,
        input: 'Weather?',
        stream: true,
        tools: [{ type: 'function', name: 'weather', parameters: {}, strict: false }],
      }),
    );
    const done = events.at(-1) as OpenAI.Responses.ResponseCompletedEvent;
    const call = done.response.output[0] as OpenAI.Responses.ResponseFunctionToolCall;
    const next = await client.responses.create({
      model: MODEL,
      previous_response_id: done.response.id,
      input: [{ type: 'function_call_output', call_id: call.call_id, output: 'sun' }],
    });
    expect(next.output_text).toBe('The tool answered: sun');
  });

  it('of an unknown response, of another key, or of one not stored, is refused', async () => {
    const kept = await client.responses.create({ model: MODEL, input: 'x' });
    const unkept = await client.responses.create({ model: MODEL, input: 'x', store: false });
    for (const [asker, id] of [
      [client, 'resp_0'],
      [other, kept.id],
      [client, unkept.id],
    ] as const)
      await expect(
        asker.responses.create({ model: MODEL, input: 'y', previous_response_id: id }),
      ).rejects.toMatchObject({
        status: 400,
        code: 'previous_response_not_found',
        param: 'previous_response_id',
      });
  });

  it('can be replaced by references to items', async () => {
    rig.ollama.script({ text: 'Ann.' });
    const first = await client.responses.create({ model: MODEL, input: 'Your name?' });
    const item = first.output[0] as OpenAI.Responses.ResponseOutputMessage;
    await client.responses.create({
      model: MODEL,
      input: [
        { type: 'item_reference', id: item.id },
        { role: 'user', content: 'Again?' },
      ],
    });
    expect(upstream().messages).toEqual([
      { role: 'assistant', content: 'Ann.' },
      { role: 'user', content: 'Again?' },
    ]);
  });
});

describe('a stored response', () => {
  it('is retrieved as it was answered, by its key only', async () => {
    const answered = await client.responses.create({ model: MODEL, input: 'x' });
    const retrieved = await client.responses.retrieve(answered.id);
    expect(retrieved).toEqual(answered);
    await expect(other.responses.retrieve(answered.id)).rejects.toThrow(OpenAI.NotFoundError);
    await expect(client.responses.retrieve('resp_none')).rejects.toMatchObject({ status: 404 });
  });

  it('is sealed in the database', async () => {
    const { id } = await client.responses.create({ model: MODEL, input: 'the secret word' });
    const rows = await rig.database.rows<{ sealed: Buffer }>(
      'SELECT sealed FROM response_state WHERE id = $1',
      [id],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.sealed.toString('latin1')).not.toContain('secret word');
  });

  it('is kept for RESPONSES_TTL_DAYS, then unknown at once and soon deleted', async () => {
    const { id } = await client.responses.create({ model: MODEL, input: 'x' });
    const [kept] = await rig.database.rows<{ days: number }>(
      'SELECT round(extract(epoch FROM expires_at - now()) / 86400)::int AS days FROM response_state WHERE id = $1',
      [id],
    );
    expect(kept).toEqual({ days: rig.config.responsesTtlDays });
    await rig.database.rows('UPDATE response_state SET expires_at = now() WHERE id = $1', [id]);
    await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
    await expect(
      client.responses.create({ model: MODEL, input: 'y', previous_response_id: id }),
    ).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
    await rig.app.nest.get(ResponseStateRepository, { strict: false }).sweep();
    expect(await rig.database.rows('SELECT 1 FROM response_state WHERE id = $1', [id])).toEqual([]);
  });

  it('is deleted, and then gone', async () => {
    const { id } = await client.responses.create({ model: MODEL, input: 'x' });
    await expect(other.responses.delete(id)).rejects.toMatchObject({ status: 404 });
    await client.responses.delete(id);
    await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
    await expect(client.responses.delete(id)).rejects.toMatchObject({ status: 404 });
  });

  it('lists its input items, newest first, page by page', async () => {
    const input = Array.from({ length: 5 }, (_, index) => ({ role: 'user' as const, content: `m${index}` }));
    const { id } = await client.responses.create({ model: MODEL, input });
    const page = await client.responses.inputItems.list(id, { limit: 2 });
    expect(page.has_more).toBe(true);
    const all = await collect(page);
    expect(all).toEqual(
      input.toReversed().map(({ role, content }) => ({
        id: expect.stringMatching(/^item_/) as string,
        type: 'message',
        role,
        content: [{ type: 'input_text', text: content }],
      })),
    );
    const rising = await client.responses.inputItems.list(id, { order: 'asc', limit: 100 });
    expect(rising.data[0]).toMatchObject({ content: [{ text: 'm0' }] });
    await expect(client.responses.inputItems.list(id, { limit: 0 })).rejects.toMatchObject({
      status: 400,
      param: 'limit',
    });
    await expect(client.responses.inputItems.list(id, { after: 'item_none' })).rejects.toMatchObject({
      status: 400,
      param: 'after',
    });
  });
});

describe('background', () => {
  it('answers at once and is fetched by polling', async () => {
    const script = rig.ollama.script({ chunks: ['Done.', { stall: true }] });
    const queued = await client.responses.create({ model: MODEL, input: 'x', background: true });
    expect(queued).toMatchObject({ status: 'queued', background: true, output: [], usage: null });
    const running = await rig.eventually(async () => {
      const response = await client.responses.retrieve(queued.id);
      return response.status === 'queued' ? undefined : response;
    }, 'its start');
    expect(running).toMatchObject({ status: 'in_progress', output: [] });
    script.release();
    const done = await rig.eventually(async () => {
      const response = await client.responses.retrieve(queued.id);
      return response.status === 'completed' ? response : undefined;
    }, 'the background response');
    expect(done.output_text).toBe('Done.');
  });

  it('is cancelled: the generation stops', async () => {
    const script = rig.ollama.script({ chunks: ['x', { stall: true }] });
    const { id } = await client.responses.create({ model: MODEL, input: 'x', background: true });
    const asked = await rig.eventually(() => Promise.resolve(script.requests[0]), 'the generation');
    const cancelled = await client.responses.cancel(id);
    expect(cancelled.status).toBe('cancelled');
    await rig.ollama.aborted(asked);
    await expect(client.responses.retrieve(id)).resolves.toMatchObject({ status: 'cancelled' });
  });

  it('that is deleted while it runs stays gone', async () => {
    const script = rig.ollama.script({ chunks: ['x', { stall: true }] });
    const { id } = await client.responses.create({ model: MODEL, input: 'x', background: true });
    const asked = await rig.eventually(() => Promise.resolve(script.requests[0]), 'the generation');
    await client.responses.delete(id);
    await rig.ollama.aborted(asked);
    await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
  });

  it('that fails says why', async () => {
    rig.ollama.script({ error: { status: 500, message: 'out of memory' } });
    const { id } = await client.responses.create({ model: MODEL, input: 'x', background: true });
    const failed = await rig.eventually(async () => {
      const response = await client.responses.retrieve(id);
      return response.status === 'failed' ? response : undefined;
    }, 'the failure');
    expect(failed.error).toMatchObject({
      code: 'server_error',
      message: expect.stringContaining('out of memory') as string,
    });
  });

  it('is not cancelled where it was none', async () => {
    const { id } = await client.responses.create({ model: MODEL, input: 'x' });
    await expect(client.responses.cancel(id)).rejects.toMatchObject({ status: 400 });
  });
});

it('for a key whose log policy keeps no texts nothing is stored', async () => {
  const made = await rig.admin('/api/keys', {
    method: 'POST',
    body: JSON.stringify({ name: 'discreet', logPolicy: 'metadata' }),
  });
  const { secret } = (await made.json()) as { secret: string };
  const discreet = rig.openai({ apiKey: secret });
  const response = await discreet.responses.create({ model: MODEL, input: 'x' });
  expect(response).toMatchObject({ store: false });
  await expect(discreet.responses.retrieve(response.id)).rejects.toMatchObject({ status: 404 });
});

it.each(['metadata', 'none'])(
  'with LOG_BODIES=%s nothing is stored, and the answer says so',
  async (policy) => {
    const silent = await GatewayRig.start({ variables: { LOG_BODIES: policy } });
    try {
      const response = await silent.openai().responses.create({ model: MODEL, input: 'x', store: true });
      expect(response).toMatchObject({ store: false });
      await expect(silent.openai().responses.retrieve(response.id)).rejects.toMatchObject({ status: 404 });
      await expect(
        silent.openai().responses.create({ model: MODEL, input: 'x', background: true }),
      ).rejects.toMatchObject({ status: 400, param: 'background' });
    } finally {
      await silent.stop();
    }
  },
);
