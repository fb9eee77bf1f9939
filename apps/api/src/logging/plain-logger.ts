import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { AppConfig } from '../config/app-config';
import { censorSecrets } from './censor-secrets';
import { isOfFramework } from './framework-lines';

const LEVELS = ['debug', 'log', 'warn', 'error', 'fatal'] as const;

/** Nest's console logger for a person's terminal: the framework's own start lines only at level debug. */
export class PlainLogger extends ConsoleLogger {
  private readonly tellsFramework: boolean;

  constructor(level: AppConfig['logLevel']) {
    super({ logLevels: LEVELS.slice({ debug: 0, info: 1, warn: 2, error: 3 }[level]) });
    this.tellsFramework = level === 'debug';
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (!this.tellsFramework && isOfFramework(rest.at(-1))) return;
    super.log(message, ...rest);
  }

  /** Sentences go as they are; a structured message without what is named like a secret, as in JSON lines. */
  protected override stringifyMessage(message: unknown, level: LogLevel): string {
    const isStructured = typeof message === 'object' && message !== null && !(message instanceof Error);
    return super.stringifyMessage(isStructured ? censorSecrets(message) : message, level);
  }
}
