/**
 * Cuts a server-sent event stream into the data of its events, as WHATWG HTML §9.2.6 says, for what OpenAI's wire uses of
 * it: `data:` lines, empty lines between events, comments ignored.
 */
export class SseReader {
  private rest = '';
  private data: string[] = [];

  /** Takes the next piece, cut anywhere; returns the data of every event that it completes. */
  read(piece: string): string[] {
    const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    const events: string[] = [];
    for (const line of lines) {
      if (line !== '') {
        if (line.startsWith('data:')) this.data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
      } else if (this.data.length > 0) {
        events.push(this.data.join('\n'));
        this.data = [];
      }
    }
    return events;
  }
}
