import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import type { FirstRunMessage } from '@ollameter/admin-contract';
import { ApiKeyService } from './auth/api-key.service';
import type { AppConfig } from './config/app-config';
import { underLock } from './database/under-lock';
import { FIRST_RUN_FILE } from './identity/first-run-file';
import { FirstAdminService } from './identity/first-admin.service';

/** Of two replicas that start at once one makes them. */
const FIRST_RUN_LOCK = 7_305_413;

/** Makes the first admin and the first key where there is none, and hands their secrets over exactly once. */
export async function firstRun(
  app: INestApplication,
  config: AppConfig,
  tellParent: (message: FirstRunMessage) => void,
): Promise<void> {
  const { apiKey, admin } = await underLock(config.databaseUrl, FIRST_RUN_LOCK, async () => ({
    apiKey: await app.get(ApiKeyService).load(),
    admin: await app.get(FirstAdminService).ensure(),
  }));
  if (apiKey === null && admin === null) return;
  const message: FirstRunMessage = {
    type: 'first-run',
    adminEmail: admin?.email ?? config.adminEmail,
    adminPassword: admin?.password ?? null,
    apiKey,
  };
  if (process.send !== undefined) {
    tellParent(message);
    return;
  }
  const lines = [
    `Portal login: ${message.adminEmail}`,
    message.adminPassword === null ? null : `Password: ${message.adminPassword}`,
    apiKey === null ? null : `API key: ${apiKey}`,
  ];
  writeFileSync(
    join(config.dataDir, FIRST_RUN_FILE),
    lines.filter((line) => line !== null).join('\n') + '\n',
    { mode: 0o600 },
  );
}
