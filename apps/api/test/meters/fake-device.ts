import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
  /** How long the device takes to say so. */
  afterMs?: number;
}

/** A device on a real socket; what it says is up to the test. */
export class FakeDevice {
  /** Path and headers of every request, oldest first. */
  readonly requests: { path: string; headers: IncomingMessage['headers'] }[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
    public answer: (path: string, headers: IncomingMessage['headers']) => Answer,
  ) {}

  static async start(answer: FakeDevice['answer']): Promise<FakeDevice> {
    const device: { current?: FakeDevice } = {};
    const server = createServer((request, response) => device.current?.serve(request, response));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    device.current = new FakeDevice(server, `http://127.0.0.1:${port}`, answer);
    return device.current;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push({ path: request.url ?? '', headers: request.headers });
    const { status = 200, headers = {}, body, afterMs = 0 } = this.answer(request.url ?? '', request.headers);
    const say = () => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    if (afterMs > 0) setTimeout(say, afterMs);
    else say();
  }
}

/** `Switch.GetStatus` of a Shelly Plug S Gen3. */
export function shellyStatus(apower: number | undefined, totalWh: number): object {
  return {
    id: 0,
    source: 'init',
    output: true,
    ...(apower !== undefined && { apower }),
    voltage: 236.8,
    freq: 50,
    current: 0.35,
    aenergy: { total: totalWh, by_minute: [980.012, 1204.5, 1199.1], minute_ts: 1795521600 },
    ret_aenergy: { total: 0, by_minute: [0, 0, 0], minute_ts: 1795521600 },
    temperature: { tC: 41.2, tF: 106.2 },
  };
}
