import type { Comparison, LoadRun, Policy, Run, Sample, StepOutcome } from '../records/index.ts'
import { rateInterval } from '../statistics/index.ts'
import { counted, firstOf, milliseconds } from './figures.ts'
import { inFull, METRICS } from './limit-metrics.ts'
import { judgeLimits } from './limits.ts'
import { judgeLoads } from './load.ts'
import { LOAD_METRICS, QUANTILES } from './load-metrics.ts'
import { sortSamples } from './samples.ts'
import { type SeenLoad, seenLoad } from './seen-load.ts'

export type StepInput = {
  /** Of this load alone. */
  readonly samples: readonly Sample[]
  readonly load: LoadRun
  readonly policy: Policy
  readonly profile?: Run['profile']
  /** Why the target is known to be saturated. */
  readonly saturated?: string | undefined
}

/** What a step of a search shows beside its level. */
const FIGURES = [
  ...['requestsPerSecond', 'askedRequestsPerSecond', 'goodput', 'outputTokensPerSecond', 'errorRate'],
  ...['ttftMsP50', 'ttftMsP99', 'tpotMsP50', 'tpotMsP99', 'e2eMsP50', 'e2eMsP99'],
]

/**
 * Whether one load of a search keeps the steady limits of the policy. Beside them it holds only where no request failed or was turned
 * away (unless a limit says how many may) and where its target kept up with what was due.
 */
export function judgeStep(input: StepInput): StepOutcome {
  const { samples, load, policy, profile, saturated } = input
  const seen = seenLoad(samples, { loads: [load], limits: policy.limits, profile })
  if (!seen) return { outcome: 'unknown', reason: 'no request came to an end', figures: {} }
  const figures = figuresOf(seen)
  const judgedLoad = judgeLoads({ samples, loads: [load], policy })
  const failing = failedBy(seen, judgedLoad, policy)
  if (failing) return { outcome: 'broken', ...failing, figures }
  // What a client that could not keep up has timed or has not sent says nothing of the service.
  const [spoiled] = load.validity?.reasons ?? []
  if (spoiled) return { outcome: 'invalid', reason: `${spoiled.says} ${spoiled.next}`, figures }
  if (saturated !== undefined) return { outcome: 'broken', limit: 'saturated', reason: saturated, figures }
  const unsent = judgedLoad.find(({ id, outcome }) => id === 'load-sent' && outcome !== 'passed')
  if (unsent) return { outcome: 'broken', limit: 'load-sent', reason: unsent.reason, figures }
  const judged = judgeLimits({
    ...{ sorted: sortSamples(samples), samples, load: seen },
    policy: { ...policy, limits: steadyLimits(policy) },
  })
  const failed = judged.find(({ outcome }) => outcome === 'failed')
  if (failed) return { outcome: 'broken', limit: nameOf(failed), reason: said(failed), figures }
  for (const one of judged) {
    const reason = tooManyBeyond(one, seen)
    if (reason !== undefined) return { outcome: 'broken', limit: nameOf(one), reason, figures }
  }
  const open = judged.filter(({ outcome }) => outcome === 'inconclusive')
  const [first] = open
  if (!first) return { outcome: 'held', reason: kept(judged, seen), figures }
  const unknown = { outcome: 'unknown', reason: said(first), figures } as const
  return open.some(isBeyond) ? unknown : { ...unknown, leansToHeld: true }
}

/** The limits of a load, by their names in full. */
export const steadyLimits = ({ limits = {} }: Policy): NonNullable<Policy['limits']> =>
  Object.fromEntries(
    Object.entries(limits).flatMap(([name, limit]) =>
      isSteady(name) ? [[inFull(name), limit] as const] : [],
    ),
  )

export const isSteady = (name: string): boolean => METRICS.get(inFull(name))?.warmth === 'steady'

function figuresOf(seen: SeenLoad): Readonly<Record<string, number>> {
  return Object.fromEntries(
    FIGURES.flatMap((name) => {
      const found = LOAD_METRICS.get(name)?.see(seen)
      return found && 'value' in found ? [[name, found.value] as const] : []
    }),
  )
}

/** Requests that failed or were turned away, where no limit says how many may. */
function failedBy(
  { all }: SeenLoad,
  judged: readonly Comparison[],
  policy: Policy,
): Pick<StepOutcome, 'limit' | 'reason'> | undefined {
  const errors = judged.find(({ id, outcome }) => id === 'load-errors' && outcome === 'failed')
  if (errors) return { limit: 'errors', reason: errors.reason }
  const away = all.filter(({ turnedAway }) => turnedAway).length
  if (away === 0 || steadyLimits(policy)['steady.turnedAwayRate']) return undefined
  return { limit: 'turned-away', reason: `${away} of ${counted(all.length, 'request')} were turned away` }
}

/** Too few answers give no tail, but enough of them beyond its limit show that more are beyond it than may be. */
function tooManyBeyond(one: Comparison, { good }: SeenLoad): string | undefined {
  const [, field, statistic] = /^(ttftMs|tpotMs|e2eMs)(P\d+)$/.exec(nameOf(one).replace('steady.', '')) ?? []
  const p = QUANTILES[statistic as keyof typeof QUANTILES]
  const { outcome, value: known, limit } = one
  if (outcome !== 'inconclusive' || known !== undefined || p === undefined || limit === undefined)
    return undefined
  const values = good.flatMap((sample) => sample[field as 'ttftMs'] ?? [])
  const beyond = values.filter((value) => value > limit).length
  if (values.length === 0 || rateInterval(beyond, values.length).low <= 1 - p) return undefined
  return `${nameOf(one)}: ${beyond} of ${values.length} answers are beyond ${milliseconds(limit)}, more than chance puts there`
}

/** Whether the figure itself is on the wrong side, by chance or not. */
function isBeyond({ id, value, limit }: Comparison): boolean {
  if (value === undefined || limit === undefined) return false
  return METRICS.get(inFull(id.replace('limits.', '')))?.bound === 'min' ? value < limit : value > limit
}

const nameOf = ({ id }: Comparison): string => id.replace('limits.', '')
const said = (one: Comparison): string => `${nameOf(one)}: ${one.reason}`

const kept = (judged: readonly Comparison[], { all }: SeenLoad): string =>
  judged.length === 0 ? `all ${all.length} requests were answered` : firstOf(judged.map(said))
