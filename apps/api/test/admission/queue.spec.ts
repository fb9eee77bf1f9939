import { type FakeOllama, startFakeOllama } from '../../../../tools/fake-ollama/fake-ollama.ts';
import { AdmissionService } from '../../src/admission/admission.service';
import { keySubject } from '../../src/admission/limits/limit-plan';
import { chat, makeKey } from '../keys/keys-rig';
import { API_KEY, GatewayRig } from '../support/gateway-rig';

/** Holds every answer of the fake until it is let go; `arrived` resolves when so many requests are held. */
function hold(rig: GatewayRig): { letGo: () => void; arrived: (count: number) => Promise<unknown> } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const script = rig.ollama.script({ times: Infinity, holdHeaders: promise, text: 'done' });
  return {
    letGo: () => {
      script.remove();
      resolve(undefined);
    },
    arrived: (count) =>
      rig.eventually(
        () => Promise.resolve(script.requests.length >= count || undefined),
        `${count} requests held`,
      ),
  };
}

describe('the queue in front of one slot', () => {
  let rig: GatewayRig;
  beforeAll(async () => {
    rig = await GatewayRig.start({
      variables: {
        HOST_SLOTS: '1',
        QUEUE_MAX: '3',
        QUEUE_MAX_PER_KEY: '2',
        QUEUE_WAIT_MS: '5000',
        HEARTBEAT_MS: '20',
      },
    });
  });
  afterAll(() => rig.stop());
  const queued = (count: number) =>
    rig.eventually(
      () => Promise.resolve(rig.app.nest.get(AdmissionService).queued === count || undefined),
      `${count} waiting`,
    );

  it('refuses a key that fills its own share with 429, and the rest with 503 once it is full; both say when to come back', async () => {
    const [a, b] = [await makeKey(rig), await makeKey(rig)];
    const { letGo, arrived } = hold(rig);
    const accepted = [chat(rig.gatewayUrl, a.secret)];
    await arrived(1);
    accepted.push(chat(rig.gatewayUrl, a.secret), chat(rig.gatewayUrl, a.secret));
    await queued(2);
    const own = await chat(rig.gatewayUrl, a.secret);
    expect(own).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
    expect(Number(own.headers.get('retry-after-ms'))).toBeGreaterThan(0);
    accepted.push(chat(rig.gatewayUrl, b.secret));
    await queued(3);
    const whole = await chat(rig.gatewayUrl, b.secret);
    expect(whole).toMatchObject({ status: 503, code: 'server_is_overloaded' });
    expect(Number(whole.headers.get('retry-after'))).toBeGreaterThan(0);
    letGo();
    expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it('forgets a caller that leaves at once, and asks the model nothing for it', async () => {
    const { letGo, arrived } = hold(rig);
    const first = chat(rig.gatewayUrl, API_KEY);
    await arrived(1);
    const leaving = new AbortController();
    const left = fetch(`${rig.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      signal: leaving.signal,
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'llama3.1:8b', messages: [{ role: 'user', content: 'never asked' }] }),
    }).catch(() => 'left');
    await queued(1);
    leaving.abort();
    expect(await left).toBe('left');
    await queued(0);
    letGo();
    expect((await first).status).toBe(200);
    expect(rig.ollama.requests.some(({ body }) => JSON.stringify(body).includes('never asked'))).toBe(false);
    await rig.eventually(
      async () =>
        (await rig.rows(1)).find(({ outcome, status }) => outcome === 'client_left' && status === 499),
      'the row of who left',
    );
  });

  it('tells a stream that waits its position and when it may start', async () => {
    const { letGo, arrived } = hold(rig);
    const first = chat(rig.gatewayUrl, API_KEY);
    await arrived(1);
    const answer = await rig.post('/v1/chat/completions', {
      model: 'llama3.1:8b',
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
    });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    const { value } = await reader.read();
    expect(value).toMatch(/^: waiting in the queue: position 1, starts in about \d+ s\n\n/);
    letGo();
    let rest = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) rest += part.value;
    expect(rest).toContain('data: [DONE]');
    await first;
  });

  it('runs no more of a key at once than its limit; the others pass it by', async () => {
    const wide = await GatewayRig.start({ variables: { HOST_SLOTS: '4' } });
    try {
      const narrow = await makeKey(wide, { limits: { concurrentRequests: 1 } });
      const { letGo, arrived } = hold(wide);
      const asked = [1, 2, 3].map(() => chat(wide.gatewayUrl, narrow.secret));
      await arrived(1);
      const other = chat(wide.gatewayUrl, API_KEY);
      await arrived(2);
      const admission = wide.app.nest.get(AdmissionService);
      await wide.eventually(
        () => Promise.resolve(admission.queued === 2 || undefined),
        'two of the key waiting',
      );
      expect(admission.useOf(keySubject(narrow.id))).toEqual({ running: 1, waiting: 2 });
      letGo();
      expect((await Promise.all([...asked, other])).map(({ status }) => status)).toEqual([
        200, 200, 200, 200,
      ]);
    } finally {
      await wide.stop();
    }
  });
});

describe('several hosts', () => {
  let rig: GatewayRig;
  let second: FakeOllama;
  beforeAll(async () => {
    second = await startFakeOllama({ slots: 4 });
    rig = await GatewayRig.start({ secondHostUrl: second.url, variables: { HOST_SLOTS: '2' } });
  });
  afterAll(async () => {
    await rig.stop();
    await second.close();
  });
  const hostOf = async (headers: Headers) => (await rig.row(headers.get('x-request-id')!)).host;
  const nameOf = (ollama: FakeOllama) => new URL(ollama.url).host;

  it('prefers the host that has the model in memory', async () => {
    second.script({ times: Infinity, text: 'from the second' });
    rig.ollama.script({ error: { status: 500, message: 'out of memory' } });
    const moved = await chat(rig.gatewayUrl, API_KEY);
    expect(moved.status).toBe(200);
    expect(await hostOf(moved.headers)).toBe(nameOf(second));
    const next = await chat(rig.gatewayUrl, API_KEY);
    expect(await hostOf(next.headers)).toBe(nameOf(second));
    second.clearScripts();
  });

  it('tries one other host after a failure before the first record, and no third time', async () => {
    const before = rig.ollama.requests.length + second.requests.length;
    rig.ollama.script({ error: { status: 500, message: 'out of memory' } });
    second.script({ error: { status: 500, message: 'out of memory' } });
    const failed = await chat(rig.gatewayUrl, API_KEY);
    expect(failed).toMatchObject({ status: 502, code: 'upstream_error' });
    const asked = [...rig.ollama.requests, ...second.requests].filter(({ path }) => path === '/api/chat');
    expect(rig.ollama.requests.length + second.requests.length - before).toBe(2);
    expect(asked.length).toBeGreaterThanOrEqual(2);
    rig.ollama.clearScripts();
    second.clearScripts();
  });

  it('does not try another host after the first record, nor for an error of the request', async () => {
    const script = { chunks: ['half', { die: true as const }] };
    rig.ollama.script(script);
    second.script(script);
    expect((await chat(rig.gatewayUrl, API_KEY)).status).toBe(502);
    const refusal = { error: { status: 400, message: 'bad option' } };
    rig.ollama.clearScripts();
    second.clearScripts();
    rig.ollama.script(refusal);
    second.script(refusal);
    expect((await chat(rig.gatewayUrl, API_KEY)).status).toBe(400);
    rig.ollama.clearScripts();
    second.clearScripts();
  });

  it('gives a host that fails three times in a row a rest', async () => {
    const port = second.port;
    await second.close();
    for (let n = 0; n < 12; n++) expect((await chat(rig.gatewayUrl, API_KEY)).status).toBe(200);
    const answers = await Promise.all([1, 2, 3, 4].map(() => chat(rig.gatewayUrl, API_KEY)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    second = await startFakeOllama({ slots: 4, port });
  });
});
