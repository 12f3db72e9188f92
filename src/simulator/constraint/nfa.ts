import type { CharSet } from './char-set.ts'
import { ALL } from './char-set.ts'
import { refuse } from './constraint-error.ts'
import type { Regex } from './regex-syntax.ts'

export type NfaState =
  | { readonly kind: 'fork'; readonly to: number[] }
  | { readonly kind: 'set'; readonly set: CharSet; readonly to: number[] }
  | { readonly kind: 'at-start' | 'at-end'; readonly to: number[] }
  | { readonly kind: 'match'; readonly to: number[] }

export type Nfa = { readonly states: readonly NfaState[]; readonly start: number }

/** `whole`: all of the text matches. `search`: some part of it does, as JSON Schema's `pattern` means it. */
export type MatchMode = 'whole' | 'search'

const MAX_STATES = 20_000

/** Thompson's construction (Thompson 1968): linear in the expression once the counted repeats are written out. */
export function buildNfa(regex: Regex, mode: MatchMode): Nfa {
  const states: NfaState[] = []
  const add = (state: NfaState): number => {
    if (states.length >= MAX_STATES) refuse('regex', `needs more than ${MAX_STATES} automaton states`)
    return states.push(state) - 1
  }
  const fork = (...to: number[]): number => add({ kind: 'fork', to })

  // Built from the end: each part is given the state that follows it.
  const build = (part: Regex, next: number): number => {
    switch (part.kind) {
      case 'set':
        return add({ kind: 'set', set: part.set, to: [next] })
      case 'at-start':
      case 'at-end':
        return add({ kind: part.kind, to: [next] })
      case 'sequence':
        return part.items.reduceRight((after, item) => build(item, after), next)
      case 'choice':
        return fork(...part.options.map((option) => build(option, next)))
      case 'repeat':
        return repeat(part.item, part.min, part.max, next)
    }
  }
  const loop = (item: Regex, next: number): number => {
    const to = [next]
    const start = add({ kind: 'fork', to })
    to.unshift(build(item, start))
    return start
  }
  const repeat = (item: Regex, min: number, max: number, next: number): number => {
    let start = max === Number.POSITIVE_INFINITY ? loop(item, next) : next
    if (max !== Number.POSITIVE_INFINITY)
      for (let i = min; i < max; i++) start = fork(build(item, start), next)
    // The fork counts each copy, also of an item that has no states of its own.
    for (let i = 0; i < min; i++) start = fork(build(item, start))
    return start
  }

  const match = add({ kind: 'match', to: [] })
  if (mode === 'whole') return { start: build(regex, match), states }
  const rest = loop({ kind: 'set', set: ALL }, match)
  const body = build(regex, rest)
  const to = [body]
  const start = add({ kind: 'fork', to })
  to.push(add({ kind: 'set', set: ALL, to: [start] }))
  return { start, states }
}
