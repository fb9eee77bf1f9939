/** A start that cannot go on; the message is the one line that the terminal shows. */
export class StartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartError';
  }
}
