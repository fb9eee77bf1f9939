import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { AppConfig } from '../config/app-config';
import { censorSecrets } from './censor-secrets';
import { isOfFramework } from './framework-lines';

/**
 * Nest's logger as JSON lines (pino): `time`, `level`, `context`, `msg`, and an error's `stack`. Callers hand over
 * sentences and ids, never headers, bodies or prompts; should one ever slip, fields named like secrets are censored.
 */
export class StructuredLogger implements LoggerService {
  private readonly pino: Logger;

  /** @param destination where lines go; standard output where not given. */
  constructor(level: AppConfig['logLevel'], destination?: DestinationStream) {
    this.pino = pino(
      {
        level,
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      destination ?? pino.destination({ sync: true }),
    );
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write(isOfFramework(rest.at(-1)) ? 'debug' : 'info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  /** Nest passes a stack, or our own callers an Error, before the context. */
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  private write(
    level: 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const context = rest.length > 0 ? rest.at(-1) : undefined;
    const cause = rest.length > 1 ? rest[0] : undefined;
    const fields = {
      ...(typeof context === 'string' && { context }),
      ...(cause instanceof Error && { error: cause.message, stack: cause.stack }),
      ...(typeof cause === 'string' && { stack: cause }),
    };
    // A structured message brings its own fields: `logger.debug({ requestId, … })`.
    if (typeof message === 'object' && message !== null && !(message instanceof Error))
      this.pino[level](censorSecrets({ ...fields, ...message }));
    else this.pino[level](fields, message instanceof Error ? message.message : String(message));
  }
}
