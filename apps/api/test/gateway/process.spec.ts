import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeOllama, startFakeOllama } from '../../../../tools/fake-ollama/fake-ollama.ts';
import { buildGateway, GatewayProcess } from '../support/gateway-process';
import { RawConnection, requestIds } from '../support/raw-connection';
import { sseFrames } from '../support/sse-frames';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

const CHAT = { model: 'llama3.1:8b', messages: [{ role: 'user', content: 'Say hello.' }] };
const PATH = '/v1/chat/completions';

jest.setTimeout(60_000);

let database: TestDatabase;
let ollama: FakeOllama;
let dataDir: string;
const started: GatewayProcess[] = [];
beforeAll(buildGateway, 120_000);
beforeEach(async () => {
  database = await startTestDatabase();
  ollama = await startFakeOllama({ slots: 4 });
  dataDir = mkdtempSync(join(tmpdir(), 'ollameter-process-'));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((gateway) => gateway.kill()));
  await ollama.close();
  await database.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(variables: Record<string, string> = {}): Promise<GatewayProcess> {
  const gateway = await GatewayProcess.start({
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    OLLAMA_URL: ollama.url,
    ...variables,
  });
  started.push(gateway);
  return gateway;
}

/** Opens a stream and waits for its first token; the rest waits for `release`. */
async function openStream(gateway: GatewayProcess) {
  const script = ollama.script({ chunks: ['One', { stall: true }, ' two'] });
  const client = await RawConnection.open(gateway.gatewayUrl);
  client.post(PATH, { ...CHAT, stream: true });
  const id = requestIds(await client.until((text) => text.includes('One')))[0] ?? '';
  return { client, id, release: () => script.release() };
}

/** Whether as many bytes have come as the answer's head says it has. */
function isWholeAnswer(received: string): boolean {
  const [head = '', ...body] = received.split('\r\n\r\n');
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  return length !== undefined && Buffer.byteLength(body.join('\r\n\r\n')) >= Number(length);
}

describe('kill -9', () => {
  it.each([
    ['streamed', true],
    ['unary', false],
  ])(
    'right after the last byte of a %s answer: the row is there after the next start, once',
    async (_, stream) => {
      const gateway = await start();
      ollama.script({ text: 'The last byte.', done: { metrics: { prompt_eval_count: 7, eval_count: 3 } } });
      const client = await RawConnection.open(gateway.gatewayUrl);
      client.post(PATH, { ...CHAT, stream });
      const text = await client.until((received) =>
        stream ? received.includes('data: [DONE]\n\n') : isWholeAnswer(received),
      );
      await gateway.kill();
      const [id = ''] = requestIds(text);
      const again = await start();
      expect(await again.row(id)).toMatchObject({
        outcome: 'completed',
        status: 200,
        promptTokens: 7,
        completionTokens: 3,
        answer: 'The last byte.',
      });
      expect(await database.rows('SELECT id FROM request_log')).toEqual([{ id }]);
      expect(await database.rows('SELECT sum(requests)::int AS requests FROM usage_rollup')).toEqual([
        { requests: 1 },
      ]);
    },
  );

  it('in the middle of an answer: the row says interrupted after the next start', async () => {
    const gateway = await start();
    const { id } = await openStream(gateway);
    await gateway.kill();
    const again = await start();
    expect(await again.row(id)).toMatchObject({
      outcome: 'interrupted',
      model: 'llama3.1:8b',
      streamed: true,
      completionTokens: null,
    });
  });
});

describe('SIGTERM', () => {
  it('lets a running stream finish, takes nothing new, and ends with 0 as soon as it can', async () => {
    const gateway = await start({ DRAIN_MS: '60000' });
    const unused = await RawConnection.open(gateway.gatewayUrl);
    const idle = await RawConnection.open(gateway.gatewayUrl);
    idle.post(PATH, CHAT);
    await idle.until((text) => text.includes('"total_tokens"'));
    const { client, release } = await openStream(gateway);
    gateway.terminate();
    // Idle connections are closed, one that never asked anything too, and nobody listens any more.
    await Promise.all([idle.ended(), unused.ended()]);
    await expect(RawConnection.open(gateway.gatewayUrl)).rejects.toThrow('ECONNREFUSED');
    release();
    const text = await client.until((received) => received.includes('data: [DONE]'));
    expect(text).toContain(' two');
    expect(await gateway.exited()).toBe(0);
    expect(await database.rows('SELECT outcome FROM request_log ORDER BY id')).toEqual([
      { outcome: 'completed' },
      { outcome: 'completed' },
    ]);
  });

  it('tells a stream that outlives DRAIN_MS in-band, keeps what it said, and ends with 0', async () => {
    const gateway = await start({ DRAIN_MS: '200' });
    const { client, id } = await openStream(gateway);
    gateway.terminate();
    const frames = sseFrames((await client.ended()).replaceAll(/^[0-9a-f]+\r\n|\r\n/gm, ''));
    expect(JSON.parse(frames.at(-1) ?? '')).toMatchObject({ error: { code: 'draining' } });
    expect(frames).not.toContain('[DONE]');
    expect(await gateway.exited()).toBe(0);
    expect(await database.rows('SELECT id, outcome, error_code, completion_tokens FROM request_log')).toEqual(
      [{ id, outcome: 'interrupted', error_code: 'draining', completion_tokens: 1 }],
    );
  });

  it('answers a unary request that outlives DRAIN_MS with a status to retry on', async () => {
    const gateway = await start({ DRAIN_MS: '200' });
    const script = ollama.script({ chunks: ['One', { stall: true }] });
    const client = await RawConnection.open(gateway.gatewayUrl);
    client.post(PATH, CHAT);
    await ollama.waitFor(() => script.requests[0]?.slotAt);
    gateway.terminate();
    const text = await client.ended();
    expect(text).toMatch(/^HTTP\/1\.1 503 /);
    expect(text).toMatch(/retry-after: 5\r\n/i);
    expect(await gateway.exited()).toBe(0);
  });
});

describe('200 strangers who post 32 MB each', () => {
  const POSTS = 200;
  const BODY_BYTES = 32 * 1024 * 1024;
  /** The bodies together are 6.4 GB. */
  const GROWTH_BYTES = 64 * 1024 * 1024;

  /** What they are told; each sends as much of its body as is taken, until its connection ends. */
  function flood(gateway: GatewayProcess): Promise<string[]> {
    const { hostname, port } = new URL(gateway.gatewayUrl);
    const piece = Buffer.alloc(256 * 1024, 'x');
    return Promise.all(
      Array.from({ length: POSTS }, () => {
        const socket = connect({ host: hostname, port: Number(port) });
        let answer = '';
        let sent = 0;
        const send = () => {
          while (sent < BODY_BYTES && !socket.destroyed) {
            sent += piece.length;
            if (!socket.write(piece)) return;
          }
        };
        socket.write(
          `POST ${PATH} HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\ncontent-length: ${BODY_BYTES}\r\n\r\n`,
        );
        send();
        socket
          .on('drain', send)
          .on('data', (bytes) => (answer += bytes.toString('latin1')))
          // The gateway ends what it does not read.
          .on('error', () => undefined);
        return new Promise<string>((closed) => socket.once('close', () => closed(answer.slice(9, 12))));
      }),
    );
  }

  it('are refused before their bodies are read: memory stays flat, and one row tells of them', async () => {
    const gateway = await start();
    await flood(gateway);
    const before = gateway.residentBytes;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, gateway.residentBytes)), 100);
    const statuses = await flood(gateway);
    clearInterval(watch);
    most = Math.max(most, gateway.residentBytes);
    expect(new Set(statuses)).toEqual(new Set(['401']));
    expect(most - before).toBeLessThan(GROWTH_BYTES);
    gateway.terminate();
    await gateway.exited();
    expect(await database.rows('SELECT outcome, status, error_code FROM request_log')).toEqual([
      { outcome: 'rejected', status: 401, error_code: 'invalid_api_key' },
    ]);
  });
});
