import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { SpanContext } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { AppConfig, type OtlpConfig } from '../config/app-config';
import type { Exchange } from '../exchange/exchange';
import type { AnswerRecord } from '../exchange/exchange-record';
import { VERSION } from '../health/version';
import { SpooledRequestLog } from '../request-log/spooled-request-log.service';
import { HostPool } from '../upstream/ollama/host-pool.service';
import { GenAiMetrics } from './gen-ai-metrics';
import { RequestSpans } from './request-spans';
import { parseTraceParent } from './trace-parent';

const SCOPE = 'ollameter';
/** What is left goes out at the end, unless the collector is away. */
const SHUTDOWN_MS = 2_000;
const MAX_PARENTS = 4_096;

/** OpenTelemetry traces and metrics by OTLP over HTTP; does nothing unless an endpoint is configured. */
@Injectable()
export class TelemetryService implements OnModuleDestroy {
  private readonly logger = new Logger(TelemetryService.name);
  private readonly parents = new Map<string, SpanContext>();
  private readonly shutdown: (() => Promise<unknown>) | null;

  constructor(config: AppConfig, log: SpooledRequestLog, pool: HostPool) {
    this.shutdown = config.otlp === null ? null : this.start(config.otlp, log, pool);
  }

  /** Remembers the caller's span of a request that was let in: such a one always leaves a record. */
  join(exchange: Exchange | undefined, traceParent: unknown): void {
    if (this.shutdown === null || exchange?.caller == null || this.parents.size >= MAX_PARENTS) return;
    const parent = parseTraceParent(traceParent);
    if (parent !== null) this.parents.set(exchange.id, parent);
  }

  async onModuleDestroy(): Promise<void> {
    if (this.shutdown === null) return;
    const timeout = new Promise((resolve) => setTimeout(resolve, SHUTDOWN_MS).unref());
    await Promise.race([this.shutdown(), timeout]).catch((error: unknown) =>
      this.logger.warn(`the last telemetry was not taken: ${(error as Error).message}`),
    );
  }

  private start(otlp: OtlpConfig, log: SpooledRequestLog, pool: HostPool): () => Promise<unknown> {
    const resource = resourceFromAttributes({
      'service.name': otlp.serviceName,
      'service.version': VERSION,
    });
    const { headers } = otlp;
    const tracers = new TracerProvider({
      resource,
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: new OTLPTraceExporter({ url: `${otlp.endpoint}/v1/traces`, headers }),
        }),
      ],
    });
    const meters = new MeterProvider({
      resource,
      readers: [
        new PeriodicExportingMetricReader({
          exporter: new OTLPMetricExporter({ url: `${otlp.endpoint}/v1/metrics`, headers }),
          exportIntervalMillis: otlp.metricIntervalMs,
          exportTimeoutMillis: otlp.metricIntervalMs,
        }),
      ],
    });
    const spans = new RequestSpans(tracers.getTracer(SCOPE, VERSION));
    const metrics = new GenAiMetrics(meters.getMeter(SCOPE, VERSION), (model) => pool.holds(model));
    log.onAnswer((record: AnswerRecord) => {
      spans.add(record, this.parents.get(record.id) ?? null);
      this.parents.delete(record.id);
      metrics.observe(record);
    });
    return () => Promise.all([tracers.shutdown(), meters.shutdown()]);
  }
}
