import {
  type Context,
  ROOT_CONTEXT,
  SpanKind,
  type SpanContext,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type { AnswerRecord } from '../exchange/exchange-record';
import { operationOf, spanAttributes } from './gen-ai-attributes';

/**
 * One span for each request and one below it for each phase, made when the answer record is: the request path itself
 * does nothing for it.
 */
export class RequestSpans {
  constructor(private readonly tracer: Tracer) {}

  /** @param parent the caller's span, where it sent one. */
  add(record: AnswerRecord, parent: SpanContext | null): void {
    const context = parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
    const span = this.tracer.startSpan(
      [operationOf(record), record.model].filter(Boolean).join(' '),
      { kind: SpanKind.SERVER, startTime: record.atMs, attributes: spanAttributes(record) },
      context,
    );
    this.addPhases(record, trace.setSpan(context, span));
    if (record.outcome !== 'completed')
      span.setStatus({ code: SpanStatusCode.ERROR, message: record.errorCode ?? record.outcome });
    span.end(record.atMs + record.durationMs);
  }

  /** Ollama tells how long each took; they follow each other. */
  private addPhases(record: AnswerRecord, context: Context): void {
    let atMs = record.atMs;
    for (const [name, tookMs] of [
      ['queue', record.queueMs],
      ['load', record.loadMs],
      ['prompt', record.promptMs],
      ['generate', record.generateMs],
    ] as const) {
      if (tookMs === null) continue;
      this.tracer.startSpan(name, { startTime: atMs }, context).end(atMs + tookMs);
      atMs += tookMs;
    }
  }
}
