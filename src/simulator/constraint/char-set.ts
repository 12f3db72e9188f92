/** A set of Unicode scalar values as sorted, disjoint, inclusive ranges. Surrogates never belong to one. */
export type CharSet = readonly (readonly [low: number, high: number])[]

export const LAST_CODE_POINT = 0x10ffff
const SURROGATES: CharSet = [[0xd800, 0xdfff]]

export const ALL: CharSet = [
  [0, 0xd7ff],
  [0xe000, LAST_CODE_POINT],
]

export const range = (low: number, high: number): CharSet => normalize([[low, high]])

export const characters = (text: string): CharSet =>
  normalize([...text].map((char) => [codePoint(char), codePoint(char)] as const))

export const codePoint = (char: string): number => char.codePointAt(0) ?? 0

export const union = (...sets: readonly CharSet[]): CharSet => normalize(sets.flat())

export const without = (set: CharSet, taken: CharSet): CharSet => intersect(set, complement(taken))

/** All scalar values that are not in `set`. */
export function complement(set: CharSet): CharSet {
  const gaps: [number, number][] = []
  let next = 0
  for (const [low, high] of merge([...set, ...SURROGATES])) {
    if (low > next) gaps.push([next, low - 1])
    next = high + 1
  }
  if (next <= LAST_CODE_POINT) gaps.push([next, LAST_CODE_POINT])
  return gaps
}

export function intersect(a: CharSet, b: CharSet): CharSet {
  const both: [number, number][] = []
  for (const [lowA, highA] of a)
    for (const [lowB, highB] of b)
      if (lowA <= highB && lowB <= highA) both.push([Math.max(lowA, lowB), Math.min(highA, highB)])
  return merge(both)
}

const normalize = (ranges: CharSet): CharSet => complement(complement(ranges))

function merge(ranges: CharSet): CharSet {
  const merged: [number, number][] = []
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1)
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high)
    else merged.push([low, high])
  }
  return merged
}
