import { HttpException } from '@nestjs/common';
import { UntranslatableError } from '../translate/untranslatable-error';
import { GatewayError } from '../upstream/gateway-error';

/** Fastify's own refusals (`FST_ERR_…`), raised before any handler runs. Source: fastify `lib/errors.js`. */
const FASTIFY_ERRORS: Record<string, () => GatewayError> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new GatewayError('request_too_large', 'The request body is larger than this endpoint accepts.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new GatewayError(
      'unsupported_media_type',
      "Send the body as JSON, with 'Content-Type: application/json'.",
    ),
  FST_ERR_CTP_EMPTY_JSON_BODY: () =>
    new GatewayError('invalid_json', 'The request body is empty; a JSON object is expected.'),
  FST_ERR_CTP_INVALID_JSON_BODY: () =>
    new GatewayError('invalid_json', 'The request body is not valid JSON.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new GatewayError('invalid_json', 'The request body does not match its Content-Length.'),
  FST_ERR_MAX_PARAM_LENGTH: () => new GatewayError('unknown_url', 'Unknown URL: the path is too long.'),
  FST_ERR_BAD_URL: () => new GatewayError('unknown_url', 'Unknown URL: the path is not valid.'),
};

/** Whatever was thrown → an error with a place in the table; what has none is `internal_error` and says nothing of itself. */
export function toGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  if (thrown instanceof UntranslatableError)
    return new GatewayError('unsupported_parameter', thrown.message, { param: thrown.param });
  const { code, statusCode } = thrown as { code?: string; statusCode?: number };
  const known = FASTIFY_ERRORS[code ?? ''];
  if (known) return known();
  if (thrown instanceof SyntaxError || (statusCode === 400 && !(thrown instanceof HttpException)))
    return new GatewayError('invalid_json', 'The request body is not valid JSON.');
  if (thrown instanceof HttpException && thrown.getStatus() === 404)
    return new GatewayError('unknown_url', 'Unknown URL.');
  return new GatewayError('internal_error', 'The gateway failed to handle this request.', { cause: thrown });
}
