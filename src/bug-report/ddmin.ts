/**
 * The smallest part of a list that still passes `test`, by delta debugging: ever smaller pieces are left out, until leaving out
 * any single item would lose it (A. Zeller, R. Hildebrandt: Simplifying and Isolating Failure-Inducing Input, IEEE TSE 28 (2),
 * 2002; the reduction to complements, since a piece alone is seldom a whole request). `test` has held for the whole list.
 */
export async function ddmin<T>(
  all: readonly T[],
  test: (kept: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  if (all.length === 0 || (await test([]))) return []
  let kept = all
  let pieces = 2
  while (kept.length >= 2) {
    const size = Math.ceil(kept.length / pieces)
    const smaller = await firstThat(complements(kept, size), test)
    if (smaller) {
      kept = smaller
      pieces = Math.max(2, pieces - 1)
    } else if (size === 1) return kept
    else pieces = Math.min(kept.length, pieces * 2)
  }
  return kept
}

const complements = <T>(list: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.toSpliced(index * size, size))

async function firstThat<T>(
  candidates: readonly T[],
  test: (candidate: T) => Promise<boolean>,
): Promise<T | undefined> {
  for (const candidate of candidates) if (await test(candidate)) return candidate
  return undefined
}
