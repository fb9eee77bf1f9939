import { Agent, type IncomingMessage, request } from 'node:http';
import type { Random } from '../crash/random.ts';

/** What a client does, its share of the requests, and what it must get. */
const KINDS = {
  streamed: { share: 0.4, status: 200 },
  unary: { share: 0.25, status: 200 },
  leaving: { share: 0.12, status: 200 },
  embedding: { share: 0.08, status: 200 },
  models: { share: 0.05, status: 200 },
  stranger: { share: 0.05, status: 401 },
  broken: { share: 0.05, status: 400 },
} as const;

export type Kind = keyof typeof KINDS;

/** Clients that ask one after the other, each a mixture of all kinds, until they are told to stop. */
export class MixedLoad {
  readonly asked = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, 0])) as Record<Kind, number>;
  /** Ids of answers that were whole. */
  readonly whole: string[] = [];
  /** What was not as it must be: `kind: what came`. */
  readonly surprises: string[] = [];
  private readonly agent = new Agent({ keepAlive: true });
  private readonly clients: Promise<void>[];
  private readonly url: string;
  private readonly key: string;
  private readonly random: Random;
  private running = true;

  constructor(url: string, key: string, clients: number, random: Random) {
    this.url = url;
    this.key = key;
    this.random = random;
    this.clients = Array.from({ length: clients }, () => this.client());
  }

  /** Resolves when every client has its last answer. */
  async ended(): Promise<void> {
    this.running = false;
    await Promise.all(this.clients);
    this.agent.destroy();
  }

  private async client(): Promise<void> {
    while (this.running) {
      const kind = this.pick();
      this.asked[kind]++;
      await this.ask(kind).catch((error: unknown) =>
        this.surprises.push(`${kind}: ${(error as Error).message}`),
      );
    }
  }

  private pick(): Kind {
    let left = this.random.between(0, 999) / 1000;
    for (const [kind, { share }] of Object.entries(KINDS)) {
      if (left < share) return kind as Kind;
      left -= share;
    }
    return 'unary';
  }

  private async ask(kind: Kind): Promise<void> {
    const { method, path, body } = requestOf(kind, 'word '.repeat(this.random.between(1, 300)));
    const answer = await this.send(method, path, kind === 'stranger' ? `${this.key}x` : this.key, body);
    if (answer.statusCode !== KINDS[kind].status) {
      answer.resume();
      throw new Error(`status ${answer.statusCode}`);
    }
    if (kind === 'leaving') {
      await new Promise((seen) => answer.once('data', seen));
      answer.destroy();
      return;
    }
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    if (!answer.complete) throw new Error('cut');
    if (kind === 'streamed' && !text.endsWith('data: [DONE]\n\n')) throw new Error('no [DONE]');
    if (KINDS[kind].status === 200) this.whole.push(String(answer.headers['x-request-id']));
  }

  private send(method: string, path: string, key: string, body: string | null): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const sent = request(this.url + path, { method, headers, agent: this.agent }, resolve);
      sent.on('error', reject);
      sent.end(body ?? undefined);
    });
  }
}

function requestOf(kind: Kind, text: string): { method: string; path: string; body: string | null } {
  if (kind === 'models') return { method: 'GET', path: '/v1/models', body: null };
  if (kind === 'broken') return { method: 'POST', path: '/v1/chat/completions', body: `{"model": "${text}` };
  if (kind === 'embedding')
    return {
      method: 'POST',
      path: '/v1/embeddings',
      body: JSON.stringify({ model: 'nomic-embed-text', input: text }),
    };
  const stream = kind === 'streamed' || kind === 'leaving';
  const messages = [{ role: 'user', content: text }];
  return {
    method: 'POST',
    path: '/v1/chat/completions',
    body: JSON.stringify({ model: 'llama3.1:8b', stream, messages }),
  };
}
