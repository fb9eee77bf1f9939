/** A field of a well-formed request that has no faithful translation; becomes 400 `unsupported_parameter`. */
export class UntranslatableError extends Error {
  constructor(
    /** The field in OpenAI's notation. */
    readonly param: string,
    message: string,
  ) {
    super(message);
    this.name = 'UntranslatableError';
  }
}
