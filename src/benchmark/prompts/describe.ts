import type { PromptPlan } from './plan.ts'
import { makeText, placedDrafts } from './requests.ts'

/** What the first requests of a load have as input: counted figures, absent where nobody counted any. */
export type InputFacts = {
  readonly requests: number
  readonly counted: number
  /** Of the whole prompts, or of their texts where the counter does not know the chat template. */
  readonly of: 'prompts' | 'texts'
  readonly tokens?: { readonly min: number; readonly mean: number; readonly max: number }
  /** The largest difference between a count and the length that was asked for, as a share of that; absent where none was. */
  readonly furthest?: number
  /** Requests whose prompt stands in an earlier one too: a file that is shorter than the load. A prefix cache knows those. */
  readonly repeated: number
  /** One sentence for a report. */
  readonly says: string
}

/** `usageTokens`: the mean of what the service's own usage said, once the load has run. */
export function describeInput(plan: PromptPlan, requests: number, usageTokens?: number): InputFacts {
  const made = placedDrafts(plan)
    .take(requests)
    .map((placed) => ({ ...makeText(placed, plan), asks: placed.draft.asksTokens }))
    .toArray()
  const known = made.flatMap(({ length, asks }) => (length ? [{ ...length, asks }] : []))
  const off = known.flatMap(({ tokens, asks }) =>
    asks === undefined ? [] : [Math.abs(tokens - asks) / asks],
  )
  const texts = new Set(made.map(({ asked }) => JSON.stringify(asked)))
  const facts = {
    ...{ requests: made.length, counted: known.length },
    of: known.every(({ isWhole }) => isWhole) ? ('prompts' as const) : ('texts' as const),
    ...(known.length > 0 && { tokens: spreadOf(known.map(({ tokens }) => tokens)) }),
    ...(off.length > 0 && { furthest: off.reduce((a, b) => Math.max(a, b)) }),
    repeated: made.length - texts.size,
  }
  return { ...facts, says: sentence(facts, plan, usageTokens) }
}

function spreadOf(values: readonly number[]): NonNullable<InputFacts['tokens']> {
  const [min, max] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
  return { min, max, mean: values.reduce((sum, value) => sum + value, 0) / values.length }
}

function sentence(
  { requests, counted, of, tokens, furthest }: Omit<InputFacts, 'says'>,
  { counting, costs }: PromptPlan,
  usageTokens?: number,
): string {
  const usage =
    usageTokens === undefined ? '' : `; the server's usage says ${usageTokens.toFixed(1)} a request`
  if (counting.by === 'nobody')
    return `input: not counted (${counting.reason}); lengths are in ${costs.unit}${usage}`
  if (!tokens) return `input: not counted${usage}`
  const range = tokens.min === tokens.max ? `${tokens.min}` : `${tokens.min} to ${tokens.max}`
  const part = counted === requests ? `${requests} requests` : `${counted} of ${requests} requests`
  const who = counting.by === 'server' ? 'the server' : counting.place
  const template = of === 'texts' ? ' without the chat template, which it does not know' : ''
  const off = furthest === undefined ? '' : `, at most ${(100 * furthest).toFixed(1)} % from what was asked`
  return `input: ${range} tokens, mean ${tokens.mean.toFixed(1)}, of ${part}, counted by ${who}${template}${off}${usage}`
}
