import type { Response } from '@ollameter/openai-contract';

/** An error of the gateway → a response's own, for which OpenAI has a closed list of codes. */
export function toResponseError(error: {
  type: string;
  code: string | null;
  message: string;
}): NonNullable<Response['error']> {
  const { type, code, message } = error;
  if (code === 'rate_limit_exceeded') return { code, message };
  return { code: type === 'invalid_request_error' ? 'invalid_prompt' : 'server_error', message };
}
