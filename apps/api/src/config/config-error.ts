/** A setting that stops the start; the message is the one line that the terminal shows. */
export class ConfigError extends Error {
  constructor(
    readonly variable: string,
    shownValue: string,
    readonly expected: string,
  ) {
    super(`${variable}=${shownValue} is not usable: expected ${expected}`);
    this.name = 'ConfigError';
  }
}
