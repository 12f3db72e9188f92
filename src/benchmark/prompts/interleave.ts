/**
 * The turns of sessions in the order in which they are scheduled: of `atOnce` sessions the first turns, then their second ones, and
 * so on; then those of the next sessions. So the turn before one is mostly answered when it is due.
 */
export function* interleave<S extends { readonly turns: number }>(
  sessions: Iterable<S>,
  atOnce: number,
): Generator<{ readonly session: S; readonly turn: number }> {
  for (const group of chunks(sessions, atOnce))
    for (let turn = 0; group.some(({ turns }) => turn < turns); turn++)
      for (const session of group) if (turn < session.turns) yield { session, turn }
}

function* chunks<T>(items: Iterable<T>, size: number): Generator<readonly T[]> {
  let chunk: T[] = []
  for (const item of items) {
    chunk.push(item)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
