import { isDatabaseCommand, runDatabaseCommand } from './database-command.ts';
import { StartError } from './start-error.ts';

const USAGE =
  'start [--demo] | dev [--demo] | test | backup [FOLDER] | restore FOLDER | import [DATABASE_URL] | admin reset EMAIL';

async function main(): Promise<number> {
  const [command, ...options] = process.argv.slice(2);
  if (isDatabaseCommand(command)) return runDatabaseCommand(command, options);
  const unknown = options.find((option) => option !== '--demo' || command === 'test');
  if (unknown !== undefined) throw new StartError(`Unknown option ${unknown}. Usage: ${USAGE}`);
  const demo = options.includes('--demo');
  switch (command) {
    case 'start':
      return (await import('./start.ts')).start({ demo, reload: false });
    case 'dev':
      return (await import('./start.ts')).start({ demo, reload: true });
    case 'test':
      return (await import('./run-tests.ts')).runTests();
    default:
      throw new StartError(`Usage: ${USAGE}`);
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof StartError ? error.message : error);
    process.exit(1);
  },
);
