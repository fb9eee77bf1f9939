import { Service, signal } from '@angular/core';

/** The key with which the playground asks: pasted, or made a moment ago. Only in this page's memory, never stored. */
@Service()
export class PlaygroundKey {
  readonly secret = signal('');
}
