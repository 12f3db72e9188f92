import { Alphabet } from './alphabet.ts'
import { refuse, unsatisfiable } from './constraint-error.ts'

/** A deterministic automaton over code points, trimmed: every state left can still reach acceptance. Start is 0. */
export type Dfa = {
  readonly alphabet: Alphabet
  readonly states: number
  readonly accepting: readonly boolean[]
  /** `states × classes`; −1 leads nowhere. */
  readonly next: Int32Array
  /** Fewest further characters until acceptance, by state. */
  readonly distance: Int32Array
}

export const MAX_DFA_STATES = 10_000
const MAX_CELLS = 4_000_000

/** What a builder knows of one state: whether it accepts, and the key of its successor by class. */
export type Expansion<S> = { readonly accepting: boolean; readonly successors: readonly (S | undefined)[] }

/** Builds the automaton reachable from `start`. Throws when it grows too large or accepts nothing. */
export function exploreDfa<S>(
  keyword: string,
  alphabet: Alphabet,
  start: S,
  keyOf: (state: S) => string,
  expand: (state: S) => Expansion<S>,
): Dfa {
  const ids = new Map([[keyOf(start), 0]])
  const queue: S[] = [start]
  const rows: number[] = []
  const accepting: boolean[] = []
  const idOf = (state: S): number => {
    const key = keyOf(state)
    const known = ids.get(key)
    if (known !== undefined) return known
    if (queue.length >= MAX_DFA_STATES || queue.length * alphabet.size > MAX_CELLS)
      refuse(keyword, 'its automaton grows too large')
    ids.set(key, queue.length)
    return queue.push(state) - 1
  }
  for (let at = 0; at < queue.length; at++) {
    const expansion = expand(queue[at] as S)
    accepting.push(expansion.accepting)
    for (let cls = 0; cls < alphabet.size; cls++) {
      const successor = expansion.successors[cls]
      rows.push(successor === undefined ? -1 : idOf(successor))
    }
  }
  return trim(keyword, alphabet, accepting, Int32Array.from(rows))
}

/** Cuts the edges into states from which nothing can be accepted any more. */
function trim(keyword: string, alphabet: Alphabet, accepting: readonly boolean[], next: Int32Array): Dfa {
  const width = alphabet.size
  const distance = distances(accepting, next, width)
  if (distance[0] === UNREACHABLE) unsatisfiable(keyword, 'no text satisfies it')
  const trimmed = next.map((to) => (to < 0 || distance[to] === UNREACHABLE ? -1 : to))
  return { alphabet, states: accepting.length, accepting, next: trimmed, distance }
}

export const UNREACHABLE = 0x7fffffff

/** Breadth first from the accepting states, against the edges. */
function distances(accepting: readonly boolean[], next: Int32Array, width: number): Int32Array {
  const sources: number[][] = accepting.map(() => [])
  next.forEach((to, cell) => {
    if (to >= 0) sources[to]?.push(Math.floor(cell / width))
  })
  const distance = new Int32Array(accepting.length).fill(UNREACHABLE)
  const queue = accepting.flatMap((accepts, state) => (accepts ? [state] : []))
  for (const state of queue) distance[state] = 0
  for (let at = 0; at < queue.length; at++) {
    const state = queue[at] ?? 0
    for (const source of sources[state] ?? []) {
      if (distance[source] !== UNREACHABLE) continue
      distance[source] = (distance[state] ?? 0) + 1
      queue.push(source)
    }
  }
  return distance
}

/** The texts that both automata accept. */
export function intersectDfa(keyword: string, a: Dfa, b: Dfa): Dfa {
  const alphabet = new Alphabet([...classSets(a.alphabet), ...classSets(b.alphabet)])
  const pairs = alphabet.samples.map(
    (point) => [a.alphabet.classOf(point), b.alphabet.classOf(point)] as const,
  )
  return exploreDfa<readonly [number, number]>(keyword, alphabet, [0, 0], String, ([p, q]) => ({
    accepting: Boolean(a.accepting[p] && b.accepting[q]),
    successors: pairs.map(([classA, classB]) => {
      const [toA, toB] = [follow(a, p, classA), follow(b, q, classB)]
      return toA < 0 || toB < 0 ? undefined : [toA, toB]
    }),
  }))
}

/** The state after a character of class `cls`, or −1. */
export const follow = (dfa: Dfa, state: number, cls: number): number =>
  cls < 0 ? -1 : (dfa.next[state * dfa.alphabet.size + cls] ?? -1)

/** Whether the automaton accepts the whole text. */
export function matches(dfa: Dfa, text: string): boolean {
  let state = 0
  for (const char of text) {
    state = follow(dfa, state, dfa.alphabet.classOf(char.codePointAt(0) ?? 0))
    if (state < 0) return false
  }
  return dfa.accepting[state] ?? false
}

function classSets(alphabet: Alphabet): [number, number][][] {
  const sets: [number, number][][] = alphabet.samples.map(() => [])
  alphabet.starts.forEach((start, segment) => {
    const end = alphabet.starts[segment + 1] ?? 0x110000
    sets[alphabet.segmentClass[segment] ?? -1]?.push([start, end - 1])
  })
  return sets
}
