import type { LogItem } from '@ollameter/admin-contract';

export interface Phase {
  id: 'queue' | 'load' | 'ollama-queue' | 'prompt' | 'generate';
  name: string;
  ms: number;
  /** Of the known time, 0–1. */
  share: number;
}

/** Where a request's time went, in the order in which it went there. Unknown phases count nothing. */
export function toPhases({ queueMs, loadMs, ollamaQueueMs, promptMs, generateMs }: LogItem): Phase[] {
  const known = (queueMs ?? 0) + (loadMs ?? 0) + (ollamaQueueMs ?? 0) + (promptMs ?? 0) + (generateMs ?? 0);
  const phase = (id: Phase['id'], name: string, ms: number | null): Phase => ({
    id,
    name,
    ms: ms ?? 0,
    share: known === 0 ? 0 : (ms ?? 0) / known,
  });
  return [
    phase('queue', 'Queue', queueMs),
    phase('load', 'Load', loadMs),
    phase('ollama-queue', 'Ollama’s queue', ollamaQueueMs),
    phase('prompt', 'Prompt', promptMs),
    phase('generate', 'Generate', generateMs),
  ];
}
