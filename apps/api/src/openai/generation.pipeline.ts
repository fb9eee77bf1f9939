import { Injectable, Logger } from '@nestjs/common';
import type { Outcome } from '@ollameter/admin-contract';
import type { FastifyReply } from 'fastify';
import type { ServerResponse } from 'node:http';
import { AdmissionService, type Slot } from '../admission/admission.service';
import { TokenReservations } from '../admission/limits/token-reservations.service';
import { assertMayUseModel } from '../auth/assert-may-call';
import { AppConfig } from '../config/app-config';
import { type ChargeEstimate, ChargeEstimator } from '../energy/charge-estimator.service';
import { toUsageCharge } from '../energy/charge-wire';
import { ClientLeft, type Exchange, type ExchangeSubject } from '../exchange/exchange';
import { RequestLog } from '../exchange/exchange-record';
import { nowUs } from '../exchange/gateway-clock';
import { InFlight } from '../exchange/in-flight';
import { LiveRequests } from '../exchange/live-requests';
import { StreamMeter } from '../meter/stream-meter';
import type { AnswerCodec } from '../translate/answer-codec';
import { GatewayError } from '../upstream/gateway-error';
import { ModelSettings } from '../upstream/model-settings.service';
import { HostPool, type PoolHost } from '../upstream/ollama/host-pool.service';
import type { OllamaRecord } from '../upstream/ollama/ollama-wire';
import { UpstreamProvider } from '../upstream/upstream.provider';
import {
  type Answer,
  ClientStalled,
  JsonAnswer,
  NoAnswer,
  SSE_FORM,
  StreamAnswer,
  type StreamForm,
} from './answer';
import { toGatewayError } from './to-gateway-error';

/** What an endpoint makes of its request: everything that is decided before the first await on a slot. */
export interface GenerationPlan {
  readonly subject: ExchangeSubject;
  /** The hosts that hold the model. */
  readonly hosts: readonly PoolHost[];
  /** Ollama's path, and one body per round: `n` choices are made one after the other in one slot. Always streamed. */
  readonly upstreamPath: string;
  readonly upstreamBodies: readonly {
    readonly model: string;
    readonly keep_alive?: unknown;
    readonly options?: unknown;
  }[];
  readonly codec: AnswerCodec;
  /** Runs when it has a slot and goes to the host; a second time where that host failed and another one tries. */
  readonly begun?: () => void;
  /** Runs when the answer is whole, before its record and its last bytes: what must be there once the client has them. */
  readonly beforeLast?: () => Promise<void>;
  /** The wire of a streamed answer; server-sent events where not said. */
  readonly streamForm?: StreamForm;
}

/**
 * THE FILE TO READ FIRST: one generation, in the order in which it happens. The endpoint has checked, resolved
 * and translated the request (see `chat.service.ts`); from here all endpoints are one path:
 *
 *   tokens set aside → intent record → slot → upstream ⇄ meter ⇄ encode → slot released → answer record appended → last bytes
 *
 * Unary and streamed answers differ only in where the text goes: a unary one folds the same records.
 */
@Injectable()
export class GenerationPipeline {
  private readonly logger = new Logger(GenerationPipeline.name);

  constructor(
    private readonly config: AppConfig,
    private readonly reservations: TokenReservations,
    private readonly admission: AdmissionService,
    private readonly pool: HostPool,
    private readonly upstream: UpstreamProvider,
    private readonly modelSettings: ModelSettings,
    private readonly inFlight: InFlight,
    private readonly live: LiveRequests,
    private readonly log: RequestLog,
    private readonly charges: ChargeEstimator,
  ) {}

  /** @throws GatewayError for everything that goes wrong before the first byte; the exception filter answers it. */
  async run(exchange: Exchange, plan: GenerationPlan, reply: FastifyReply): Promise<void> {
    await this.accept(exchange, plan, reply.raw);
    reply.hijack();
    const answer = plan.subject.streamed
      ? new StreamAnswer(
          reply.raw,
          exchange,
          plan.streamForm ?? SSE_FORM,
          this.config.heartbeatMs,
          this.config.clientStallMs,
          () => this.placeInQueue(exchange.id),
        )
      : new JsonAnswer(reply.raw, exchange, this.config.unaryKeepAliveMs);
    try {
      await this.generate(exchange, plan, answer);
    } finally {
      answer.dispose();
    }
  }

  /** Runs a generation that no client waits for. @throws GatewayError as `run` does. */
  async runDetached(exchange: Exchange, plan: GenerationPlan): Promise<void> {
    await this.generate(exchange, plan, new NoAnswer());
  }

  /** The bounds, the limits and the intent record: from here on the exchange cannot vanish. */
  async accept(exchange: Exchange, plan: GenerationPlan, response: ServerResponse): Promise<void> {
    assertMayUseModel(exchange.caller, plan.subject.model);
    if (!this.log.accepting)
      throw new GatewayError('log_unavailable', 'The request log cannot take new requests at the moment.', {
        retryAfterMs: 5000,
      });
    if (this.inFlight.size >= this.config.maxStreams)
      throw new GatewayError('server_is_overloaded', 'The gateway is at its limit of running requests.', {
        retryAfterMs: 1000,
      });
    const { upstreamPath, upstreamBodies, subject } = plan;
    const reserved = this.reservations.reserve(
      exchange,
      { prompt: subject.prompt, upstreamPath, upstreamBodies },
      response,
    );
    if (reserved !== undefined) await reserved;
    exchange.begin(subject);
    this.live.add(exchange);
  }

  private placeInQueue(id: string): string | null {
    const place = this.admission.placeOf(id);
    if (place === null) return null;
    return `waiting in the queue: position ${place.position}, starts in about ${Math.ceil(place.startsInMs / 1000)} s`;
  }

  private async generate(exchange: Exchange, plan: GenerationPlan, answer: Answer): Promise<void> {
    const { codec, subject } = plan;
    const meter = new StreamMeter();
    let slot: Slot | null = null;
    try {
      for (let { hosts } = plan; ;) {
        slot = await this.admission.enter({
          id: exchange.id,
          caller: exchange.caller,
          model: subject.model,
          hosts,
          signal: exchange.signal,
        });
        try {
          await this.relay(exchange, plan, slot.host, meter, answer);
          break;
        } catch (error) {
          hosts = this.elsewhere(error, slot.host, hosts === plan.hosts ? hosts : [], meter);
          slot.release();
        }
      }
      slot.release();
      const charge = this.chargeOf(exchange, subject, meter);
      if (charge !== null && this.config.usageEnergy) codec.charge?.(toUsageCharge(charge));
      await plan.beforeLast?.();
      const body = codec.body();
      const { flaw } = codec;
      if (flaw !== null) this.logger.warn(`${exchange.id} (${subject.model}): ${flaw}`);
      await exchange.settle({
        outcome: 'completed',
        status: answer.status,
        metering: meter.result(),
        answer: codec.answer,
        ...(codec.logsBody && { response: body }),
        ...(flaw !== null && { errorCode: 'schema_violation' }),
      });
      answer.end(subject.streamed ? codec.last() : body, flaw, charge);
    } catch (thrown) {
      slot?.release();
      await this.fail(exchange, thrown, codec, meter, answer);
    }
  }

  /** What the answer may say of its own cost; null where nobody is told, or it never was active. */
  private chargeOf(
    { progress }: Exchange,
    { model, streamed }: ExchangeSubject,
    meter: StreamMeter,
  ): ChargeEstimate | null {
    const { activeFromUs, activeToUs } = meter.result();
    if ((streamed && !this.config.usageEnergy) || progress === null) return null;
    if (activeFromUs === null || activeToUs === null) return null;
    const { host, slotFromUs } = progress;
    return this.charges.estimate({
      host,
      model,
      activeFromUs: Math.max(activeFromUs, slotFromUs),
      activeToUs,
    });
  }

  /** Everything the host says goes through the meter and the codec to the client. */
  private async relay(
    exchange: Exchange,
    plan: GenerationPlan,
    host: PoolHost,
    meter: StreamMeter,
    answer: Answer,
  ): Promise<void> {
    const running = exchange.occupy(host.name, this.inFlight);
    plan.begun?.();
    for (const body of plan.upstreamBodies) {
      for await (const { records, lines } of this.upstream.stream(
        host,
        plan.upstreamPath,
        this.modelSettings.withKeepAlive(body),
        exchange.signal,
      )) {
        observe(meter, records);
        running.firstRecordUs ??= meter.firstRecordUs;
        running.tokens = meter.tokens;
        await answer.write(plan.codec.take(records, lines));
      }
    }
    running.upstreamDone = true;
    const { activeFromUs, activeToUs } = meter.result();
    host.served(plan.subject.model);
    if (activeFromUs !== null && activeToUs !== null)
      this.admission.observe(host, {
        model: plan.subject.model,
        slotFromUs: running.slotFromUs,
        activeFromUs,
        activeToUs,
      });
  }

  /**
   * The other hosts that may try, once, after one that could not be reached or answered 5xx before the first record.
   * @throws the error itself where nobody else may
   */
  private elsewhere(
    error: unknown,
    failed: PoolHost,
    hosts: readonly PoolHost[],
    meter: StreamMeter,
  ): readonly PoolHost[] {
    if (!(error instanceof GatewayError) || !error.hostFault) throw error;
    this.pool.noteFailure(failed);
    const others = hosts.filter((host) => host !== failed && host.usable);
    if (others.length === 0 || meter.firstRecordUs !== null) throw error;
    return others;
  }

  /** Keeps what was generated, then tells the client: by status before the first byte, in-band after it. */
  private async fail(
    exchange: Exchange,
    thrown: unknown,
    codec: AnswerCodec,
    meter: StreamMeter,
    answer: Answer,
  ): Promise<void> {
    const clientGone = thrown instanceof ClientLeft || thrown instanceof ClientStalled;
    const error = clientGone ? new GatewayError('client_left', thrown.message) : toGatewayError(thrown);
    await exchange.settle({
      outcome: clientGone ? 'client_left' : outcomeOf(error),
      status: answer.open ? answer.status : error.status,
      errorCode: error.code,
      metering: meter.result(),
      ...(meter.firstRecordUs !== null && { answer: codec.answer }),
    });
    if (clientGone || answer.open) answer.fail(codec.failure(error.envelope));
    else throw error;
  }
}

function observe(meter: StreamMeter, records: readonly OllamaRecord[]): void {
  meter.observe(nowUs(), records.filter(carriesText).length);
  for (const record of records) {
    if (record.done === true) meter.finish(record);
    // Embedding is all prompt; Ollama gives only the total.
    else if (record.embeddings !== undefined || record.embedding !== undefined)
      meter.finish({
        ...record,
        prompt_eval_duration: (record.total_duration ?? 0) - (record.load_duration ?? 0),
      });
  }
}

function carriesText({ message, response, thinking }: OllamaRecord): boolean {
  return Boolean(message?.content) || Boolean(message?.thinking) || Boolean(response) || Boolean(thinking);
}

function outcomeOf(error: GatewayError): Outcome {
  if (error.code === 'request_cancelled' || error.code === 'draining') return 'interrupted';
  if (error.code === 'internal_error') return 'gateway_failed';
  return error.status === 502 || error.status === 504 ? 'upstream_failed' : 'rejected';
}
