/** When a request kept its host busy; integer Unix µs, the end exclusive. */
export interface Activity {
  readonly id: string;
  readonly fromUs: number;
  readonly toUs: number;
}
