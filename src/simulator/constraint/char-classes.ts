import { ALL, type CharSet, characters, complement, range, union, without } from './char-set.ts'

/** Classes as ECMA-262 defines them: that is the dialect that JSON Schema names for `pattern`. */
const DIGIT = range(0x30, 0x39)
const WORD = union(DIGIT, range(0x41, 0x5a), range(0x61, 0x7a), characters('_'))
const LINE_END = characters('\n\r\u2028\u2029')
const SPACE = union(
  characters('\t\v\f \u00a0\u1680\u202f\u205f\u3000\ufeff'),
  range(0x2000, 0x200a),
  LINE_END,
)

/** `.`: anything but a line end. */
export const DOT: CharSet = without(ALL, LINE_END)

/** The class that `\d`, `\W`… stands for; undefined where the letter names none. */
export function classEscape(letter: string): CharSet | undefined {
  const base = { d: DIGIT, w: WORD, s: SPACE }[letter.toLowerCase()]
  if (!base) return undefined
  return letter === letter.toLowerCase() ? base : complement(base)
}
