import { HarnessError } from '../../errors.ts'
import type { Asked } from './asked.ts'
import type { CountedEntry, PlannedWorkload, PromptPlan } from './plan.ts'
import type { WordCosts } from './word-costs.ts'
import { DEFAULT_OUTPUT, type SharedPrefix } from './workload.ts'

/** The shortest synthetic prompt that can be made: HEAD in the template of its route, a shared prefix, and a word of its own. */
export function shortestOf(costs: WordCosts, route: Asked['route'], prefix?: SharedPrefix): number {
  const fixed = costs.fixed[route]
  return prefix ? fixed + Math.max(0, prefix.tokens - costs.fixed.generate) + 1 : fixed
}

/**
 * Refuses lengths that cannot be made, or that the context of the service has no room for, before anything is sent. Where nobody
 * counts tokens, a word is at least one.
 */
export function requireRoom(plan: PromptPlan, contextTokens: number | undefined): void {
  for (const workload of plan.workloads) {
    requireLongEnough(workload, plan)
    if (contextTokens === undefined) continue
    const [first, ...others] = needs(workload).filter(({ tokens, beside }) => tokens + beside > contextTokens)
    if (!first) continue
    const { place, tokens, beside } = first
    throw refusal(
      `${place} asks for ${number(tokens)} ${workload.source.kind === 'file' ? 'tokens' : plan.costs.unit} of input and ${number(beside)} tokens of output${sessionOf(workload)}, and the context of the service has ${number(contextTokens)} tokens${others.length > 0 ? ` (and so do ${number(others.length)} more)` : ''}`,
      workload.source.kind === 'synthetic'
        ? 'Ask for less; a distribution takes bounds, as in normal:512,128:64-900'
        : 'Take it out, or state a shorter --output',
    )
  }
}

function requireLongEnough({ name, source, sharedPrefix, turns }: PlannedWorkload, plan: PromptPlan): void {
  if (source.kind !== 'synthetic') return
  const { input } = source
  const shortest = shortestOf(plan.costs, turns ? 'chat' : plan.route, sharedPrefix)
  // A spread around a mean is cut where no prompt is so short; a length that was stated is not changed.
  const least = input.kind === 'fixed' || input.kind === 'uniform' ? input.low : input.high
  if (least >= shortest) return
  const why = sharedPrefix ? ' behind its shared prefix' : ''
  throw refusal(
    `${titleOf(name)} asks for ${number(least)} ${plan.costs.unit} of input, and the shortest prompt${why} has ${number(shortest)}`,
    'Ask for more',
  )
}

type Need = { readonly place: string; readonly tokens: number; readonly beside: number }

function needs({ name, source, output, turns }: PlannedWorkload): readonly Need[] {
  const stated = (output ?? DEFAULT_OUTPUT).high
  if (source.kind === 'synthetic') {
    const most = turns?.high ?? 1
    return [{ place: titleOf(name), tokens: source.input.high * most, beside: stated * most }]
  }
  if (source.kind === 'trace')
    return source.entries.map(({ inputTokens, outputTokens }, index) => ({
      place: `${source.place}, request ${index + 1},`,
      tokens: inputTokens,
      beside: outputTokens,
    }))
  return source.entries.map((entry) => ({
    place: entry.place,
    tokens: entry.inputTokens ?? 1,
    beside: output?.high ?? statedIn(entry) ?? stated,
  }))
}

const statedIn = ({ outputTokens, answerTokens }: CountedEntry): number | undefined =>
  outputTokens ?? answerTokens?.[0]

const titleOf = (name: string | undefined): string =>
  name === undefined ? 'The load' : `The workload ${name}`
const sessionOf = ({ turns }: PlannedWorkload): string =>
  turns === undefined || turns.high === 1 ? '' : ` in the ${turns.high} turns of a session`
const number = (n: number): string => n.toLocaleString('en')

const refusal = (says: string, next: string): HarnessError =>
  new HarnessError('usage', `${says}. ${next}; nothing was sent.`)
