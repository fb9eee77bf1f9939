import { HttpException } from '@nestjs/common';
import { ClientLeft } from '../exchange/exchange';
import { BrokenAnswerError } from '../translate/broken-answer-error';
import { UntranslatableError } from '../translate/untranslatable-error';
import { GatewayError } from '../upstream/gateway-error';

/** Refusals raised before any handler runs (Fastify's body parser, the router); Nest's adapter hands them on by status. */
const BY_STATUS: Readonly<Record<number, () => GatewayError>> = {
  400: () => new GatewayError('invalid_json', 'The request body is not valid JSON.'),
  404: () => new GatewayError('unknown_url', 'Unknown request URL.'),
  413: () => new GatewayError('request_too_large', 'The request body is larger than this endpoint accepts.'),
  414: () => new GatewayError('unknown_url', 'Unknown request URL: the path is too long.'),
  415: () =>
    new GatewayError(
      'unsupported_media_type',
      "Send the body as JSON, with 'Content-Type: application/json'.",
    ),
};

/** Whatever was thrown → an error with a place in the table; what has none is `internal_error` and says nothing of itself. */
export function toGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  if (thrown instanceof UntranslatableError)
    return new GatewayError(thrown.code, thrown.message, { param: thrown.param });
  // ECONNRESET is Node's word for a request whose connection ended before its body did.
  if (thrown instanceof ClientLeft || (thrown as NodeJS.ErrnoException | null)?.code === 'ECONNRESET')
    return new GatewayError('client_left', 'The client closed the connection.', { cause: thrown });
  if (thrown instanceof BrokenAnswerError) return new GatewayError('upstream_error', thrown.message);
  const known = thrown instanceof HttpException ? BY_STATUS[thrown.getStatus()] : undefined;
  return (
    known?.() ??
    new GatewayError('internal_error', 'The gateway failed to handle this request.', { cause: thrown })
  );
}
