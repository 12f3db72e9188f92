import type { Completed } from '../records/index.ts'

type Pair = readonly [Completed, Completed]

/** One pair that differs may be the arithmetic of a batch; this many in a row are not. */
const PAIRS = 3

/** Draws pairs of answers that should have one text, until one has or three have not. */
export async function drawAlike(
  draw: (index: number) => Promise<Pair>,
): Promise<{ readonly alike: boolean; readonly pairs: readonly Pair[] }> {
  const pairs: Pair[] = []
  while (pairs.length < PAIRS) {
    const pair = await draw(pairs.length)
    pairs.push(pair)
    if (pair[0].text === pair[1].text) return { alike: true, pairs }
  }
  return { alike: false, pairs }
}
