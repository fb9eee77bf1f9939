/** Asks until there is an answer; the wait between two questions is no promise of the product. */
export async function eventually<T>(
  question: () => Promise<T | undefined> | T | undefined,
  what: string,
  timeoutMs = 10_000,
): Promise<T> {
  for (const giveUpAtMs = Date.now() + timeoutMs; ;) {
    const answer = await question();
    if (answer !== undefined) return answer;
    if (Date.now() > giveUpAtMs) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
