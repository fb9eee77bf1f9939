import { createHash } from 'node:crypto';

/** A Lua script that Redis runs as one step. It is sent once and named by its hash from then on. */
export class RedisScript {
  readonly sha1: string;

  constructor(readonly source: string) {
    this.sha1 = createHash('sha1').update(source).digest('hex');
  }
}
