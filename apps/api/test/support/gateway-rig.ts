import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogDetail, LogItem, LogPage, Role } from '@ollameter/admin-contract';
import OpenAI from 'openai';
import {
  type FakeOllama,
  type FakeOllamaSettings,
  startFakeOllama,
} from '../../../../tools/fake-ollama/fake-ollama.ts';
import { AdmissionService } from '../../src/admission/admission.service';
import { ApiKeyService } from '../../src/auth/api-key.service';
import { AppConfig } from '../../src/config/app-config';
import { createApp, type OllameterApp } from '../../src/create-app';
import { drain } from '../../src/drain';
import { FirstAdminService } from '../../src/identity/first-admin.service';
import { type InvitedPerson, invitePerson } from './invite-person';
import { startTestDatabase, type TestDatabase } from './test-database';

export const API_KEY = 'key-of-the-rig-0123456789';
export const ADMIN_TOKEN = 'a-token-for-scripts-of-24+';

/** What a test may vary of the rig. */
export interface GatewayRigOptions {
  /** Settings of the gateway, as in its environment. */
  variables?: Record<string, string>;
  /** The one fake Ollama behind the gateway. */
  ollama?: FakeOllamaSettings;
  /** Another host beside it, which the test owns. */
  secondHostUrl?: string;
}

/** The whole product on real sockets: both planes of one gateway, a real database, a fake Ollama behind it. */
export class GatewayRig {
  private constructor(
    readonly app: OllameterApp,
    readonly config: AppConfig,
    readonly ollama: FakeOllama,
    readonly database: TestDatabase,
    private readonly dataDir: string,
  ) {}

  static async start(options: GatewayRigOptions = {}): Promise<GatewayRig> {
    const database = await startTestDatabase();
    const ollama = await startFakeOllama({ slots: 4, ...options.ollama });
    const dataDir = mkdtempSync(join(tmpdir(), 'ollameter-rig-'));
    const config = AppConfig.fromVariables({
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      ...(options.secondHostUrl === undefined
        ? { OLLAMA_URL: ollama.url }
        : { OLLAMA_URLS: `${ollama.url},${options.secondHostUrl}` }),
      API_KEY,
      ADMIN_TOKEN,
      LOG_LEVEL: 'error',
      SPOOL_RESERVE_MB: '1',
      ...options.variables,
    });
    const app = await createApp(config);
    await app.nest.get(ApiKeyService).load();
    await app.nest.get(FirstAdminService).ensure();
    const isPortGiven = options.variables?.['GATEWAY_PORT'] !== undefined;
    await Promise.all([listen(app.gateway, isPortGiven ? config.gatewayPort : 0), listen(app.admin, 0)]);
    return new GatewayRig(app, config, ollama, database, dataDir);
  }

  get gatewayUrl(): string {
    return urlOf(this.app.gateway);
  }

  get adminUrl(): string {
    return urlOf(this.app.admin);
  }

  /** Requests that wait for a slot now. */
  get queued(): number {
    return this.app.nest.get(AdmissionService, { strict: false }).queued;
  }

  /** The official client, without retries unless a test asks for them. */
  openai(options: { apiKey?: string; maxRetries?: number } = {}): OpenAI {
    return new OpenAI({ baseURL: `${this.gatewayUrl}/v1`, apiKey: API_KEY, maxRetries: 0, ...options });
  }

  /** A POST to the gateway plane with the rig's key. */
  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.gatewayUrl + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** A request to the admin plane with the script token. */
  admin(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${ADMIN_TOKEN}`);
    if (init.body !== undefined) headers.set('content-type', 'application/json');
    return fetch(this.adminUrl + path, { ...init, headers });
  }

  /** Somebody with an account and a session on the admin plane. */
  person(role: Role, options: { readsPrompts?: boolean } = {}): Promise<InvitedPerson> {
    return invitePerson(this.adminUrl, ADMIN_TOKEN, role, options);
  }

  /** The row with this id, as soon as it can be read (and, where asked, its energy is settled). */
  row(id: string, until: (row: LogDetail) => boolean = () => true): Promise<LogDetail> {
    return this.eventually(async () => {
      const answer = await this.admin(`/api/logs/${id}`);
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
      const row = (await answer.json()) as LogDetail;
      return until(row) ? row : undefined;
    }, `row ${id}`);
  }

  /** All rows of all outcomes, newest first, once there are this many. */
  rows(count: number): Promise<LogItem[]> {
    return this.eventually(async () => {
      const answer = await this.admin('/api/logs?outcome=all&pageSize=100');
      const { items } = (await answer.json()) as LogPage;
      return items.length >= count ? items : undefined;
    }, `${count} rows`);
  }

  /** Asks until there is an answer; the wait between two questions is no promise of the product. */
  async eventually<T>(question: () => Promise<T | undefined>, what: string, timeoutMs = 10_000): Promise<T> {
    for (const giveUpAtMs = Date.now() + timeoutMs; ;) {
      const answer = await question();
      if (answer !== undefined) return answer;
      if (Date.now() > giveUpAtMs) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  /** Stops the gateway as SIGTERM does, then what stands around it. */
  async stop(): Promise<void> {
    await drain(this.app, this.config);
    await this.ollama.close();
    await this.database.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
