import type { RecordedRequest } from '../../../../tools/fake-ollama/fake-ollama.ts';
import { GatewayRig } from '../support/gateway-rig';
import { RawConnection, postRequest, requestIds } from '../support/raw-connection';

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start({ variables: { HOST_SLOTS: '1' } });
});
afterAll(() => rig.stop());
afterEach(() => rig.ollama.clearScripts());

const CHAT = { model: 'llama3.1:8b', messages: [{ role: 'user', content: 'Say hello.' }] };
const PATH = '/v1/chat/completions';
const CANCEL_WITHIN_MS = 100;

/** Does something that makes one row, and waits for that row. */
async function rowAfter(act: () => Promise<void>) {
  const fromMs = Date.now();
  await act();
  return rig.eventually(async () => {
    const rows = await rig.rows(0);
    const made = rows.find(({ at }) => Date.parse(at) >= fromMs);
    return made === undefined ? undefined : rig.row(made.id);
  }, 'the row that this made');
}

/** The client leaves; resolves when Ollama has seen it, with the time that took. */
async function cancelledAfterMs(client: RawConnection, upstream: RecordedRequest): Promise<number> {
  const leftAtMs = performance.now();
  client.leave();
  await rig.ollama.aborted(upstream);
  return performance.now() - leftAtMs;
}

describe.each([
  ['unary', false],
  ['streamed', true],
])('a client of a %s answer that leaves', (_, stream) => {
  it('before the first byte cancels the generation at once', async () => {
    const row = await rowAfter(async () => {
      const script = rig.ollama.script({ chunks: [{ stall: true }] });
      const client = await RawConnection.open(rig.gatewayUrl);
      client.post(PATH, { ...CHAT, stream });
      const upstream = await rig.ollama.waitFor(() => script.requests[0]);
      expect(await cancelledAfterMs(client, upstream)).toBeLessThan(CANCEL_WITHIN_MS);
    });
    expect(row).toMatchObject({
      outcome: 'client_left',
      status: 499,
      errorCode: 'client_left',
      model: 'llama3.1:8b',
      answer: null,
      completionTokens: null,
      streamed: stream,
    });
  });

  it('in the middle cancels the generation, and the row keeps what was generated', async () => {
    const row = await rowAfter(async () => {
      const script = rig.ollama.script({ chunks: ['One', ' two', ' three', { stall: true }, ' four'] });
      const client = await RawConnection.open(rig.gatewayUrl);
      client.post(PATH, { ...CHAT, stream });
      const upstream = await rig.ollama.waitFor(() => script.requests[0]);
      if (stream) {
        await client.until((text) => text.includes('three'));
      } else {
        await rig.eventually(
          () => Promise.resolve(upstream.recordsWritten === 3 || undefined),
          'three records',
        );
        // Whatever was on the wire before this round trip has been read.
        await fetch(`${rig.gatewayUrl}/health/live`);
      }
      expect(await cancelledAfterMs(client, upstream)).toBeLessThan(CANCEL_WITHIN_MS);
    });
    expect(row).toMatchObject({
      outcome: 'client_left',
      status: stream ? 200 : 499,
      answer: 'One two three',
      completionTokens: 3,
      tokensQuality: 'counted',
    });
  });

  it('while it waits for a slot leaves the queue, and Ollama never hears of it', async () => {
    const script = rig.ollama.script({ chunks: ['Busy', { stall: true }] });
    const holder = await RawConnection.open(rig.gatewayUrl);
    holder.post(PATH, { ...CHAT, stream: true });
    await holder.until((text) => text.includes('Busy'));
    const asked = rig.ollama.requests.length;
    const row = await rowAfter(async () => {
      const client = await RawConnection.open(rig.gatewayUrl);
      client.post(PATH, { ...CHAT, stream });
      await rig.eventually(
        () => Promise.resolve(rig.queued === 1 || undefined),
        'the request to stand in the queue',
      );
      client.leave();
    });
    expect(row).toMatchObject({ outcome: 'client_left', status: 499, host: null, queueMs: null });
    expect(rig.ollama.requests).toHaveLength(asked);
    script.release();
    expect(await holder.until((text) => text.includes('[DONE]'))).not.toContain('error');
    holder.leave();
  });
});

it('a client that leaves while its body is still on the way leaves a row', async () => {
  const row = await rowAfter(async () => {
    const client = await RawConnection.open(rig.gatewayUrl);
    client.send(postRequest(PATH, JSON.stringify(CHAT)).slice(0, -10));
    client.leave();
  });
  expect(row).toMatchObject({
    outcome: 'client_left',
    status: 499,
    model: null,
    endpoint: 'chat.completions',
  });
});

it('a client that leaves after the last byte has a whole answer in the log', async () => {
  const client = await RawConnection.open(rig.gatewayUrl);
  client.post(PATH, { ...CHAT, stream: true });
  const text = await client.until((received) => received.includes('data: [DONE]'));
  client.leave();
  expect(await rig.row(requestIds(text)[0] ?? '')).toMatchObject({ outcome: 'completed', status: 200 });
});

it('a client that leaves with requests pipelined behind the running one leaves no row open and no slot taken', async () => {
  rig.ollama.script({ chunks: ['One', { stall: true }] });
  const client = await RawConnection.open(rig.gatewayUrl);
  const bytes = postRequest(PATH, JSON.stringify({ ...CHAT, stream: true }));
  const fromMs = Date.now();
  client.send(bytes + bytes + bytes);
  await client.until((text) => text.includes('One'));
  await rig.eventually(
    () => Promise.resolve(rig.queued === 2 || undefined),
    'the pipelined requests to stand in the queue',
  );
  client.leave();
  const rows = await rig.eventually(async () => {
    const made = (await rig.rows(0)).filter(({ at }) => Date.parse(at) >= fromMs);
    return made.length === 3 ? made : undefined;
  }, 'a row of each request');
  expect(rows.map(({ outcome }) => outcome)).toEqual(['client_left', 'client_left', 'client_left']);
  expect(rig.queued).toBe(0);
  expect((await rig.post(PATH, CHAT)).status).toBe(200);
});

it('pipelined requests are answered in order on one connection', async () => {
  const client = await RawConnection.open(rig.gatewayUrl);
  rig.ollama.script({ text: 'First.' });
  rig.ollama.script({ text: 'Second.' });
  client.send(postRequest(PATH, JSON.stringify(CHAT)) + postRequest(PATH, JSON.stringify(CHAT)));
  const text = await client.until((received) => received.includes('Second.'));
  expect(text.indexOf('First.')).toBeLessThan(text.indexOf('Second.'));
  for (const id of requestIds(text)) expect(await rig.row(id)).toMatchObject({ outcome: 'completed' });
  client.leave();
});

it('a client that stops reading is cut off in time, and the row keeps what was generated', async () => {
  const own = await GatewayRig.start({ variables: { CLIENT_STALL_MS: '100' } });
  try {
    const script = own.ollama.script({ chunks: Array.from({ length: 400 }, () => 'x'.repeat(65_536)) });
    const client = await RawConnection.open(own.gatewayUrl);
    client.pause();
    client.post(PATH, { ...CHAT, stream: true });
    await own.ollama.aborted(await own.ollama.waitFor(() => script.requests[0]));
    const [row] = await own.rows(1);
    expect(row).toMatchObject({ outcome: 'client_left', status: 200, errorCode: 'client_left' });
    expect(row?.completionTokens).toBeGreaterThan(0);
    client.leave();
  } finally {
    await own.stop();
  }
});
