import { Client } from 'pg';

const CHANNEL = 'api_key';
const RECONNECT_MS = 1_000;

/** One connection that hears of every changed key from PostgreSQL; it comes back by itself after an outage. */
export class KeyListener {
  private client: Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(
    private readonly databaseUrl: string,
    /** Called with each changed key's id. */
    private readonly onChange: (keyId: string) => void,
    /** Called whenever listening begins: what changed before was not heard. */
    private readonly onListening: () => void,
  ) {}

  start(): void {
    this.connect().catch(() => this.reconnect());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = new Client({
      connectionString: this.databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    this.client = client;
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ payload }) => {
      if (payload !== undefined) this.onChange(payload);
    });
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    this.onListening();
  }

  private lost(client: Client): void {
    if (this.client !== client) return;
    this.client = null;
    this.reconnect();
  }

  private reconnect(): void {
    if (this.stopped || this.timer !== null) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.start();
    }, RECONNECT_MS);
    this.timer.unref();
  }
}
