/** The model's answer cannot be handed on as what the request demanded; the filter makes it a 502. */
export class BrokenAnswerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BrokenAnswerError';
  }
}
