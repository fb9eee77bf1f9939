import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { ROLES, type Role, TOKEN_SCOPES, type TokenScope } from '@ollameter/admin-contract';
import type { FastifyInstance } from 'fastify';
import { ApiKeyGuard } from '../../src/auth/api-key.guard';
import { AdminController } from '../../src/admin-api/admin-controller.decorator';
import { AppConfig } from '../../src/config/app-config';
import { Authenticator } from '../../src/identity/authenticator.service';
import { GRANTS, Permission } from '../../src/identity/permission';
import { scopedPermissions } from '../../src/identity/token-scope';
import { TOKEN_HOLDER } from '../../src/identity/token-holder';
import { markConnections, planeConstraint } from '../../src/plane/plane';
import { GatewayRig } from '../support/gateway-rig';
import { type DeclaredRoute, declaredRoutes } from './declared-routes';

const TABLE = join(__dirname, '../../../../docs/routes.txt');
const ID = '00000000-0000-7000-8000-000000000000';

let rig: GatewayRig;
let routes: DeclaredRoute[];
let guarded: DeclaredRoute[];

beforeAll(async () => {
  rig = await GatewayRig.start();
  routes = declaredRoutes(rig.app.nest);
  guarded = routes.filter(({ plane, access }) => plane === 'admin' && access !== 'public');
}, 60_000);
afterAll(() => rig.stop());

/** What a route asks for, in the table's words. */
function needOf({ plane, access, gateway }: DeclaredRoute): string {
  if (plane === 'admin') return access ?? 'UNDECLARED';
  if (gateway?.access === 'key') return `key ${gateway.endpoint ?? 'UNDECLARED'}`;
  return gateway?.access ?? 'UNDECLARED';
}

function rolesOf({ plane, access }: DeclaredRoute): string {
  if (plane !== 'admin' || access === undefined) return '';
  return access === 'public' ? 'everybody' : ROLES.filter((role) => GRANTS[role].has(access)).join(' ');
}

function table(): string {
  const lines = routes.map((route) =>
    [
      (route.plane ?? 'NONE').padEnd(8),
      route.method.padEnd(7),
      route.path.padEnd(36),
      needOf(route).padEnd(22),
      rolesOf(route),
    ]
      .join(' ')
      .trimEnd(),
  );
  return `${[
    'Every route: plane, method, path, what it asks for, and who has that.',
    'Made by apps/api/test/plane/route-table.spec.ts, which fails when a route changes and this file does not.',
    '',
    ...lines,
  ].join('\n')}\n`;
}

/** A request to a route whose parameters name nothing. */
function ask({ method, path }: DeclaredRoute, headers: Record<string, string>): Promise<Response> {
  const url = rig.adminUrl + path.replace(/:\w+/g, ID).replace('*', 'x');
  return fetch(url, { method, headers, signal: AbortSignal.timeout(10_000) });
}

/** The routes that did not answer with this status. */
async function notAnswering(
  status: number,
  asked: readonly DeclaredRoute[],
  headers: Record<string, string>,
): Promise<string[]> {
  const others: string[] = [];
  for (const route of asked) {
    const answer = await ask(route, headers);
    if (answer.status !== status) others.push(`${route.method} ${route.path}: ${answer.status}`);
    await answer.body?.cancel();
  }
  return others;
}

describe('docs/routes.txt', () => {
  it('is every route as it is declared now (after a wanted change: UPDATE_ROUTES=1 npx jest test/plane)', () => {
    if (process.env['UPDATE_ROUTES'] !== undefined) writeFileSync(TABLE, table());
    expect(readFileSync(TABLE, 'utf8')).toBe(table());
  });

  it('holds all that the router knows, and nothing else', () => {
    const known = rig.app.routes.routes.map(({ plane, method, url }) => `${plane} ${method} ${url}`);
    const declared = routes.map(({ plane, method, path }) => `${plane ?? ''} ${method} ${path}`);
    // Fastify answers HEAD wherever GET is; it runs the same guards.
    const beside = known.filter((route) => {
      const isHeadOfGet = route.includes(' HEAD ') && declared.includes(route.replace(' HEAD ', ' GET '));
      return !isHeadOfGet && !declared.includes(route);
    });
    expect(beside).toEqual([]);
    expect(declared.filter((route) => !known.includes(route))).toEqual([]);
  });

  it('leaves no route undeclared or unguarded', () => {
    expect(routes.length).toBeGreaterThan(100);
    for (const route of routes) {
      expect([route.path, needOf(route)]).not.toEqual([route.path, expect.stringContaining('UNDECLARED')]);
      const guard = route.plane === 'admin' ? 'PermissionGuard' : 'ApiKeyGuard';
      if (needOf(route) !== 'public') expect([route.path, route.guards[0]]).toEqual([route.path, guard]);
    }
  });
});

describe('over HTTP, a route of the admin plane', () => {
  it('answers 401 to whoever is not logged in', async () => {
    expect(await notAnswering(401, guarded, {})).toEqual([]);
    expect(await notAnswering(401, guarded, { authorization: 'Bearer om-pat-nonsense' })).toEqual([]);
  });

  it.each(['operator', 'viewer', 'member'] as const)(
    'answers 403 to a %s without its permission',
    async (role: Role) => {
      const { cookie } = await rig.person(role);
      const refused = guarded.filter(
        ({ access }) => access !== 'public' && access !== undefined && !GRANTS[role].has(access),
      );
      expect(refused.length).toBeGreaterThan(10);
      expect(await notAnswering(403, refused, { cookie })).toEqual([]);
    },
  );

  it.each([...TOKEN_SCOPES])(
    'answers 403 to an admin’s token of scope %s that leaves it out',
    async (scope: TokenScope) => {
      const { cookie } = await rig.person('admin');
      const made = await fetch(`${rig.adminUrl}/api/me/tokens`, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json' },
        body: JSON.stringify({ name: scope, scopes: [scope] }),
      });
      const { secret } = (await made.json()) as { secret: string };
      const left = scopedPermissions([...GRANTS.admin], [scope]);
      const refused = guarded.filter(({ access }) => !left.some((permission) => permission === access));
      expect(refused.length).toBeGreaterThan(5);
      expect(await notAnswering(403, refused, { authorization: `Bearer ${secret}` })).toEqual([]);
    },
  );

  it('is not there on the other plane', async () => {
    const own = new Set(routes.filter(({ plane }) => plane === 'gateway').map(({ path }) => path));
    for (const { path } of guarded.filter((route) => !own.has(route.path))) {
      const answer = await fetch(rig.gatewayUrl + path.replace(/:\w+/g, ID));
      expect([path, answer.status]).toEqual([path, 404]);
    }
  });
});

describe('a forgotten declaration', () => {
  let forgetful: NestFastifyApplication;
  let url: string;

  beforeAll(async () => {
    @AdminController('api/forgotten')
    class WithoutPermission {
      @Get()
      read(): string {
        return 'a secret';
      }
    }
    @Controller('api/planeless')
    @UseGuards(ApiKeyGuard)
    class WithoutPlane {
      @Get()
      @Permission('status:read')
      read(): string {
        return 'a secret';
      }
    }
    const config = AppConfig.fromVariables({ DATABASE_URL: 'postgres://unused' });
    @Module({
      controllers: [WithoutPermission, WithoutPlane],
      providers: [
        { provide: AppConfig, useValue: config },
        { provide: Authenticator, useValue: { identify: () => Promise.resolve(TOKEN_HOLDER) } },
      ],
    })
    class ForgetfulModule {}
    const testing = await Test.createTestingModule({ imports: [ForgetfulModule] }).compile();
    const adapter = new FastifyAdapter({ routerOptions: { constraints: { plane: planeConstraint } } });
    forgetful = testing.createNestApplication<NestFastifyApplication>(adapter);
    const fastify = adapter.getInstance<FastifyInstance>();
    markConnections(fastify.server, 'admin');
    await forgetful.listen(0, '127.0.0.1');
    url = await forgetful.getUrl();
  });
  afterAll(() => forgetful.close());

  it('of the permission lets nobody in, an admin neither', async () => {
    const answer = await fetch(`${url}/api/forgotten`);
    expect([answer.status, await answer.text()]).toEqual([403, expect.not.stringContaining('a secret')]);
  });

  it('of the plane makes a route that is not there', async () => {
    expect((await fetch(`${url}/api/planeless`)).status).toBe(404);
  });
});
