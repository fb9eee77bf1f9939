import type { FastifyInstance, RouteOptions } from 'fastify';

interface KnownRoute {
  plane: string;
  url: string;
  pattern: RegExp;
  method: string;
}

/** Which methods a path knows on a plane: what tells 405 from 404, which the router itself does not. */
export class RouteTable {
  readonly routes: KnownRoute[] = [];

  /** Collects the routes as they are registered. */
  constructor(instance: FastifyInstance) {
    instance.addHook('onRoute', (route: RouteOptions) => {
      const plane = (route.constraints as { plane?: string } | undefined)?.plane ?? 'none';
      const pattern = toPattern(route.url);
      for (const method of [route.method].flat())
        this.routes.push({ plane, url: route.url, pattern, method });
    });
  }

  /** Empty for an unknown path. */
  methodsOf(plane: string, path: string): string[] {
    const methods = this.routes
      .filter((route) => route.plane === plane && route.pattern.test(path))
      .map((route) => route.method);
    return [...new Set(methods)];
  }
}

function toPattern(url: string): RegExp {
  const source = url
    .split(/(:\w+|\*\w*)/)
    .map((part) =>
      part.startsWith(':')
        ? '[^/]+'
        : part.startsWith('*')
          ? '.*'
          : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`^${source}/?$`);
}
