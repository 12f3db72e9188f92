/** What stands in an answer to take a stop string from. */
type Answered = { readonly text: string; readonly reasoning?: string }

/** A stop string and where the text would end. */
type StopPlace = { readonly stop: string; readonly at: number }

/** Something has to stand before a stop string, or nothing would be left to compare. */
const FIRST = 4
/** The shortest first: more of these lie inside a word, and inside a token. */
const LENGTHS = [2, 5, 12, 24]

/**
 * Pieces of an answer, each at its first occurrence: three, spread over it. A stop string ends a thought as well, so none stands in
 * the answer's thought; where all short ones do, longer ones are taken. Pieces of two characters are letters of one word.
 */
export function stopPlaces({ text, reasoning = '' }: Answered, shortest: number): readonly StopPlace[] {
  for (const length of LENGTHS.filter((one) => one >= shortest)) {
    const places = Array.from({ length: Math.max(0, text.length - length + 1) }, (_, at) => ({
      stop: text.slice(at, at + length),
      at,
    })).filter(
      ({ stop, at }) =>
        at >= FIRST &&
        text.indexOf(stop) === at &&
        !reasoning.includes(stop) &&
        // Half a character is none.
        stop.isWellFormed() &&
        (length > 2 || /^[a-z]+$/i.test(stop)),
    )
    if (places.length > 0)
      return [0.2, 0.5, 0.8].flatMap((share) => places[Math.floor(share * places.length)] ?? [])
  }
  return []
}
