import { refuse, unsatisfiable } from './constraint-error.ts'
import { type Dfa, follow, UNREACHABLE } from './dfa.ts'

const MAX_CELLS = 8_000_000

/** How many more characters are needed to be accepted with a total length within bounds: automaton × length, counted. */
export interface LengthWindow {
  /** Fewest further characters from `state` after `length` characters; Infinity where none will do. */
  shortest(state: number, length: number): number
}

/** Lengths are in characters (code points), as JSON Schema counts. */
export function lengthWindow(dfa: Dfa, min: number, max: number): LengthWindow {
  if (min > max) unsatisfiable('minLength', `${min} is above maxLength ${max}`)
  const window = chooseWindow(dfa, min, max)
  if (!Number.isFinite(window.shortest(0, 0)))
    unsatisfiable('minLength/maxLength', 'no matching text has such a length')
  return window
}

function chooseWindow(dfa: Dfa, min: number, max: number): LengthWindow {
  if (isUniversal(dfa)) {
    const shortest = (_: number, length: number) =>
      length > max ? Number.POSITIVE_INFINITY : Math.max(0, min - length)
    return { shortest }
  }
  if (max !== Number.POSITIVE_INFINITY) return boundedWindow(dfa, min, max)
  return min === 0 ? { shortest: (state) => dfa.distance[state] ?? UNREACHABLE } : openWindow(dfa, min)
}

const isUniversal = (dfa: Dfa): boolean =>
  dfa.states === 1 && dfa.accepting[0] === true && dfa.next.every((to) => to === 0) && coversAll(dfa)

const coversAll = (dfa: Dfa): boolean =>
  dfa.alphabet.segmentClass.every((cls, segment) => cls >= 0 || dfa.alphabet.starts[segment] === 0xd800)

/** cost[k][state]: fewest characters until acceptance, at least k of them. */
function openWindow(dfa: Dfa, min: number): LengthWindow {
  checkSize('minLength', dfa, min)
  const cost: Float64Array[] = [Float64Array.from(dfa.distance)]
  for (let k = 1; k <= min; k++) {
    const fewer = cost[k - 1]
    cost.push(eachState(dfa, (to) => 1 + (fewer?.[to] ?? Number.POSITIVE_INFINITY)))
  }
  return { shortest: (state, length) => cost[Math.max(0, min - length)]?.[state] ?? Number.POSITIVE_INFINITY }
}

/** next[k][state]: the least number ≥ k of characters with which the state accepts exactly. */
function boundedWindow(dfa: Dfa, min: number, max: number): LengthWindow {
  checkSize('maxLength', dfa, max)
  const exactly: Float64Array[] = [
    Float64Array.from(dfa.accepting, (accepts) => (accepts ? 0 : Number.POSITIVE_INFINITY)),
  ]
  for (let k = 1; k <= max; k++) {
    const fewer = exactly[k - 1]
    exactly.push(eachState(dfa, (to) => (fewer?.[to] === k - 1 ? k : Number.POSITIVE_INFINITY)))
  }
  for (let k = max - 1; k >= 0; k--) {
    const [here, more] = [exactly[k], exactly[k + 1]]
    here?.forEach((value, state) => {
      if (value !== k) here[state] = more?.[state] ?? Number.POSITIVE_INFINITY
    })
  }
  return {
    shortest(state, length) {
      const count = exactly[Math.max(0, min - length)]?.[state] ?? Number.POSITIVE_INFINITY
      return length + count <= max ? count : Number.POSITIVE_INFINITY
    },
  }
}

function checkSize(keyword: string, dfa: Dfa, length: number): void {
  if ((length + 1) * dfa.states > MAX_CELLS)
    refuse(keyword, `${length} is too long to count with this pattern`)
}

/** The least of `value` over the successors of each state. */
function eachState(dfa: Dfa, value: (to: number) => number): Float64Array {
  const row = new Float64Array(dfa.states).fill(Number.POSITIVE_INFINITY)
  for (let state = 0; state < dfa.states; state++)
    for (let cls = 0; cls < dfa.alphabet.size; cls++) {
      const to = follow(dfa, state, cls)
      if (to >= 0) row[state] = Math.min(row[state] ?? Number.POSITIVE_INFINITY, value(to))
    }
  return row
}
