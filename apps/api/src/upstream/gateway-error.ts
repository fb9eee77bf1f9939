import { type ErrorEnvelope, errorEnvelope } from '@ollameter/openai-contract';

interface ErrorRow {
  status: number;
  type: string;
  retry?: boolean;
}

/**
 * Every way a gateway request can fail: stable code → HTTP status and OpenAI `type`.
 * `retry` becomes `x-should-retry`, where the status alone would mislead the official SDKs.
 */
export const ERROR_TABLE = {
  invalid_api_key: { status: 401, type: 'invalid_request_error' },
  // OpenAI's own status and words for a key that is used from elsewhere.
  ip_not_authorized: { status: 401, type: 'invalid_request_error' },
  invalid_json: { status: 400, type: 'invalid_request_error' },
  invalid_value: { status: 400, type: 'invalid_request_error' },
  missing_required_parameter: { status: 400, type: 'invalid_request_error' },
  unsupported_parameter: { status: 400, type: 'invalid_request_error' },
  unsupported_value: { status: 400, type: 'invalid_request_error' },
  context_length_exceeded: { status: 400, type: 'invalid_request_error' },
  previous_response_not_found: { status: 400, type: 'invalid_request_error' },
  response_not_found: { status: 404, type: 'invalid_request_error' },
  endpoint_forbidden: { status: 403, type: 'invalid_request_error' },
  model_forbidden: { status: 403, type: 'invalid_request_error' },
  model_not_found: { status: 404, type: 'invalid_request_error' },
  unknown_url: { status: 404, type: 'invalid_request_error' },
  method_not_allowed: { status: 405, type: 'invalid_request_error' },
  request_timeout: { status: 408, type: 'invalid_request_error' },
  request_too_large: { status: 413, type: 'invalid_request_error' },
  unsupported_media_type: { status: 415, type: 'invalid_request_error' },
  rate_limit_exceeded: { status: 429, type: 'requests' },
  // Not before the budget's next period, whatever the SDK's patience.
  insufficient_quota: { status: 429, type: 'insufficient_quota', retry: false },
  client_left: { status: 499, type: 'invalid_request_error' },
  internal_error: { status: 500, type: 'server_error' },
  upstream_error: { status: 502, type: 'server_error' },
  upstream_unreachable: { status: 502, type: 'server_error' },
  keys_unavailable: { status: 503, type: 'server_error' },
  server_is_overloaded: { status: 503, type: 'service_unavailable_error' },
  log_unavailable: { status: 503, type: 'service_unavailable_error' },
  // Trying again at once would bring back what somebody just ended.
  request_cancelled: { status: 503, type: 'server_error', retry: false },
  draining: { status: 503, type: 'service_unavailable_error' },
  // It has run for as long as it may: the same again would end the same way.
  upstream_timeout: { status: 504, type: 'server_error', retry: false },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERROR_TABLE;

interface ErrorDetails {
  /** OpenAI's `type`, where the code has several. */
  type?: string;
  /** The request field at fault, in OpenAI's notation. */
  param?: string | null;
  /** When it is worth trying again; becomes `Retry-After` and `retry-after-ms`. */
  retryAfterMs?: number;
  /** For 405: the methods that the path knows. */
  allow?: readonly string[];
  /** The host could not be reached, or answered 5xx: another one may do better. */
  hostFault?: boolean;
  cause?: unknown;
}

/** An error with a place in the table; the only kind that a client of the gateway plane sees. */
export class GatewayError extends Error {
  readonly status: number;
  readonly type: string;
  /** Null where the SDKs' own rule for the status is right. */
  readonly retry: boolean | null;
  readonly param: string | null;
  readonly retryAfterMs: number | null;
  readonly allow: readonly string[] | null;
  readonly hostFault: boolean;

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, { cause: details.cause });
    this.name = 'GatewayError';
    const row: ErrorRow = ERROR_TABLE[code];
    this.status = row.status;
    this.type = details.type ?? row.type;
    this.retry = row.retry ?? null;
    this.param = details.param ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.allow = details.allow ?? null;
    this.hostFault = details.hostFault ?? false;
  }

  /** OpenAI's error body. */
  get envelope(): ErrorEnvelope {
    return errorEnvelope(this.message, this.type, this.code, this.param);
  }
}
