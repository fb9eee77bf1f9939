import { GUARDS_METADATA, METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { type INestApplication, RequestMethod } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import {
  FASTIFY_ROUTE_CONFIG_METADATA,
  FASTIFY_ROUTE_CONSTRAINTS_METADATA,
} from '@nestjs/platform-fastify/constants';
import { type Access, ACCESS_METADATA } from '../../src/identity/permission';
import type { GatewayRouteConfig } from '../../src/plane/gateway-route.decorator';
import type { Plane } from '../../src/plane/plane';

/** A route as the decorators of its handler declare it. */
export interface DeclaredRoute {
  plane: Plane | undefined;
  method: string;
  path: string;
  /** Of the admin plane. */
  access: Access | undefined;
  /** Of the gateway plane. */
  gateway: GatewayRouteConfig | undefined;
  /** Names of the guards of its controller and its handler. */
  guards: string[];
}

/** Every route of every controller of an app, by method, plane and path. */
export function declaredRoutes(app: INestApplication): DeclaredRoute[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [
    ...module.controllers.values(),
  ]);
  const routes = controllers.flatMap(({ metatype }) => {
    if (metatype == null) return [];
    const prototype = metatype.prototype as Record<string, object>;
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = prototype[name] ?? {};
      if (!Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
      const read = (key: string): unknown => Reflect.getMetadata(key, handler);
      const method = RequestMethod[read(METHOD_METADATA) as RequestMethod];
      const guards = [metatype, handler].flatMap(
        (target) => (Reflect.getMetadata(GUARDS_METADATA, target) as { name: string }[] | undefined) ?? [],
      );
      const shared = {
        plane: (read(FASTIFY_ROUTE_CONSTRAINTS_METADATA) as { plane?: Plane } | undefined)?.plane,
        method,
        access: read(ACCESS_METADATA) as Access | undefined,
        gateway: (read(FASTIFY_ROUTE_CONFIG_METADATA) as { gateway?: GatewayRouteConfig } | undefined)
          ?.gateway,
        guards: guards.map((guard) => guard.name),
      };
      const bases = [Reflect.getMetadata(PATH_METADATA, metatype) as string | string[]].flat();
      const paths = [read(PATH_METADATA) as string | string[]].flat();
      return bases.flatMap((base) => paths.map((path) => ({ ...shared, path: joined(base, path) })));
    });
  });
  return routes.sort((a, b) => sortKey(a).localeCompare(sortKey(b), 'en'));
}

function joined(base: string, path: string): string {
  return `/${[base, path]
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;
}

function sortKey({ plane, path, method }: DeclaredRoute): string {
  return `${plane === 'gateway' ? 0 : 1} ${path} ${method}`;
}
