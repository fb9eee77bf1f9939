import { Agent, request } from 'node:http';
import { eventually } from '../support/eventually';
import { buildGateway, type GatewayProcess } from '../support/gateway-process';
import { API_KEY } from '../support/gateway-rig';
import { nginxIsInstalled, NginxServer } from '../support/nginx-server';
import { redisIsInstalled } from '../support/redis-server';
import { ReplicaFleet } from './replica-fleet';

jest.setTimeout(90_000);

const CLIENTS = 12;
/** Whole answers before one of the two is stopped, and after it is gone. */
const ANSWERS = 60;

/** Clients through nginx that ask one after the other, every second one streamed. */
class Clients {
  readonly whole: string[] = [];
  readonly surprises: string[] = [];
  private readonly agent = new Agent({ keepAlive: true });
  private running = true;
  private readonly all: Promise<void>[];

  constructor(private readonly port: number) {
    this.all = Array.from({ length: CLIENTS }, (_, n) => this.client(n % 2 === 0));
  }

  async ended(): Promise<void> {
    this.running = false;
    await Promise.all(this.all);
    this.agent.destroy();
  }

  private async client(stream: boolean): Promise<void> {
    while (this.running) await this.ask(stream).catch((error: unknown) => this.surprises.push(String(error)));
  }

  private ask(stream: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          port: this.port,
          path: '/v1/chat/completions',
          method: 'POST',
          agent: this.agent,
          headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
        },
        (answer) => {
          let text = '';
          answer
            .on('data', (bytes: Buffer) => (text += bytes.toString()))
            .on('error', reject)
            .on('close', () => {
              const isWhole = stream ? text.endsWith('data: [DONE]\n\n') : text.endsWith('}');
              if (answer.statusCode === 200 && answer.complete && isWhole)
                this.whole.push(String(answer.headers['x-request-id']));
              else this.surprises.push(`${answer.statusCode} ${text.slice(-200)}`);
              resolve();
            });
        },
      );
      const messages = [{ role: 'user', content: 'Count.' }];
      sent.on('error', reject).end(JSON.stringify({ model: 'llama3.1:8b', stream, messages }));
    });
  }
}

const isPossible = [nginxIsInstalled(), redisIsInstalled()].every(Boolean);

(isPossible ? describe : describe.skip)('one of two gateways behind nginx is stopped under load', () => {
  let fleet: ReplicaFleet;
  let nginx: NginxServer | null = null;
  beforeAll(buildGateway, 120_000);
  beforeEach(async () => {
    fleet = await ReplicaFleet.start({ slots: CLIENTS, answerTokens: 20, tokensPerSecond: 100 });
  });
  afterEach(async () => {
    await nginx?.stop();
    nginx = null;
    await fleet.stop();
  });

  const before = (gateways: readonly GatewayProcess[]) => {
    const ports = gateways.map(({ gatewayUrl }) => Number(new URL(gatewayUrl).port));
    const servers = ports.map((port) => `server 127.0.0.1:${port} max_fails=0;`);
    return NginxServer.start(ports[0] ?? 0, [
      [servers[0] ?? '', servers.join(' ')],
      ['rate=100r/s', 'rate=10000r/s'],
    ]);
  };

  it('no answer is refused, lost or cut, and each has its row', async () => {
    const variables = { HOST_SLOTS: String(CLIENTS), DRAIN_MS: '30000', TRUST_PROXY: '127.0.0.1' };
    const [one, two] = [await fleet.gateway(variables), await fleet.gateway(variables)];
    nginx = await before([one, two]);
    const clients = new Clients(nginx.port);
    const more = (than: number) =>
      eventually(() => (clients.whole.length > than ? true : undefined), 'answers', 30_000);
    await more(ANSWERS);
    one.terminate();
    expect(await one.exited()).toBe(0);
    await more(clients.whole.length + ANSWERS);
    await clients.ended();
    expect(clients.surprises).toEqual([]);
    const rows = () =>
      fleet.database.rows("SELECT id FROM request_log WHERE id = ANY ($1) AND outcome = 'completed'", [
        clients.whole,
      ]);
    await eventually(
      async () => ((await rows()).length === clients.whole.length ? true : undefined),
      'a row of every answer',
    );
    expect(await fleet.database.rows("SELECT id FROM request_log WHERE outcome <> 'completed'")).toEqual([]);
  });
});
