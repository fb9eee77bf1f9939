import { DataSource } from 'typeorm';
import { PepperService } from '../auth/pepper.service';
import { AppConfig } from '../config/app-config';
import { ConfigError } from '../config/config-error';
import { StartError } from '../config/start-error';
import { applySchema } from '../database/apply-schema';
import { importOlderLog } from './import-older-log';

/** `node dist/import/main.js [URL OF THE OLDER DATABASE]`, with the gateway's own environment. */
async function main(sourceUrl: string | undefined): Promise<void> {
  const config = AppConfig.fromVariables(process.env);
  await applySchema(config.databaseUrl);
  const dataSource = await new DataSource({ type: 'postgres', url: config.databaseUrl }).initialize();
  try {
    const pepper = new PepperService(config, dataSource);
    await pepper.assertSamePepper();
    const rows = await importOlderLog(config, pepper, sourceUrl ?? config.databaseUrl, (read) =>
      say(`  ${read} rows`),
    );
    say(`Imported ${rows} rows. Their energy and cost are marked as estimated.`);
  } finally {
    await dataSource.destroy();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv[2]).catch((error: unknown) => {
  const known = error instanceof ConfigError || error instanceof StartError;
  process.stderr.write(`${known ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = 1;
});
