import { closestMatch } from 'leven'

/** The end of a sentence about an unknown word: the nearest known one, or all of them where none is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  if (near !== undefined) return `did you mean "${near}"?`
  return known.length === 0 ? 'there are none.' : `known: ${[...known].sort().join(', ')}.`
}

/** The known word that a typing error could have been; none when nothing is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const spelled = new Map(known.map((candidate) => [candidate.toLowerCase(), candidate]))
  const allowed = Math.max(2, Math.floor(word.length / 3))
  // A distance as long as the word replaces all of it: that is no typing error.
  const maxDistance = Math.min(allowed, word.length - 1)
  return spelled.get(closestMatch(word.toLowerCase(), [...spelled.keys()], { maxDistance }) ?? '')
}
