import { Injectable, Logger } from '@nestjs/common';
import type { AnswerRecord } from '../exchange/exchange-record';
import { SpooledRequestLog } from '../request-log/spooled-request-log.service';
import { AppConfig } from '../config/app-config';

/** One log line per settled request, at `LOG_LEVEL=debug`: ids and figures by name, no text of anybody. */
@Injectable()
export class RequestLines {
  private readonly logger = new Logger('request');

  constructor(config: AppConfig, log: SpooledRequestLog) {
    // The table holds it all; at other levels not even the listener costs anything.
    if (config.logLevel === 'debug') log.onAnswer((record) => this.logger.debug(line(record)));
  }
}

function line(record: AnswerRecord): object {
  const { id, keyId, endpoint, model, host, status, outcome, errorCode, durationMs, queueMs, ttftMs } =
    record;
  const { promptTokens, completionTokens } = record;
  return {
    requestId: id,
    keyId,
    endpoint,
    model,
    host,
    status,
    outcome,
    errorCode,
    durationMs,
    queueMs,
    ttftMs,
    promptTokens,
    completionTokens,
  };
}
