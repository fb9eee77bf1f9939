import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type Provider, Global } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { GatewayStatus, Role } from '@ollameter/admin-contract';
import type { FastifyInstance } from 'fastify';
import { DataSource } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { AdminApiModule } from '../../src/admin-api/admin-api.module';
import { GatewayState } from '../../src/admin-api/gateway-state';
import { ProblemFilter } from '../../src/admin-api/problem.filter';
import { AppConfig } from '../../src/config/app-config';
import { ConfigModule } from '../../src/config/config.module';
import { ChangeFeed } from '../../src/database/change-feed.service';
import { adminHostCheck } from '../../src/identity/admin-host-check';
import { FirstAdminService } from '../../src/identity/first-admin.service';
import { markConnections, planeConstraint } from '../../src/plane/plane';
import { PORTAL_FOLDER } from '../../src/portal/portal.service';
import { PortalModule } from '../../src/portal/portal.module';
import { RedisModule } from '../../src/redis/redis.module';
import { Replicas } from '../../src/replicas/replicas.service';
import { cookieOf, type InvitedPerson, invitePerson } from './invite-person';

export { cookieOf, PERSON_PASSWORD } from './invite-person';

export const ADMIN_EMAIL = 'ada@example.org';
export const ADMIN_PASSWORD = 'correct horse battery';
export const ADMIN_TOKEN = 'a-token-for-scripts-of-24+';

export const STATUS: GatewayStatus = {
  version: '0.0.0-test',
  demo: false,
  gatewayUrl: 'http://127.0.0.1:8080',
  timezone: 'America/Los_Angeles',
  currency: 'USD',
  rateMicrosPerKwh: 383_000,
  powerWatts: 80,
  hosts: [],
  queued: 0,
  running: 0,
  spool: {
    records: 0,
    bytes: 0,
    oldestAgeMs: 0,
    condition: 'ok',
    acceptedRecords: 0,
    storedRecords: 0,
    poisonRecords: 0,
    unaccountedRecords: 0,
  },
  databaseReachable: true,
  redis: 'off',
  prices: 'off',
  replicas: 1,
};

/** The admin plane on a real socket over a real database; Bearer ADMIN_TOKEN unless other headers are given. */
export class AdminApp {
  private constructor(
    readonly nest: NestFastifyApplication,
    readonly url: string,
    readonly dataDir: string,
  ) {}

  static async start(
    dataSource: DataSource,
    variables: Record<string, string> = {},
    portalFolder = '/nonexistent',
    listenPort = 0,
  ): Promise<AdminApp> {
    const dataDir = mkdtempSync(join(tmpdir(), 'ollameter-data-'));
    const config = AppConfig.fromVariables({
      DATABASE_URL: (dataSource.options as PostgresDataSourceOptions).url ?? '',
      DATA_DIR: dataDir,
      ADMIN_EMAIL,
      ADMIN_PASSWORD,
      ADMIN_TOKEN,
      ...variables,
    });
    const providers: Provider[] = [
      ChangeFeed,
      { provide: DataSource, useValue: dataSource },
      { provide: GatewayState, useValue: { status: () => STATUS } },
      // One gateway without Redis asks nothing of the others.
      { provide: Replicas, useValue: null },
    ];
    @Global()
    @Module({ providers, exports: [ChangeFeed, DataSource, GatewayState, Replicas] })
    class SurroundingsModule {}
    const testing = await Test.createTestingModule({
      imports: [ConfigModule.with(config), SurroundingsModule, RedisModule, AdminApiModule, PortalModule],
    })
      .overrideProvider(PORTAL_FOLDER)
      .useValue(portalFolder)
      .compile();
    const adapter = new FastifyAdapter({ routerOptions: { constraints: { plane: planeConstraint } } });
    const nest = testing.createNestApplication<NestFastifyApplication>(adapter);
    nest.useLogger(false);
    const fastify = adapter.getInstance<FastifyInstance>();
    markConnections(fastify.server, 'admin');
    fastify.addHook('onRequest', adminHostCheck(config));
    nest.useGlobalFilters(nest.get(ProblemFilter));
    await nest.listen(listenPort, '127.0.0.1');
    await nest.get(FirstAdminService).ensure();
    const { port } = fastify.server.address() as AddressInfo;
    return new AdminApp(nest, `http://127.0.0.1:${port}`, dataDir);
  }

  get(
    path: string,
    headers: Record<string, string> = { authorization: `Bearer ${ADMIN_TOKEN}` },
  ): Promise<Response> {
    return fetch(this.url + path, { headers });
  }

  /** A GET that must succeed, parsed. */
  async json<T>(path: string): Promise<T> {
    const answer = await this.get(path);
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, {
      method: 'POST',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    });
  }

  /** Any request, with the script token unless a cookie or another token is given. */
  send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { authorization: `Bearer ${ADMIN_TOKEN}` },
  ): Promise<Response> {
    return fetch(this.url + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    });
  }

  /** Somebody with an account and a session. */
  person(role: Role, options: { readsPrompts?: boolean } = {}): Promise<InvitedPerson> {
    return invitePerson(this.url, ADMIN_TOKEN, role, options);
  }

  /** Logs in and returns the cookie as the browser would send it back. */
  async login(email = ADMIN_EMAIL, password = ADMIN_PASSWORD): Promise<string> {
    const answer = await this.post('/api/auth/login', { email, password });
    if (answer.status !== 200) throw new Error(`login: ${answer.status} ${await answer.text()}`);
    return cookieOf(answer);
  }

  async stop(): Promise<void> {
    await this.nest.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
