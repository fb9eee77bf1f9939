/** Everything that a stream gives, in order; `told` hears of each as it comes. */
export async function collect<T>(stream: AsyncIterable<T>, told?: (one: T) => void): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) {
    all.push(one);
    told?.(one);
  }
  return all;
}
