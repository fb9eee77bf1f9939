/** One server-sent event. */
export interface SseEvent {
  /** `message` where the server names none. */
  type: string;
  data: string;
}

/**
 * Cuts a server-sent event stream into its events, as WHATWG HTML §9.2.6 says, for what the gateway uses of it: `event:`
 * and `data:` lines, empty lines between events, comments ignored.
 */
export class SseReader {
  private rest = '';
  private type = 'message';
  private data: string[] = [];

  /** Takes the next piece, cut anywhere; returns every event that it completes. */
  read(piece: string): SseEvent[] {
    const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    const events: SseEvent[] = [];
    for (const line of lines) {
      if (line === '') {
        if (this.data.length > 0) events.push({ type: this.type, data: this.data.join('\n') });
        this.data = [];
        this.type = 'message';
      } else if (line.startsWith('data:')) this.data.push(valueOf(line, 5));
      else if (line.startsWith('event:')) this.type = valueOf(line, 6);
    }
    return events;
  }
}

/** One space after the colon belongs to the field. */
function valueOf(line: string, from: number): string {
  return line.slice(line[from] === ' ' ? from + 1 : from);
}
