import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { API_KEY } from './gateway-rig';

/** One TCP connection to the gateway, driven byte by byte: for what no HTTP client does on purpose. */
export class RawConnection {
  private text = '';

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      this.text += chunk;
    });
    // A connection that the gateway cuts is a finding, not a crash.
    socket.on('error', () => undefined);
  }

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** Everything that came so far. */
  get received(): string {
    return this.text;
  }

  get closed(): boolean {
    return this.socket.closed;
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** Sends a whole POST with the rig's key. */
  post(path: string, body: unknown): void {
    this.send(postRequest(path, JSON.stringify(body)));
  }

  /** Resolves once what came so far satisfies the condition. */
  async until(condition: (received: string) => boolean): Promise<string> {
    while (!condition(this.text)) {
      if (this.socket.closed) throw new Error(`the connection ended with: ${this.text}`);
      await Promise.race([once(this.socket, 'data'), once(this.socket, 'close')]);
    }
    return this.text;
  }

  /** Resolves with everything once the gateway has ended the connection. */
  async ended(): Promise<string> {
    if (!this.socket.closed) await once(this.socket, 'close');
    return this.text;
  }

  /** Stops reading: the kernel's buffers fill up. */
  pause(): void {
    this.socket.pause();
  }

  /** Leaves without a word. */
  leave(): void {
    this.socket.destroy();
  }
}

/** A POST as bytes, with the rig's key. */
export function postRequest(path: string, body: string): string {
  return [
    `POST ${path} HTTP/1.1`,
    'host: gateway',
    `authorization: Bearer ${API_KEY}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

/** The ids of the rows that the answers name, in order. */
export function requestIds(received: string): string[] {
  return [...received.matchAll(/x-request-id: (\S+)/gi)].map((match) => match[1] ?? '');
}
