import { Injectable } from '@nestjs/common';
import { type ChatRequest, checkChatRequest } from '@ollameter/openai-contract';
import type { FastifyReply } from 'fastify';
import { AdmissionService, type Slot } from '../admission/admission.service';
import { AppConfig } from '../config/app-config';
import { ClientLeft, type Exchange } from '../exchange/exchange';
import { RequestLog } from '../exchange/exchange-record';
import { nowUs } from '../exchange/gateway-clock';
import { InFlight } from '../exchange/in-flight';
import { StreamMeter } from '../meter/stream-meter';
import { ChatStream } from '../translate/chat-stream';
import { promptPreview, promptText } from '../translate/prompt-text';
import { toOllamaChat } from '../translate/to-ollama-chat';
import { GatewayError } from '../upstream/gateway-error';
import { HostPool, type ResolvedModel } from '../upstream/ollama/host-pool.service';
import type { OllamaChatRecord, OllamaChatRequest } from '../upstream/ollama/ollama-wire';
import { UpstreamProvider } from '../upstream/upstream.provider';
import { type Answer, ClientStalled, JsonAnswer, SseAnswer } from './answer';
import { toGatewayError } from './to-gateway-error';

const PREVIEW_LENGTH = 240;

/**
 * THE FILE TO READ FIRST: one chat completion, in the order in which it happens.
 *
 *   check → resolve the model → translate → intent record → slot → upstream ⇄ meter ⇄ encode
 *   → slot released → answer record appended → last bytes
 *
 * Unary and streamed answers are one path: a unary one folds the same records and sends them as one body.
 */
@Injectable()
export class ChatPipeline {
  constructor(
    private readonly config: AppConfig,
    private readonly hosts: HostPool,
    private readonly admission: AdmissionService,
    private readonly upstream: UpstreamProvider,
    private readonly inFlight: InFlight,
    private readonly log: RequestLog,
  ) {}

  /** @throws GatewayError for everything that goes wrong before the first byte; the exception filter answers it. */
  async run(exchange: Exchange, body: unknown, bodyText: string | null, reply: FastifyReply): Promise<void> {
    const request = checkedRequest(body);
    const model = await this.hosts.resolve(request.model);
    const upstreamRequest = toOllamaChat(request, model.name, this.config.numCtx);
    if (!this.log.accepting)
      throw new GatewayError('log_unavailable', 'The request log cannot take new requests at the moment.', {
        retryAfterMs: 5000,
      });
    if (this.inFlight.size >= this.config.maxStreams)
      throw new GatewayError('server_is_overloaded', 'The gateway is at its limit of running requests.', {
        retryAfterMs: 1000,
      });
    exchange.begin({
      model: model.name,
      streamed: request.stream === true,
      prompt: promptText(request.messages),
      promptPreview: promptPreview(request.messages, PREVIEW_LENGTH),
      requestText: bodyText,
    });
    reply.hijack();
    const answer = request.stream
      ? new SseAnswer(reply.raw, exchange, this.config.heartbeatMs, this.config.clientStallMs)
      : new JsonAnswer(reply.raw, exchange);
    try {
      await this.generate(exchange, request, model, upstreamRequest, answer);
    } finally {
      answer.dispose();
    }
  }

  private async generate(
    exchange: Exchange,
    request: ChatRequest,
    model: ResolvedModel,
    upstreamRequest: OllamaChatRequest,
    answer: Answer,
  ): Promise<void> {
    const stream = new ChatStream(
      `chatcmpl-${exchange.id.replaceAll('-', '')}`,
      Math.floor(exchange.atMs / 1000),
      model.name,
      request.stream === true && request.stream_options?.include_usage === true,
    );
    const meter = new StreamMeter();
    let slot: Slot | null = null;
    try {
      slot = await this.admission.enter(exchange.caller?.keyId ?? '', model.hosts, exchange.signal);
      const running = exchange.occupy(slot.host.name, this.inFlight);
      for await (const records of this.upstream.stream<OllamaChatRecord>(
        slot.host,
        '/api/chat',
        upstreamRequest,
        exchange.signal,
      )) {
        observe(meter, records);
        running.firstRecordUs ??= meter.firstRecordUs;
        stream.take(records);
        if (request.stream) await answer.write(stream.frames(records));
      }
      slot.release();
      const body = JSON.stringify(stream.folded());
      await exchange.settle({
        outcome: 'completed',
        status: answer.status,
        metering: meter.result(),
        answer: stream.answer,
        response: body,
      });
      answer.end(request.stream ? stream.last() : body);
    } catch (thrown) {
      slot?.release();
      await this.fail(exchange, thrown, stream, meter, answer);
    }
  }

  /** Keeps what was generated, then tells the client: by status before the first byte, in-band after it. */
  private async fail(
    exchange: Exchange,
    thrown: unknown,
    stream: ChatStream,
    meter: StreamMeter,
    answer: Answer,
  ): Promise<void> {
    const clientGone = thrown instanceof ClientLeft || thrown instanceof ClientStalled;
    const error = clientGone ? new GatewayError('client_left', thrown.message) : toGatewayError(thrown);
    await exchange.settle({
      outcome: clientGone ? 'client_left' : outcomeOf(error),
      status: answer.open ? 200 : error.status,
      errorCode: error.code,
      metering: meter.result(),
      answer: stream.answer,
    });
    if (clientGone || answer.open) answer.fail(error);
    else throw error;
  }
}

function checkedRequest(body: unknown): ChatRequest {
  const check = checkChatRequest(body);
  if (check.ok) return check.value;
  const { message, param, missing } = check.problem;
  throw new GatewayError(missing ? 'missing_required_parameter' : 'invalid_value', message, { param });
}

function observe(meter: StreamMeter, records: readonly OllamaChatRecord[]): void {
  let textRecords = 0;
  for (const record of records) {
    const message = record.message;
    if (message !== undefined && (message.content !== '' || (message.thinking ?? '') !== '')) textRecords++;
    if (record.done === true) meter.finish(record);
  }
  meter.observe(nowUs(), textRecords);
}

function outcomeOf(error: GatewayError): 'rejected' | 'upstream_failed' | 'gateway_failed' {
  if (error.code === 'internal_error') return 'gateway_failed';
  if (error.status === 502 || error.status === 504) return 'upstream_failed';
  return 'rejected';
}
