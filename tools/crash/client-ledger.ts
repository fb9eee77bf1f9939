/** An answer that ended properly at its client. */
export interface WholeAnswer {
  readonly id: string;
  readonly mark: string;
  readonly text: string;
}

/** What the clients know: every request sent, and how each ended as far as they could see. */
export class ClientLedger {
  /** By request id. */
  readonly whole = new Map<string, WholeAnswer>();
  /** Marks of every request that was ever written to a socket. */
  readonly sent = new Set<string>();
  /** Marks of requests that were refused or failed with a status; they must not stand as completed. */
  readonly refused = new Set<string>();
  /** Ended without a last byte: killed, cut, or left by the client; anything but two rows is right. */
  unfinished = 0;
  private count = 0;

  /** A mark that stands in the prompt, so that a row can be traced to its request. */
  nextMark(): string {
    const mark = `mark-${++this.count}-end`;
    this.sent.add(mark);
    return mark;
  }

  get requests(): number {
    return this.count;
  }
}
