/** A field of a well-formed request that has no faithful translation; the filter makes it a 400 that names it. */
export class UntranslatableError extends Error {
  constructor(
    /** The field in OpenAI's notation. */
    readonly param: string,
    message: string,
    readonly code:
      | 'unsupported_parameter'
      | 'unsupported_value'
      | 'invalid_value'
      | 'context_length_exceeded' = 'unsupported_parameter',
  ) {
    super(message);
    this.name = 'UntranslatableError';
  }
}
