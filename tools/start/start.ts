import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstRunText, readyText } from './announcement.ts';
import { buildIfChanged } from './build.ts';
import { prepareDataFolder } from './data-folder.ts';
import { DataLock } from './data-lock.ts';
import { DemoHost, ollamaAnswers } from './demo-host.ts';
import { given, readDotEnv } from './dot-env.ts';
import { assertPortFree } from './free-port.ts';
import { Gateway } from './gateway.ts';
import { EmbeddedPostgres } from './postgres/embedded-postgres.ts';
import { Sources } from './sources.ts';
import { StartError } from './start-error.ts';
import { StopSignal } from './stop-signal.ts';

const RELOAD_DRAIN_MS = '1000';

type Variables = Record<string, string | undefined>;

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * `npm start`, and with `reload` `npm run dev`: settings → folder → ports → build → PostgreSQL → demo host → gateway,
 * each undone in reverse. Resolves to the exit code when everything has ended.
 * @throws StartError with the one line for the terminal, nothing left running.
 */
export async function start(options: { demo: boolean; reload: boolean }): Promise<number> {
  const stopSignal = new StopSignal();
  const undo: (() => Promise<void> | void)[] = [];
  try {
    const settings = readDotEnv(join(root, '.env'), process.env);
    refuseDemoInProduction(options.demo, settings);
    const dataDir = prepareDataFolder(root, given(settings, 'DATA_DIR') ?? './.data');
    const lock = await DataLock.take(dataDir);
    undo.push(() => lock.release());
    await assertPortsFree(settings);
    await buildIfChanged(root).catch((error: unknown) => {
      // A build that was interrupted has not failed.
      stopSignal.throwIfStopped();
      throw error;
    });
    stopSignal.throwIfStopped();

    const environment: Variables = { ...settings, DATA_DIR: dataDir };
    if (given(settings, 'DATABASE_URL') === undefined) {
      const postgres = await EmbeddedPostgres.start({ root, dataDir });
      undo.push(() => postgres.stop());
      environment['DATABASE_URL'] = postgres.databaseUrl;
      stopSignal.throwIfStopped();
    }
    if (await wantsDemo(options.demo, settings)) {
      const demo = await DemoHost.start(root);
      undo.push(() => demo.stop());
      Object.assign(environment, { DEMO_HOST_URL: demo.url, OLLAMA_URL: '', OLLAMA_URLS: '' });
    }
    const sources = options.reload ? new Sources(root) : null;
    if (sources !== null) {
      undo.push(() => sources.stop());
      await Promise.race([sources.compile(), stopSignal.stopped()]);
      stopSignal.throwIfStopped();
      // An open page of the portal holds a stream; a restart does not wait for it.
      environment['DRAIN_MS'] = given(settings, 'DRAIN_MS') ?? RELOAD_DRAIN_MS;
    }
    let apiKey: string | null = null;
    const gateway = await Gateway.start({
      root,
      environment,
      reload: options.reload,
      onSpawn: (pid) => lock.nameGateway(pid),
      onFirstRun: (message) => {
        ({ apiKey } = message);
        console.log(firstRunText(message));
      },
    });
    undo.push(() => gateway.stop());
    console.log(readyText(gateway.ready, apiKey));
    sources?.servePortal(gateway.ready.adminUrl);

    const crash = await Promise.race([stopSignal.stopped(), gateway.crashed()]);
    if (crash !== null) throw new StartError(crash);
    console.log('Stopping: requests in flight finish first (Ctrl-C again to cut them) …');
    void stopSignal.again().then(() => gateway.kill());
    return 0;
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

function refuseDemoInProduction(demo: boolean, settings: Variables): void {
  if (demo && settings['NODE_ENV'] === 'production')
    throw new StartError('--demo is not for NODE_ENV=production: set OLLAMA_URL to a real Ollama.');
}

async function wantsDemo(asked: boolean, settings: Variables): Promise<boolean> {
  if (asked) return true;
  if (settings['NODE_ENV'] === 'production' || settings['OLLAMA_URL'] || settings['OLLAMA_URLS'])
    return false;
  return !(await ollamaAnswers());
}

/** Before anything starts, so that secrets of a first run are not made for nothing. */
async function assertPortsFree(settings: Variables): Promise<void> {
  for (const [plane, defaultPort] of [
    ['GATEWAY', 8080],
    ['ADMIN', 3000],
  ] as const) {
    const port = Number(given(settings, `${plane}_PORT`) ?? defaultPort);
    // A value that is no port is the gateway's to explain.
    if (Number.isInteger(port) && port >= 0 && port <= 65535)
      await assertPortFree(given(settings, `${plane}_HOST`) ?? '127.0.0.1', port, `${plane}_PORT`);
  }
}
