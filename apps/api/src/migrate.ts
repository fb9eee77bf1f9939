import { Logger } from '@nestjs/common';
import { AppConfig } from './config/app-config';
import { applySchema } from './database/apply-schema';

/** Brings the database to this release's schema and exits: the migration job of a cluster. */
async function migrate(): Promise<void> {
  await applySchema(AppConfig.fromVariables(process.env).databaseUrl);
  new Logger('migrate').log("the database has this release's schema");
}

migrate().catch((error: unknown) => {
  new Logger('migrate').error((error as Error).message);
  process.exitCode = 1;
});
