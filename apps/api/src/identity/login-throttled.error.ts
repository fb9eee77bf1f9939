import { HttpException, HttpStatus } from '@nestjs/common';

/** 429 of the login: come back after so many seconds. */
export class LoginThrottledError extends HttpException {
  constructor(readonly retryAfterSeconds: number) {
    super(
      `Too many login attempts. Try again in ${retryAfterSeconds} ${retryAfterSeconds === 1 ? 'second' : 'seconds'}.`,
      HttpStatus.TOO_MANY_REQUESTS,
    );
  }
}
