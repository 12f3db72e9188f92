import { Alphabet } from './alphabet.ts'
import { refuse } from './constraint-error.ts'
import { type Dfa, exploreDfa } from './dfa.ts'
import { buildNfa, type MatchMode, type Nfa } from './nfa.ts'
import { parseRegex } from './regex-parser.ts'

/** Steps that building one automaton may take: some tenths of a second. */
const MAX_WORK = 4_000_000

type Position = { readonly states: readonly number[]; readonly atStart: boolean }

/** Compiles a pattern to a deterministic automaton: matching is linear in the text, whatever the pattern. */
export function compileRegex(pattern: string, mode: MatchMode, keyword = 'regex'): Dfa {
  const nfa = buildNfa(parseRegex(pattern), mode)
  const alphabet = new Alphabet(nfa.states.flatMap((state) => (state.kind === 'set' ? [state.set] : [])))
  const classes = nfa.states.map((state) =>
    state.kind === 'set'
      ? alphabet.samples.flatMap((point, cls) => (holds(state.set, point) ? [cls] : []))
      : [],
  )
  let work = 0
  const spend = (amount: number) => {
    work += amount
    if (work > MAX_WORK) refuse(keyword, 'takes too much work to compile')
  }
  const start = { states: closure(nfa, [nfa.start], true, false, spend), atStart: true }
  const keyOf = ({ states, atStart }: Position) => `${atStart ? '^' : ''}${states.join()}`
  return exploreDfa<Position>(keyword, alphabet, start, keyOf, ({ states, atStart }) => {
    const buckets: number[][] = alphabet.samples.map(() => [])
    for (const id of states) {
      spend(1 + (classes[id]?.length ?? 0))
      for (const cls of classes[id] ?? []) buckets[cls]?.push(...(nfa.states[id]?.to ?? []))
    }
    const ends = closure(nfa, states, atStart, true, spend)
    return {
      accepting: ends.some((id) => nfa.states[id]?.kind === 'match'),
      successors: buckets.map((to) =>
        to.length === 0 ? undefined : { states: closure(nfa, to, false, false, spend), atStart: false },
      ),
    }
  })
}

const holds = (set: readonly (readonly [number, number])[], point: number): boolean =>
  set.some(([low, high]) => low <= point && point <= high)

/** All states reachable without reading, less the forks; anchors are passed only where they hold. */
function closure(
  nfa: Nfa,
  from: readonly number[],
  atStart: boolean,
  atEnd: boolean,
  spend: (amount: number) => void,
): number[] {
  const seen = new Set(from)
  for (const id of seen) {
    const state = nfa.states[id]
    const open =
      state?.kind === 'fork' || (state?.kind === 'at-start' && atStart) || (state?.kind === 'at-end' && atEnd)
    if (open) for (const to of state.to) seen.add(to)
  }
  spend(seen.size)
  return [...seen].filter((id) => nfa.states[id]?.kind !== 'fork').sort((a, b) => a - b)
}
