/** The body of every error on the gateway plane; all four fields are always present. */
export interface ErrorEnvelope {
  error: {
    message: string;
    type: string;
    param: string | null;
    code: string | null;
  };
}

/** Builds OpenAI's error envelope. */
export function errorEnvelope(
  message: string,
  type: string,
  code: string | null,
  param: string | null = null,
): ErrorEnvelope {
  return { error: { message, type, param, code } };
}
