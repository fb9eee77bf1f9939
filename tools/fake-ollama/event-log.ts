/** Wakes those who wait for a condition each time something happened; the tests' replacement for sleeping. */
export class EventLog {
  private readonly waiting = new Set<() => void>();

  /** Says that something happened: every waiting condition is looked at again. */
  notify(): void {
    for (const check of [...this.waiting]) check();
  }

  /**
   * Resolves with the condition's first value that is not `undefined` or `false`.
   * Rejects after `timeoutMs`, naming `what`.
   */
  until<T>(what: string, condition: () => T | undefined | false, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.waiting.delete(check);
        clearTimeout(timer);
      };
      const check = (): void => {
        let value: T | undefined | false;
        try {
          value = condition();
        } catch (error) {
          stop();
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        if (value === undefined || value === false) return;
        stop();
        resolve(value);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`fake Ollama: waited ${timeoutMs} ms for ${what}`));
      }, timeoutMs);
      this.waiting.add(check);
      check();
    });
  }
}
