/** Content type of every unary JSON answer and of errors that are known before the model runs. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** Content type of errors that the model's process reports before the first record of a stream. */
export const STREAM_ERROR_TYPE = 'application/json';

/** An answer with a status and Ollama's `{"error":"text"}`, thrown by a handler before the first record. */
export class HttpError extends Error {
  readonly status: number;
  readonly contentType: string;

  constructor(status: number, message: string, contentType = JSON_TYPE) {
    super(message);
    this.status = status;
    this.contentType = contentType;
  }
}

/** The client went away; nobody is left to answer. */
export class ClientLeft extends Error {
  constructor() {
    super('request canceled');
  }
}
