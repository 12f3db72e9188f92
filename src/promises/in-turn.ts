/** An answer may take this many times as long as the slowest before it; what would not fit any more is not begun. */
const ROOM = 2

/**
 * Runs `task` up to `count` times, one after the other, as long as the time left has room for another as slow as the slowest
 * so far; the results. The first is always run: no check decides on nothing.
 */
export async function inTurn<T>(
  count: number,
  leftMs: () => number,
  task: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  let slowestMs = 0
  while (results.length < count && (results.length === 0 || leftMs() > ROOM * slowestMs)) {
    const beforeMs = leftMs()
    results.push(await task(results.length))
    slowestMs = Math.max(slowestMs, beforeMs - leftMs())
  }
  return results
}
