import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type FakeOllama,
  type FakeOllamaSettings,
  startFakeOllama,
} from '../../../../tools/fake-ollama/fake-ollama.ts';
import { GatewayProcess } from '../support/gateway-process';
import { RedisServer } from '../support/redis-server';
import { startTestDatabase, type TestDatabase } from '../support/test-database';

/** Gateways, each a process of its own with its own data folder, on one database, one Redis and one fake Ollama. */
export class ReplicaFleet {
  private readonly folders: string[] = [];
  private readonly started: GatewayProcess[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly redis: RedisServer,
    readonly ollama: FakeOllama,
  ) {}

  static async start(ollama: FakeOllamaSettings = {}): Promise<ReplicaFleet> {
    return new ReplicaFleet(
      await startTestDatabase(),
      await RedisServer.start(),
      await startFakeOllama({ slots: 4, ...ollama }),
    );
  }

  /** One more gateway; what `variables` leaves empty is unset. */
  async gateway(variables: Record<string, string> = {}): Promise<GatewayProcess> {
    const gateway = await GatewayProcess.start({
      DATABASE_URL: this.database.url,
      REDIS_URL: this.redis.url,
      OLLAMA_URL: this.ollama.url,
      KEY_PEPPER: 'the pepper of the fleet',
      DATA_DIR: this.folder(),
      ...variables,
    });
    this.started.push(gateway);
    return gateway;
  }

  /** An empty data folder. */
  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'ollameter-replica-'));
    this.folders.push(folder);
    return folder;
  }

  async stop(): Promise<void> {
    await Promise.all(this.started.map((gateway) => gateway.kill()));
    await this.ollama.close();
    this.redis.thaw();
    await this.redis.stop();
    await this.database.stop();
    for (const folder of this.folders) rmSync(folder, { recursive: true, force: true });
  }
}
