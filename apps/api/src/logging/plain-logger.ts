import { ConsoleLogger } from '@nestjs/common';
import type { AppConfig } from '../config/app-config';

/** What Nest tells of its own start, a hundred lines of it. */
const FRAMEWORK = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);
const LEVELS = ['debug', 'log', 'warn', 'error', 'fatal'] as const;

/** Nest's console logger for a person's terminal: the framework's own start lines only at level debug. */
export class PlainLogger extends ConsoleLogger {
  private readonly tellsFramework: boolean;

  constructor(level: AppConfig['logLevel']) {
    super({ logLevels: LEVELS.slice({ debug: 0, info: 1, warn: 2, error: 3 }[level]) });
    this.tellsFramework = level === 'debug';
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (!this.tellsFramework && typeof context === 'string' && FRAMEWORK.has(context)) return;
    super.log(message, ...rest);
  }
}
