import { Client } from 'pg';

/** Longer than any honest batch takes; a server that is silent for so long is left. */
const SILENCE_MS = 30_000;
const CONNECT_MS = 5_000;
/** The server ends what we have given up, so that its locks go too. */
const STATEMENT_MS = 25_000;

/** A statement's result as the writer needs it. */
export type Run = <R>(sql: string, values?: unknown[]) => Promise<R[]>;

/**
 * The batch writer's own connection: the portal's questions never starve it, and a frozen server cannot hold it for
 * ever. A commit whose answer was lost is harmless, because the same batch is idempotent.
 */
export class WriterConnection {
  private client: Client | null = null;

  constructor(
    private readonly databaseUrl: string,
    private readonly silenceMs = SILENCE_MS,
  ) {}

  /** @throws PostgreSQL's error, with nothing committed; or the connection's, and then it may be. */
  async transaction<T>(work: (run: Run) => Promise<T>): Promise<T> {
    const client = (this.client ??= await this.connect());
    const silence = setTimeout(() => this.leave(client), this.silenceMs);
    const run: Run = async <R>(sql: string, values?: unknown[]) => {
      silence.refresh();
      return (await client.query(sql, values)).rows as R[];
    };
    try {
      await run(
        `BEGIN; SET LOCAL statement_timeout = ${STATEMENT_MS}; SET LOCAL lock_timeout = ${STATEMENT_MS}`,
      );
      const result = await work(run);
      await run('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => this.leave(client));
      throw error;
    } finally {
      clearTimeout(silence);
    }
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.databaseUrl,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      application_name: 'ollameter writer',
    });
    client.on('error', () => this.forget(client)).on('end', () => this.forget(client));
    await client.connect();
    return client;
  }

  private forget(client: Client): void {
    if (this.client === client) this.client = null;
  }

  /** `end` with a query under way cuts the socket, which rejects the query. */
  private leave(client: Client): void {
    this.forget(client);
    client.end().catch(() => undefined);
  }
}
