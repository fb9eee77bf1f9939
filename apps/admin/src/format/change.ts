/** How a figure moved against the period before. */
export interface Change {
  direction: 'up' | 'down' | 'same';
  /** Of the figure before; null where there was nothing to compare with. */
  share: number | null;
}

export function change(now: number, before: number): Change {
  if (now === before) return { direction: 'same', share: 0 };
  return {
    direction: now > before ? 'up' : 'down',
    share: before === 0 ? null : Math.abs(now - before) / Math.abs(before),
  };
}
