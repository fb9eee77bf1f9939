import type { HttpClient } from '@angular/common/http';
import type { LogItem, LogPage } from '@ollameter/admin-contract';
import { firstValueFrom } from 'rxjs';
import type { ChatTurn } from './chat-turn';
import { bringsText, foldChunk } from './fold-chunk';
import { ChatError, type ChatStream } from './open-chat';

const LOOK_EVERY_MS = 1_000;
const MOST_LOOKS = 20;

/** Lets the answer of one turn grow as its stream brings it, until it is done, stopped by `signal`, or failed. */
export async function followAnswer(
  open: () => Promise<ChatStream>,
  signal: AbortSignal,
  change: (apply: (turn: ChatTurn) => Partial<ChatTurn>) => void,
): Promise<void> {
  try {
    const { requestId, chunks } = await open();
    change(() => ({ requestId, state: 'streaming' }));
    for await (const chunk of chunks) change((old) => grown(old, foldChunk(old.answer, chunk)));
    change(() => ({ state: 'done' }));
  } catch (error) {
    if (signal.aborted) change(() => ({ state: 'stopped' }));
    else if (error instanceof ChatError) change(() => ({ state: 'failed', problem: error.message }));
    else change(() => ({ state: 'failed', problem: 'The connection broke before the answer was whole.' }));
  }
}

/**
 * The row of a request once its energy is settled, some seconds after the answer; null where it does not come, or
 * nobody wants it any more. Asks the list, not the row: each reading of a text is recorded.
 */
export async function settledRow(
  http: HttpClient,
  requestId: string,
  isWanted: () => boolean,
): Promise<LogItem | null> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    if (!isWanted()) return null;
    try {
      const page = await firstValueFrom(http.get<LogPage>('/api/logs?outcome=all&pageSize=20'));
      const row = page.items.find(({ id }) => id === requestId);
      if (row !== undefined && row.energyQuality !== 'pending') return row;
    } catch {
      return null;
    }
  }
  return null;
}

function grown(turn: ChatTurn, answer: ChatTurn['answer']): Partial<ChatTurn> {
  if (!bringsText(turn.answer, answer)) return { answer };
  const atMs = performance.now() - turn.startedAtMs;
  return { answer, pieces: turn.pieces + 1, firstTokenMs: turn.firstTokenMs ?? atMs, lastTokenMs: atMs };
}
