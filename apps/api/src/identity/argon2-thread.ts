import type { Argon2Parameters } from 'node:crypto';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';

export interface Argon2Question {
  readonly id: number;
  readonly parameters: Argon2Parameters;
}

export type Argon2Answer =
  { readonly id: number; readonly tag: Uint8Array } | { readonly id: number; readonly error: Error };

interface Asked {
  readonly resolve: (tag: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Argon2id, one derivation after the other, on a thread of its own that gives way to all others where the system knows
 * priorities of threads. On libuv's pool a flood of logins would take the spool's turn and the requests' cores.
 * The thread starts with the first question and keeps the process only while one is open.
 */
export class Argon2Thread {
  private worker: Worker | null = null;
  private lastId = 0;
  private readonly asked = new Map<number, Asked>();

  /** The tag that these parameters derive. Rejects where they are out of argon2's range. */
  derive(parameters: Argon2Parameters): Promise<Buffer> {
    const worker = (this.worker ??= this.start());
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      worker.postMessage({ id, parameters } satisfies Argon2Question);
      this.asked.set(id, { resolve, reject });
      worker.ref();
    });
  }

  private start(): Worker {
    const worker = new Worker(join(__dirname, `argon2-worker${extname(__filename)}`));
    worker.on('message', (answer: Argon2Answer) => {
      const asked = this.asked.get(answer.id);
      this.asked.delete(answer.id);
      if (this.asked.size === 0) worker.unref();
      if ('tag' in answer) asked?.resolve(Buffer.from(answer.tag));
      else asked?.reject(answer.error);
    });
    worker.on('error', (error: Error) => {
      this.worker = null;
      for (const { reject } of this.asked.values()) reject(error);
      this.asked.clear();
    });
    return worker;
  }
}
