import { connect, type Socket } from 'node:net';

/** When the parts of one answer came, `performance.now()` ms, and what was counted in it. */
export interface Timing {
  readonly askedAt: number;
  readonly firstByteAt: number;
  readonly endedAt: number;
  readonly status: number;
  /** How often the mark stood in the body. */
  readonly marks: number;
  /** Times of the reads that held a mark; only where asked for. */
  readonly markedAt: readonly number[];
  readonly bytes: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/** One keep-alive connection that asks one thing at a time and looks at the answer as little as it can. */
export class RawClient {
  private readonly socket: Socket;
  private readonly mark: Buffer;
  private readonly timed: boolean;
  private finish: ((timing: Timing) => void) | null = null;
  private fail: ((error: Error) => void) | null = null;
  private head: Buffer | null = null;
  private tail: Buffer = Buffer.alloc(0);
  private carried: Buffer = Buffer.alloc(0);
  private remaining: number | null = null;
  private askedAt = 0;
  private firstByteAt = 0;
  private status = 0;
  private marks = 0;
  private markedAt: number[] = [];
  private bytes = 0;

  private constructor(socket: Socket, mark: string, timed: boolean) {
    this.socket = socket;
    this.mark = Buffer.from(mark);
    this.timed = timed;
    socket.on('data', (part: Buffer) => this.take(part));
    const broken = () => this.fail?.(new Error('the connection broke in the middle of an answer'));
    socket.on('error', broken).on('close', broken);
  }

  /** @param mark bytes to count in bodies: one per token, for streams. */
  static open(url: string, mark = '\n', timed = false): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawClient(socket, mark, timed));
      });
    });
  }

  ask(request: Buffer): Promise<Timing> {
    this.head = null;
    this.tail = this.carried = Buffer.alloc(0);
    this.remaining = null;
    this.firstByteAt = 0;
    this.marks = this.bytes = 0;
    this.markedAt = [];
    return new Promise((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
      this.askedAt = performance.now();
      this.socket.write(request);
    });
  }

  close(): void {
    this.fail = null;
    this.socket.destroy();
  }

  private take(part: Buffer): void {
    const now = performance.now();
    this.bytes += part.length;
    let body = part;
    if (this.head === null || this.remaining === null) {
      if (this.firstByteAt === 0) this.firstByteAt = now;
      this.head = this.head === null ? part : Buffer.concat([this.head, part]);
      const end = this.head.indexOf(HEAD_END);
      if (end < 0) return;
      const text = this.head.toString('latin1', 0, end);
      this.status = Number(text.slice(9, 12));
      const length = /content-length: (\d+)/i.exec(text)?.[1];
      this.remaining = length === undefined ? -1 : Number(length);
      body = this.head.subarray(end + HEAD_END.length);
    }
    this.count(body, now);
    if (this.remaining >= 0) {
      this.remaining -= body.length;
      if (this.remaining <= 0) this.done(now);
      return;
    }
    this.tail = body.length >= LAST_CHUNK.length ? body : Buffer.concat([this.tail, body]);
    const rest = this.tail.subarray(-LAST_CHUNK.length);
    this.tail = rest;
    if (rest.equals(LAST_CHUNK)) this.done(now);
  }

  /** A mark may lie across two reads. */
  private count(body: Buffer, now: number): void {
    const bytes = this.carried.length === 0 ? body : Buffer.concat([this.carried, body]);
    const before = this.marks;
    for (let at = bytes.indexOf(this.mark); at >= 0; at = bytes.indexOf(this.mark, at + this.mark.length))
      this.marks++;
    this.carried = bytes.subarray(Math.max(0, bytes.length - this.mark.length + 1));
    if (this.timed && this.marks > before) this.markedAt.push(now);
  }

  private done(now: number): void {
    const { finish } = this;
    this.finish = this.fail = null;
    finish?.({
      askedAt: this.askedAt,
      firstByteAt: this.firstByteAt,
      endedAt: now,
      status: this.status,
      marks: this.marks,
      markedAt: this.markedAt,
      bytes: this.bytes,
    });
  }
}
