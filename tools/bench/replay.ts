import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { startFakeOllama } from '../fake-ollama/fake-ollama.ts';
import { type ReplayOrder, MODEL, orderIn } from './replay-order.ts';

/**
 * The upstream of the benchmarks, a process of its own: it takes one answer of the fake Ollama at its start and replays
 * the bytes, so that what is measured is the gateway and not the stand-in.
 */
async function main(): Promise<void> {
  const answers = new Answers();
  await answers.record();
  const server = createServer({ noDelay: true }, (socket) => serve(socket, answers));
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
  process.once('disconnect', () => process.exit(0));
}

/** The fake's bytes: the list of models, and the records of one long answer. */
class Answers {
  tags: Buffer = Buffer.alloc(0);
  private records: Buffer[] = [];
  private done: Buffer = Buffer.alloc(0);
  private readonly wholes = new Map<number, Buffer>();

  async record(): Promise<void> {
    const fake = await startFakeOllama({ answerTokens: 4096, models: [{ name: MODEL }] });
    const tags = await (await fetch(`${fake.url}/api/tags`)).text();
    this.tags = Buffer.from(
      `HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(tags)}\r\n\r\n${tags}`,
    );
    const answer = await fetch(`${fake.url}/api/chat`, {
      method: 'POST',
      body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'Tell me something.' }] }),
    });
    const lines = (await answer.text()).trimEnd().split('\n');
    this.done = chunk(lines.pop() ?? '');
    this.records = lines.map(chunk);
    await fake.close();
  }

  /** The chunks of an answer of so many tokens, the done record last. */
  chunks(tokens: number): Buffer[] {
    const chunks = Array.from(
      { length: tokens },
      (_, at) => this.records[at % this.records.length] ?? Buffer.alloc(0),
    );
    return [...chunks, Buffer.concat([this.done, END])];
  }

  whole(tokens: number): Buffer {
    const made = this.wholes.get(tokens) ?? Buffer.concat([HEAD, ...this.chunks(tokens)]);
    this.wholes.set(tokens, made);
    return made;
  }
}

const HEAD = Buffer.from(
  'HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nTransfer-Encoding: chunked\r\n\r\n',
);
const END = Buffer.from('0\r\n\r\n');

function chunk(line: string): Buffer {
  const bytes = Buffer.from(`${line}\n`);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** Reads requests off a connection as far as their lengths tell, and answers each. */
function serve(socket: Socket, answers: Answers): void {
  let text = '';
  socket.setEncoding('latin1');
  socket.on('error', () => undefined);
  socket.on('data', (part: string) => {
    text += part;
    for (;;) {
      const head = text.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
      const end = head + 4 + length;
      if (text.length < end) return;
      const body = text.slice(head + 4, end);
      if (text.startsWith('POST')) play(socket, answers, orderIn(body));
      else socket.write(answers.tags);
      text = text.slice(end);
    }
  });
}

function play(socket: Socket, answers: Answers, { tokens, write, paceMs }: ReplayOrder): void {
  if (write === 'whole') {
    socket.write(answers.whole(tokens));
    return;
  }
  const chunks = answers.chunks(tokens);
  let at = 0;
  let dueMs = performance.now();
  socket.write(HEAD);
  const next = (): void => {
    const piece = chunks[at++];
    if (piece === undefined || socket.destroyed) return;
    const ready = socket.write(piece);
    if (!ready) socket.once('drain', next);
    else if (paceMs === 0) setImmediate(next);
    else {
      // Late tokens are made up for, so that the rate holds on a busy machine.
      dueMs += paceMs;
      setTimeout(next, Math.max(0, dueMs - performance.now()));
    }
  };
  next();
}

await main();
