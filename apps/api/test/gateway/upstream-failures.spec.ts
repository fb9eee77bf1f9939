import type { ErrorEnvelope } from '@ollameter/openai-contract';
import { type Script, startFakeOllama } from '../../../../tools/fake-ollama/fake-ollama.ts';
import { GatewayRig } from '../support/gateway-rig';
import { sseFrames, streamedText } from '../support/sse-frames';

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start({
    variables: { FIRST_TOKEN_TIMEOUT_MS: '300', TOKEN_GAP_TIMEOUT_MS: '200', CONNECT_TIMEOUT_MS: '500' },
  });
});
afterAll(() => rig.stop());
afterEach(async () => {
  rig.ollama.clearScripts();
  // A host that fails again and again is left alone for a while; each test begins with a healthy one.
  await ask(false);
});

const CHAT = { model: 'llama3.1:8b', messages: [{ role: 'user', content: 'Say hello.' }] };

function ask(stream: boolean, more: object = {}): Promise<Response> {
  return rig.post('/v1/chat/completions', { ...CHAT, stream, ...more });
}

function rowOf(answer: Response) {
  return rig.row(answer.headers.get('x-request-id') ?? '');
}

describe.each([
  ['unary', false],
  ['streamed', true],
])('before the first byte of a %s answer', (_, stream) => {
  it.each<[string, Script, number, string]>([
    ['500', { error: { status: 500, message: 'model runner has stopped' } }, 502, 'upstream_error'],
    [
      '503',
      {
        error: { status: 503, message: 'server busy, please try again.  maximum pending requests exceeded' },
      },
      503,
      'server_is_overloaded',
    ],
    ['a connection that dies', { chunks: [{ die: true }] }, 502, 'upstream_error'],
    ['an end without a record', { chunks: [{ end: true }] }, 502, 'upstream_error'],
    ['a line that is no record', { chunks: [{ raw: 'not json\n' }] }, 502, 'upstream_error'],
    ['an error line and nothing else', { chunks: [{ raw: '{"error":"boom"}\n' }] }, 502, 'upstream_error'],
    ['silence', { chunks: [{ stall: true }] }, 504, 'upstream_timeout'],
  ])("the upstream's %s has its status and its row", async (_name, script, status, code) => {
    rig.ollama.script(script);
    const answer = await ask(stream);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    const { error } = (await answer.json()) as ErrorEnvelope;
    expect(error).toMatchObject({ code, param: null });
    expect(await rowOf(answer)).toMatchObject({
      outcome: status === 503 ? 'rejected' : 'upstream_failed',
      status,
      errorCode: code,
      model: 'llama3.1:8b',
      answer: null,
      completionTokens: null,
    });
  });

  it('an unknown model is told by name and the answer says what to do', async () => {
    const answer = await ask(stream, { model: 'no-such:1b' });
    expect(answer.status).toBe(404);
    const { error } = (await answer.json()) as ErrorEnvelope;
    expect(error).toMatchObject({ code: 'model_not_found', param: 'model', type: 'invalid_request_error' });
    expect(error.message).toContain('no-such:1b');
    expect(await rowOf(answer)).toMatchObject({
      outcome: 'rejected',
      status: 404,
      errorCode: 'model_not_found',
    });
  });

  it.each([
    [
      'a picture that is none',
      'Failed to create new sequence: failed to process inputs: image: unknown format',
    ],
    [
      'a conversation that the template refuses',
      '{"error":{"code":500,"message":"Jinja Exception: System message must be at the beginning.","type":"server_error"}}',
    ],
  ])('%s is the request’s fault, and no host rests for it', async (_fault, message) => {
    const faults = 4;
    rig.ollama.script({ error: { status: 500, message }, times: faults });
    for (let time = 0; time < faults; time++) {
      const answer = await ask(stream);
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as ErrorEnvelope).error).toMatchObject({
        code: 'invalid_value',
        param: 'messages',
      });
    }
    expect((await ask(stream)).status).toBe(200);
  });

  it('a prompt longer than the context is refused with both figures, never cut', async () => {
    const answer = await ask(stream, { messages: [{ role: 'user', content: 'word '.repeat(6000) }] });
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as ErrorEnvelope;
    expect(error).toMatchObject({ code: 'context_length_exceeded', param: 'messages' });
    expect(error.message).toMatch(/4096 tokens.*\d{4,} tokens/);
    expect(await rowOf(answer)).toMatchObject({ outcome: 'rejected', errorCode: 'context_length_exceeded' });
  });
});

describe('after the first byte of a stream', () => {
  it.each<[string, Script, string]>([
    ['dies', { chunks: ['One', ' two', { die: true }] }, 'upstream_error'],
    ['ends without done', { chunks: ['One', ' two', { end: true }] }, 'upstream_error'],
    ['sends an error line', { chunks: ['One', ' two', { errorLine: 'boom' }] }, 'upstream_error'],
    ['sends garbage', { chunks: ['One', ' two', { raw: '{"model":\n' }] }, 'upstream_error'],
    ['falls silent', { chunks: ['One', ' two', { stall: true }] }, 'upstream_timeout'],
  ])(
    'an upstream that %s is an in-band error, and what was generated stays in the log',
    async (_, script, code) => {
      rig.ollama.script(script);
      const answer = await ask(true, { stream_options: { include_usage: true } });
      expect(answer.status).toBe(200);
      const frames = sseFrames(await answer.text());
      const last = JSON.parse(frames.at(-1) ?? '') as ErrorEnvelope;
      expect(last.error).toMatchObject({ code, type: 'server_error' });
      expect(streamedText(frames.slice(0, -1))).toBe('One two');
      expect(frames).not.toContain('[DONE]');
      expect(frames.join()).not.toMatch(/"finish_reason":"|"usage":\{/);
      expect(await rowOf(answer)).toMatchObject({
        outcome: 'upstream_failed',
        status: 200,
        errorCode: code,
        answer: 'One two',
        completionTokens: 2,
        tokensQuality: 'counted',
      });
    },
  );

  it('a failure keeps the same text of a unary answer, which gets its status instead', async () => {
    rig.ollama.script({ chunks: ['One', ' two', { die: true }] });
    const answer = await ask(false);
    expect(answer.status).toBe(502);
    expect(await rowOf(answer)).toMatchObject({
      outcome: 'upstream_failed',
      status: 502,
      answer: 'One two',
      completionTokens: 2,
      tokensQuality: 'counted',
    });
  });

  it('records that arrive with the failure in one read reach the client before it', async () => {
    rig.ollama.script({ chunks: ['One', ' two', { errorLine: 'boom' }], wire: { split: 'whole' } });
    const answer = await ask(true);
    const text = await answer.text();
    expect(streamedText(sseFrames(text).slice(0, -1))).toBe('One two');
    expect(await rowOf(answer)).toMatchObject({ answer: 'One two', completionTokens: 2 });
  });
});

it('a slot is free again after every kind of failure', async () => {
  for (let i = 0; i < 12; i++) {
    rig.ollama.script({ chunks: ['One', i % 2 === 0 ? { die: true } : { errorLine: 'boom' }] });
    await (await ask(i % 3 === 0)).text();
  }
  expect((await ask(false)).status).toBe(200);
});

it('an upstream whose connection is refused is 502 with a time to come back, and works again when it is up', async () => {
  const own = await GatewayRig.start();
  try {
    await own.ollama.close();
    const answer = await own.post('/v1/chat/completions', CHAT);
    expect(answer.status).toBe(502);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.headers.get('retry-after-ms')).toBe('5000');
    expect(((await answer.json()) as ErrorEnvelope).error.code).toBe('upstream_unreachable');
    expect(await own.row(answer.headers.get('x-request-id') ?? '')).toMatchObject({
      outcome: 'upstream_failed',
      status: 502,
      errorCode: 'upstream_unreachable',
    });
    const again = await startFakeOllama({ port: own.ollama.port });
    expect((await own.post('/v1/chat/completions', CHAT)).status).toBe(200);
    await again.close();
  } finally {
    await own.stop();
  }
});

it('while a model loads, heartbeats keep a stream open, and the answer is whole', async () => {
  const own = await GatewayRig.start({ variables: { HEARTBEAT_MS: '20' } });
  try {
    const headers = Promise.withResolvers<undefined>();
    own.ollama.script({ holdHeaders: headers.promise, text: 'Late but whole.' });
    const answer = await own.post('/v1/chat/completions', { ...CHAT, stream: true });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    const first = await reader?.read();
    expect(first?.value).toMatch(/^: /);
    headers.resolve(undefined);
    let text = '';
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read())
      text += part.value;
    const frames = sseFrames(text);
    expect(streamedText(frames)).toBe('Late but whole.');
    expect(frames.at(-1)).toBe('[DONE]');
  } finally {
    await own.stop();
  }
});

it('a failure after heartbeats is in-band, because the status is out', async () => {
  const own = await GatewayRig.start({ variables: { HEARTBEAT_MS: '20' } });
  try {
    const headers = Promise.withResolvers<undefined>();
    own.ollama.script({ holdHeaders: headers.promise, error: { status: 500, message: 'cannot load' } });
    const answer = await own.post('/v1/chat/completions', { ...CHAT, stream: true });
    expect(answer.status).toBe(200);
    headers.resolve(undefined);
    const frames = sseFrames(await answer.text());
    expect(frames).toHaveLength(1);
    expect((JSON.parse(frames[0] ?? '') as ErrorEnvelope).error.code).toBe('upstream_error');
    expect(await own.row(answer.headers.get('x-request-id') ?? '')).toMatchObject({
      outcome: 'upstream_failed',
      status: 200,
    });
  } finally {
    await own.stop();
  }
});
