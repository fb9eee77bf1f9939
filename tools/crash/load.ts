import { Agent, type IncomingMessage, request } from 'node:http';
import type { ClientLedger } from './client-ledger.ts';
import type { Random } from './random.ts';

const LEAVING_SHARE = 0.08;
const PADDING_WORDS = 400;

/** Clients that ask as fast as they are answered, streamed and whole, until they are told to stop. */
export class Load {
  private running = true;
  private readonly agent = new Agent({ keepAlive: true });
  private readonly clients: Promise<void>[];
  private readonly url: string;
  private readonly key: string;
  private readonly ledger: ClientLedger;
  private readonly random: Random;

  constructor(url: string, key: string, clients: number, ledger: ClientLedger, random: Random) {
    this.url = url;
    this.key = key;
    this.ledger = ledger;
    this.random = random;
    this.clients = Array.from({ length: clients }, () => this.client());
  }

  /** Resolves when every connection has ended, so that nothing a client has received is unread. */
  async ended(): Promise<void> {
    this.running = false;
    await Promise.all(this.clients);
    this.agent.destroy();
  }

  private async client(): Promise<void> {
    while (this.running) await this.ask();
  }

  private ask(): Promise<void> {
    const mark = this.ledger.nextMark();
    const stream = this.random.chance(0.5);
    const leaves = stream && this.random.chance(LEAVING_SHARE);
    const padding = 'word '.repeat(this.random.between(0, PADDING_WORDS));
    return new Promise((done) => {
      const lost = () => {
        this.ledger.unfinished++;
        // A dead gateway refuses at once; this is no benchmark of refusals.
        setTimeout(done, 20);
      };
      const asked = request(
        `${this.url}/v1/chat/completions`,
        {
          method: 'POST',
          agent: this.agent,
          headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
        },
        (answer) => {
          if (leaves) answer.once('data', () => asked.destroy());
          this.read(answer, mark, stream).then(done, lost);
        },
      );
      asked.on('error', lost);
      asked.end(
        JSON.stringify({
          model: 'llama3.1:8b',
          stream,
          messages: [{ role: 'user', content: `${mark} ${padding}` }],
        }),
      );
    });
  }

  /** Notes an answer that is whole by the protocol's own sign; rejects for one that is not. */
  private async read(answer: IncomingMessage, mark: string, stream: boolean): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    if (!answer.complete) throw new Error('cut');
    const body = Buffer.concat(chunks).toString();
    if (answer.statusCode !== 200) {
      this.ledger.refused.add(mark);
      await new Promise((done) => setTimeout(done, 10));
      return;
    }
    const text = stream ? streamedText(body) : wholeText(body);
    if (text === null) throw new Error('not whole');
    const id = String(answer.headers['x-request-id']);
    this.ledger.whole.set(id, { id, mark, text });
  }
}

interface Chunk {
  choices: { delta: { content?: string } }[];
}

function streamedText(body: string): string | null {
  if (!body.endsWith('data: [DONE]\n\n')) return null;
  let text = '';
  for (const line of body.split('\n')) {
    if (!line.startsWith('data: {')) continue;
    text += (JSON.parse(line.slice(6)) as Chunk).choices[0]?.delta.content ?? '';
  }
  return text;
}

function wholeText(body: string): string {
  return (JSON.parse(body) as { choices: [{ message: { content: string } }] }).choices[0].message.content;
}
