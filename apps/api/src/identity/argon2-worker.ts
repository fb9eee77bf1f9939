import { argon2Sync } from 'node:crypto';
import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type { Argon2Answer, Argon2Question } from './argon2-thread';

/** The other side of {@link Argon2Thread}: a thread's whole program. */

// Linux has a priority per thread, here the calling one; elsewhere it would be the whole gateway's.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);

parentPort?.on('message', ({ id, parameters }: Argon2Question) => {
  parentPort?.postMessage(answer(id, parameters));
});

function answer(id: number, parameters: Argon2Question['parameters']): Argon2Answer {
  try {
    return { id, tag: argon2Sync('argon2id', parameters) };
  } catch (error) {
    return { id, error: error instanceof Error ? error : new Error(String(error)) };
  }
}
