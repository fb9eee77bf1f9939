import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { OllameterApp } from './create-app';
import type { AppConfig } from './config/app-config';
import { GatewayEntry } from './exchange/gateway-entry';
import { HealthService } from './health/health.service';
import { closeUnusedConnections } from './plane/plane';

/** Connections that finish their last answer are closed at this pace. */
const SWEEP_MS = 50;
/**
 * A proxy may just be sending on a connection that looks idle here. After so long without a request it has taken it to
 * the end of its line, or left it.
 */
const IDLE_GRACE_MS = 500;
/** What was interrupted has this long to say so. */
const FAREWELL_MS = 1_000;

/**
 * Not ready → no new connections, and each ends with its answer → running streams finish within DRAIN_MS, or are told →
 * spool flushed → closed.
 */
export async function drain(app: OllameterApp, config: AppConfig): Promise<void> {
  const entry = app.nest.get(GatewayEntry);
  app.nest.get(HealthService).drain();
  entry.drain();
  const interrupt = setTimeout(() => entry.interrupt(), config.drainMs);
  await Promise.all([
    closed(app.gateway, Math.min(IDLE_GRACE_MS, config.drainMs), config.drainMs + FAREWELL_MS),
    closed(app.admin, 0, 0),
  ]);
  clearTimeout(interrupt);
  await app.nest.close();
}

/** Resolves when every connection has ended by itself or, idle, after the first grace; all are cut after the second. */
function closed(server: Server, idleGraceMs: number, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    let sweep: NodeJS.Timeout | undefined;
    const idle = setTimeout(() => {
      // A connection that is kept alive would outlive its last answer by the whole grace.
      sweep = setInterval(() => {
        server.closeIdleConnections();
        closeUnusedConnections(server);
      }, SWEEP_MS);
    }, idleGraceMs);
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    // Not HTTP's own close(), which ends idle connections at once.
    NetServer.prototype.close.call(server, () => {
      for (const timer of [idle, cut]) clearTimeout(timer);
      clearInterval(sweep);
      resolve();
    });
  });
}
