import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayRig } from '../support/gateway-rig';

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number | string; boolValue?: boolean };
}
interface Span {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
  status: { code: number };
}

/** A collector that speaks OTLP over HTTP with JSON, and keeps what it was sent. */
class Collector {
  readonly bodies: { path: string; headers: IncomingHttpHeaders; body: unknown }[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.bodies.push({
          path: request.url ?? '',
          headers: request.headers,
          body: JSON.parse(Buffer.concat(chunks).toString()),
        });
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get spans(): Span[] {
    return this.of('/v1/traces').flatMap((body) => {
      const { resourceSpans } = body as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
      return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
    });
  }

  get metricNames(): Set<string> {
    return new Set(
      this.of('/v1/metrics').flatMap((body) => {
        const { resourceMetrics } = body as {
          resourceMetrics: { scopeMetrics: { metrics: { name: string }[] }[] }[];
        };
        return resourceMetrics.flatMap(({ scopeMetrics }) =>
          scopeMetrics.flatMap(({ metrics }) => metrics.map(({ name }) => name)),
        );
      }),
    );
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private of(path: string): unknown[] {
    return this.bodies.filter((sent) => sent.path === path).map(({ body }) => body);
  }
}

const attribute = (span: Span | undefined, name: string) => {
  const value = span?.attributes.find(({ key }) => key === name)?.value;
  return (
    value?.stringValue ??
    value?.boolValue ??
    (value?.intValue === undefined ? undefined : Number(value.intValue))
  );
};

describe('OpenTelemetry', () => {
  const collector = new Collector();
  const secretPrompt = 'the prompt that nobody else may read';
  let id = '';

  beforeAll(async () => {
    const endpoint = await collector.listen();
    const rig = await GatewayRig.start({
      variables: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${endpoint}/`,
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20collector,x-tenant=home',
      },
    });
    rig.ollama.script({ text: 'Hello there.', done: { metrics: { prompt_eval_count: 11, eval_count: 3 } } });
    const body = { model: 'llama3.1:8b', messages: [{ role: 'user', content: secretPrompt }] };
    const answer = await rig.post('/v1/chat/completions', body, {
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    });
    await answer.text();
    id = answer.headers.get('x-request-id') ?? '';
    await rig.post('/v1/chat/completions', { ...body, model: 'no-such-model' }, { traceparent: 'nonsense' });
    // The end of the process sends what is left.
    await rig.stop();
  });

  afterAll(() => collector.close());

  it("tells a request as a span of the caller's trace, by the conventions for generative AI", () => {
    const span = collector.spans.find((found) => attribute(found, 'ollameter.request.id') === id);
    expect(span).toMatchObject({
      name: 'chat llama3.1:8b',
      kind: 2,
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      parentSpanId: '00f067aa0ba902b7',
    });
    expect(attribute(span, 'gen_ai.operation.name')).toBe('chat');
    expect(attribute(span, 'gen_ai.provider.name')).toBe('ollama');
    expect(attribute(span, 'gen_ai.request.model')).toBe('llama3.1:8b');
    expect(attribute(span, 'gen_ai.usage.input_tokens')).toBe(11);
    expect(attribute(span, 'gen_ai.usage.output_tokens')).toBe(3);
    expect(attribute(span, 'http.response.status_code')).toBe(200);
    const phases = collector.spans.filter(({ parentSpanId }) => parentSpanId === span?.spanId);
    expect(phases.map(({ name }) => name)).toEqual(expect.arrayContaining(['queue', 'generate']));
    for (const phase of phases)
      expect(BigInt(phase.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span?.startTimeUnixNano ?? 0));
  });

  it('tells a failure with its code, in a trace of its own where the caller sent none that is valid', () => {
    const span = collector.spans.find((found) => attribute(found, 'error.type') !== undefined);
    expect(attribute(span, 'error.type')).toBe('model_not_found');
    expect(span?.status.code).toBe(2);
    expect(span?.parentSpanId ?? '').toBe('');
  });

  it('sends the metrics of the conventions', () => {
    expect([...collector.metricNames]).toEqual(
      expect.arrayContaining(['gen_ai.server.request.duration', 'gen_ai.client.token.usage']),
    );
  });

  it('sends its headers, and neither prompt nor key', () => {
    expect(collector.bodies[0]?.headers).toMatchObject({
      authorization: 'Bearer collector',
      'x-tenant': 'home',
    });
    const all = JSON.stringify(collector.bodies.map(({ body }) => body));
    expect(all).not.toContain(secretPrompt);
    expect(all).not.toContain('key-of-the-rig');
  });
});
