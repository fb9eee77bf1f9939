import { RouteConfig } from '@nestjs/platform-fastify';

/** What a gateway route is called in the log and who may call it. */
export interface GatewayRouteConfig {
  /** The row's endpoint; null for routes that never become rows. */
  endpoint: string | null;
  /** `never`: refused to every key before its body is read. */
  access: 'key' | 'public' | 'never';
  /** Whose error shape the route's clients read; OpenAI's where not said. */
  wire?: 'ollama';
  /** Generation bodies may hold images; others are small. */
  largeBody?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    gateway?: GatewayRouteConfig;
  }
}

/** Declares a gateway route's name and access; the early key check reads it before the body is touched. */
export const GatewayRoute = (config: GatewayRouteConfig): MethodDecorator => RouteConfig({ gateway: config });
