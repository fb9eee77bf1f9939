import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { AppConfig } from '../config/app-config';
import { ConfigError } from '../config/config-error';
import { StartError } from '../config/start-error';
import { applySchema } from '../database/apply-schema';
import { resetAccount } from './reset-account';

const USAGE = 'Usage: npm run admin -- reset EMAIL';

/** `node dist/admin-cli/main.js reset EMAIL`, with the gateway's own environment; the gateway may run meanwhile. */
async function main([command, email]: readonly string[]): Promise<void> {
  if (command !== 'reset' || email === undefined) throw new StartError(USAGE);
  const { databaseUrl } = AppConfig.fromVariables(process.env);
  await applySchema(databaseUrl);
  const database = await new DataSource({ type: 'postgres', url: databaseUrl }).initialize();
  try {
    const password = await resetAccount(database, email);
    if (password === null) throw new StartError(`Nobody has the address ${email} here.`);
    process.stdout.write(
      `New password of ${email}: ${password}\n` +
        'It must be changed at the first login. All sessions have ended, the second factor is off.\n',
    );
  } finally {
    await database.destroy();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const known = error instanceof ConfigError || error instanceof StartError;
  process.stderr.write(`${known ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = 1;
});
