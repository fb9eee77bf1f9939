import { resolve } from 'node:path';
import { AppConfig } from '../config/app-config';
import { ConfigError } from '../config/config-error';
import { StartError } from '../config/start-error';
import { restoreBackup } from './restore-backup';
import { writeBackup } from './write-backup';

const USAGE = 'Usage: backup [FOLDER] | restore FOLDER';

/** `node dist/backup/main.js backup [FOLDER] | restore FOLDER`, with the gateway's own environment. */
async function main([command, given]: readonly string[]): Promise<void> {
  const config = AppConfig.fromVariables(process.env);
  const { databaseUrl, dataDir } = config;
  const started = Date.now();
  if (command === 'backup') {
    const folder = resolve(given ?? `backups/${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
    say(`Backup to ${folder}`);
    const source = { databaseUrl, dataDir, pepperIsSet: config.keyPepper !== null };
    const { pepper } = await writeBackup(source, folder, say);
    say(`Done in ${seconds(started)}. ${PEPPER_NOTE[pepper]}`);
  } else if (command === 'restore' && given !== undefined) {
    const folder = resolve(given);
    say(`Restore from ${folder}`);
    const { pepper, takenAtMs } = await restoreBackup({ databaseUrl, dataDir }, folder, say);
    say(`Restored the state of ${new Date(takenAtMs).toISOString()} in ${seconds(started)}.`);
    if (pepper === 'environment' && config.keyPepper === null)
      say('Set KEY_PEPPER to the value it had then, or no key will work.');
  } else throw new StartError(USAGE);
}

const PEPPER_NOTE = {
  file: 'It holds the pepper: keep it as safe as the keys themselves.',
  environment: 'KEY_PEPPER is set in the environment and is not part of it: keep it too.',
} as const;

function seconds(startedMs: number): string {
  return `${((Date.now() - startedMs) / 1000).toFixed(1)} s`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const known = error instanceof ConfigError || error instanceof StartError;
  process.stderr.write(`${known ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = 1;
});
