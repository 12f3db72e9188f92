import { closestMatch } from 'leven'

/** More names than this are no help on a terminal. */
const MOST_NAMES = 24

/** The end of a sentence about an unknown word: the nearest known one, or what there is where none is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  if (near !== undefined) return `did you mean "${near}"?`
  if (known.length === 0) return 'there are none.'
  const names = [...known].sort()
  const more = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : ''
  return `known: ${names.slice(0, MOST_NAMES).join(', ')}${more}.`
}

/** The known word that a typing error could have been; none when nothing is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const spelled = new Map(known.map((candidate) => [candidate.toLowerCase(), candidate]))
  const swapped = [...spelled.keys()].find((candidate) => isSwapped(word.toLowerCase(), candidate))
  if (swapped !== undefined) return spelled.get(swapped)
  const allowed = Math.max(2, Math.floor(word.length / 3))
  // A distance as long as the word replaces all of it: that is no typing error.
  const maxDistance = Math.min(allowed, word.length - 1)
  return spelled.get(closestMatch(word.toLowerCase(), [...spelled.keys()], { maxDistance }) ?? '')
}

/** Two neighbours change places: the commonest typing error, which counts as two for an edit distance. */
function isSwapped(word: string, candidate: string): boolean {
  const at = [...word].findIndex((letter, index) => letter !== candidate[index])
  const swapped = `${word.slice(0, at)}${word[at + 1] ?? ''}${word[at] ?? ''}${word.slice(at + 2)}`
  return at >= 0 && swapped === candidate
}
