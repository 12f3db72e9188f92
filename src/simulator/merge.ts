/** Several sequences as one, each item with the index of the sequence that it came from, in order of arrival. */
export async function* merge<T>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<readonly [number, T]> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]())
  const step = async (index: number) => ({ index, result: await iterators[index]?.next() })
  const pending = new Map(iterators.map((_, index) => [index, step(index)]))
  try {
    while (pending.size > 0) {
      const { index, result } = await Promise.race(pending.values())
      if (!result || result.done) pending.delete(index)
      else {
        pending.set(index, step(index))
        yield [index, result.value]
      }
    }
  } finally {
    // One failed or the reader left: the others must not run on, and their own failures are no news.
    const running = [...pending.values()]
    for (const step of running) step.catch(() => undefined)
    await Promise.allSettled(iterators.map((iterator) => iterator.return?.()))
  }
}
