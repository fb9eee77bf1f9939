import type { Server } from 'node:http';
import type { OllameterApp } from './create-app';
import type { AppConfig } from './config/app-config';
import { GatewayEntry } from './exchange/gateway-entry';
import { HealthService } from './health/health.service';

/** Not ready → no new requests → running streams finish within DRAIN_MS → spool flushed → closed. */
export async function drain(app: OllameterApp, config: AppConfig): Promise<void> {
  app.nest.get(HealthService).drain();
  app.nest.get(GatewayEntry).drain();
  await Promise.all([closed(app.gateway, config.drainMs), closed(app.admin, 0)]);
  await app.nest.close();
}

/** Resolves when every connection has ended by itself, or was cut after the grace. */
function closed(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
