/** The end of a sentence about an unknown word: the nearest known one, or all of them where none is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  if (near !== undefined) return `did you mean "${near}"?`
  return known.length === 0 ? 'there are none.' : `known: ${[...known].sort().join(', ')}.`
}

/** The known word that a typing error could have been; none when nothing is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase()
  const [best] = known
    .map((candidate) => ({ candidate, distance: levenshtein(lower, candidate.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance)
  const allowed = Math.max(2, Math.floor(word.length / 3))
  // A distance as long as the word replaces all of it: that is no typing error.
  return best && best.distance <= allowed && best.distance < word.length ? best.candidate : undefined
}

/** Insertions, deletions and substitutions between two words (Levenshtein 1966), one row of the table at a time. */
export function levenshtein(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (let column = 1; column <= other.length; column++) {
      const replace = (row[column - 1] ?? 0) + (letter === other[column - 1] ? 0 : 1)
      next.push(Math.min(replace, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
