import { type SpanContext, TraceFlags } from '@opentelemetry/api';

const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;

/** The caller's span by the header `traceparent` (W3C Trace Context, level 1); null where it is absent or malformed. */
export function parseTraceParent(header: unknown): SpanContext | null {
  const [match, traceId = '', spanId = '', flags = ''] =
    typeof header === 'string' ? (TRACE_PARENT.exec(header) ?? []) : [];
  if (match === undefined || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return {
    traceId,
    spanId,
    isRemote: true,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
  };
}
