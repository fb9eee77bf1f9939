/** When a request kept its host busy; integer Unix µs, the end exclusive. */
export interface Activity {
  readonly id: string;
  readonly fromUs: number;
  readonly toUs: number;
  /** Until here the prompt was evaluated; where left out it was all generation. */
  readonly promptToUs?: number;
  /** Tokens of each phase, for sharing by tokens; where left out the time is shared equally. */
  readonly tokens?: { readonly prompt: number; readonly generate: number };
  /** What one token of each phase weighs beside those of other requests, for sharing by phases; not negative. */
  readonly tokenWeights?: { readonly prompt: number; readonly generate: number };
  /** What a constant meter draws while this request is active, mW, where its model has a figure of its own. */
  readonly milliwatts?: number;
}

export type Phase = 'prompt' | 'generate';

/** A stretch of time, Unix µs, the end exclusive. */
export interface TimeSpan {
  readonly fromUs: number;
  readonly toUs: number;
}
