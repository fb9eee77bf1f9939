import type { AddressInfo, Server } from 'node:net';
import { Logger } from '@nestjs/common';
import type { StartMessage } from '@ollameter/admin-contract';
import { createApp, type OllameterApp } from './create-app';
import { AppConfig } from './config/app-config';
import { ConfigError } from './config/config-error';
import { StartError } from './config/start-error';
import { withStoredSettings } from './config/stored-settings';
import { applySchema } from './database/apply-schema';
import { drain } from './drain';
import { firstRun } from './first-run';
import { HostPool } from './upstream/ollama/host-pool.service';

/** config → schema → stored settings → app → first-run secrets → two listeners → drain; nothing else. */
async function main(): Promise<void> {
  const { databaseUrl } = AppConfig.fromVariables(process.env);
  await applySchema(databaseUrl);
  const config = await withStoredSettings(process.env, databaseUrl, (line) => new Logger('main').warn(line));
  const app = await createApp(config);
  await firstRun(app.nest, config, tellParent);
  await Promise.all([
    listen(app.gateway, config.gatewayHost, config.gatewayPort, 'GATEWAY_PORT'),
    listen(app.admin, config.adminHost, config.adminPort, 'ADMIN_PORT'),
  ]);
  onStop(app, config);
  announce(app, config);
}

function listen(server: Server, host: string, port: number, variable: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new StartError(
          error.code === 'EADDRINUSE'
            ? `Port ${port} is taken: another program listens there. Set ${variable} to a free port.`
            : `Cannot listen on ${host}:${port} (${variable}): ${error.message}`,
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
}

/** SIGTERM, Ctrl-C, or the death of the parent that forked us. */
function onStop(app: OllameterApp, config: AppConfig): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    drain(app, config).then(
      () => process.exit(0),
      (error: unknown) => {
        new Logger('main').error('drain failed', error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop).on('disconnect', stop);
}

function announce(app: OllameterApp, config: AppConfig): void {
  const pool = app.nest.get(HostPool);
  tellParent({
    type: 'ready',
    gatewayUrl: urlOf(app.gateway, config.gatewayHost),
    adminUrl: urlOf(app.admin, config.adminHost),
    ollama: pool.hosts.map((host) => ({ url: host.url, reachable: host.reachable, demo: host.config.demo })),
    defaultModel: pool.defaultModel,
  });
  // Who started us by `npm start` tells it in its own words.
  if (process.send !== undefined) return;
  new Logger('main').log(
    `gateway ${urlOf(app.gateway, config.gatewayHost)} · portal ${urlOf(app.admin, config.adminHost)}`,
  );
}

function urlOf(server: Server, host: string): string {
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${(server.address() as AddressInfo).port}`;
}

function tellParent(message: StartMessage): void {
  process.send?.(message);
}

main().catch((error: unknown) => {
  const { message, stack } = error as Error;
  const known = error instanceof ConfigError || error instanceof StartError;
  const reason = known ? message : `the gateway failed to start: ${message}`;
  // Who started us by `npm start` tells a known reason in its own words.
  if (process.send === undefined || !known) new Logger('main').error(reason, known ? undefined : stack);
  if (process.send === undefined) process.exit(1);
  else process.send({ type: 'start-failed', reason } satisfies StartMessage, () => process.exit(1));
});
