import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from '@playwright/test';
import { launchBrowser } from './launch-browser.ts';
import { GatewayProcess } from '../crash/gateway-process.ts';
import { type FakeOllama, startFakeOllama } from '../fake-ollama/fake-ollama.ts';
import { LedgerDatabase } from './ledger-database.ts';

const LOGIN = { email: 'bench@example.org', password: 'a password of the benchmarks' };
export const API_KEY = 'key-of-the-portal-benchmark-0123456789';

/** The built portal in Chromium, on the built gateway with a seeded log, all on this machine. */
export class PortalStage {
  readonly gateway: GatewayProcess;
  private readonly browser: Browser;
  private readonly database: LedgerDatabase;
  private readonly ollama: FakeOllama;
  private readonly dataDir: string;

  private constructor(
    gateway: GatewayProcess,
    browser: Browser,
    database: LedgerDatabase,
    ollama: FakeOllama,
    dataDir: string,
  ) {
    this.gateway = gateway;
    this.browser = browser;
    this.database = database;
    this.ollama = ollama;
    this.dataDir = dataDir;
  }

  /** @param rows how many requests of the past year the log holds */
  static async start(rows: number): Promise<PortalStage> {
    const database = await LedgerDatabase.open(undefined);
    await database.seed(rows);
    const dataDir = mkdtempSync(join(tmpdir(), 'ollameter-bench-'));
    const ollama = await startFakeOllama({ slots: 4, tokensPerSecond: 20, answerTokens: 400 });
    const gateway = await GatewayProcess.start(
      {
        NODE_ENV: 'production',
        DATABASE_URL: database.url,
        DATA_DIR: dataDir,
        GATEWAY_PORT: '0',
        ADMIN_PORT: '0',
        OLLAMA_URL: ollama.url,
        API_KEY,
        ADMIN_EMAIL: LOGIN.email,
        ADMIN_PASSWORD: LOGIN.password,
        LOG_LEVEL: 'warn',
        SPOOL_RESERVE_MB: '1',
      },
      join(dataDir, 'gateway.log'),
    );
    await database.indexed();
    const browser = await launchBrowser(['--js-flags=--expose-gc', '--enable-precise-memory-info']);
    return new PortalStage(gateway, browser, database, ollama, dataDir);
  }

  /** A browser profile with an empty cache, somebody signed in. */
  async visitor(): Promise<BrowserContext> {
    const context = await this.browser.newContext({
      baseURL: this.gateway.adminUrl,
      viewport: { width: 1440, height: 900 },
      locale: 'en-US',
    });
    const answer = await context.request.post('/api/auth/login', { data: LOGIN });
    if (!answer.ok()) throw new Error(`login: ${answer.status()} ${await answer.text()}`);
    return context;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.gateway.kill();
    await this.ollama.close();
    await this.database.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
