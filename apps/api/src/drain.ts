import type { Server } from 'node:http';
import type { OllameterApp } from './create-app';
import type { AppConfig } from './config/app-config';
import { GatewayEntry } from './exchange/gateway-entry';
import { HealthService } from './health/health.service';
import { closeUnusedConnections } from './plane/plane';

/** Connections that finish their last answer are closed at this pace. */
const SWEEP_MS = 50;
/** What was interrupted has this long to say so. */
const FAREWELL_MS = 1_000;

/** Not ready → no new requests → running streams finish within DRAIN_MS, or are told → spool flushed → closed. */
export async function drain(app: OllameterApp, config: AppConfig): Promise<void> {
  const entry = app.nest.get(GatewayEntry);
  app.nest.get(HealthService).drain();
  entry.drain();
  const interrupt = setTimeout(() => entry.interrupt(), config.drainMs);
  await Promise.all([closed(app.gateway, config.drainMs + FAREWELL_MS), closed(app.admin, 0)]);
  clearTimeout(interrupt);
  await app.nest.close();
}

/** Resolves when every connection has ended by itself, or was cut after the grace. */
function closed(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A connection that is kept alive would outlive its last answer by the whole grace.
    const sweep = setInterval(() => {
      server.closeIdleConnections();
      closeUnusedConnections(server);
    }, SWEEP_MS);
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(cut);
      resolve();
    });
  });
}
