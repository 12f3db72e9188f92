import type { Comparison, Policy } from '../records/index.ts'
import { counted, firstOf, percent } from './figures.ts'
import type { Oddity } from './oddities.ts'
import type { SeenLoad } from './seen-load.ts'

/**
 * Whether the streams of a load are what they look like, and whether all that was asked for was served. What is odd makes
 * numbers meaningless and breaks no limit: it is a gap, never a finding.
 */
export function judgeStreams(load: SeenLoad, { limits = {} }: Policy): readonly Comparison[] {
  return [streams(load), usage(load), ...turnedAway(load, limits)]
}

function streams(load: SeenLoad): Comparison {
  const { good, oddities } = load
  const base = { id: 'load-streams', says: 'an answer is streamed as it is made' } as const
  const streamed = good.filter(({ chunkAtMs = [] }) => chunkAtMs.length > 0)
  if (good.length > 0 && streamed.length === 0)
    return { ...base, outcome: 'not-applicable', reason: 'no answer was streamed' }
  return judge(base, oddities, ['buffered', 'one-event'], {
    ...{ n: streamed.length, why: whyNone(load) },
    passed: `${counted(streamed.length, 'answer')} came as ${streamed.length === 1 ? 'it was' : 'they were'} made`,
  })
}

function usage(load: SeenLoad): Comparison {
  const { good, oddities } = load
  const base = { id: 'load-usage', says: 'usage counts what is streamed' } as const
  const known = good.filter(
    ({ outputTokens, chunkAtMs = [] }) => outputTokens !== undefined && chunkAtMs.length > 0,
  )
  if (good.length > 0 && known.length === 0)
    return { ...base, outcome: 'not-applicable', reason: 'no stream came with a count of its tokens' }
  return judge(base, oddities, ['usage'], {
    ...{ n: known.length, why: whyNone(load) },
    passed: `the count can be right in ${counted(known.length, 'answer')}`,
  })
}

const whyNone = ({ neverSteady = 'no request of the load was answered' }: SeenLoad): string => neverSteady

function judge(
  base: Pick<Comparison, 'id' | 'says'>,
  oddities: readonly Oddity[],
  kinds: readonly Oddity['kind'][],
  { n, passed, why }: { readonly n: number; readonly passed: string; readonly why: string },
): Comparison {
  const odd = oddities.filter(({ kind }) => kinds.includes(kind))
  if (odd.length > 0) {
    const spoils = firstOf([...new Set(odd.flatMap((one) => one.spoils))].map(nameOf))
    const says = odd.map((one) => one.says).join('; ')
    return { ...base, outcome: 'inconclusive', reason: `${says}: ${spoils} say nothing here` }
  }
  if (n === 0) return { ...base, outcome: 'inconclusive', reason: why }
  return { ...base, outcome: 'passed', reason: passed }
}

const nameOf = (start: string): string => (start === 'tokens' ? 'all counts of tokens' : start)

/** A service that turns requests away answers the others in time: a limit that holds for these alone must not hold in silence. */
function turnedAway(
  { turnedAway: away, asked }: SeenLoad,
  limits: Policy['limits'] = {},
): readonly Comparison[] {
  const names = Object.keys(limits)
  const isLimited = names.some((name) => /(?:^|\.)turnedAwayRate$/.test(name))
  if (away.length === 0 || isLimited || !names.some((name) => name.startsWith('steady.'))) return []
  const share = `${away.length} of ${counted(asked.length, 'request')} were turned away (${percent(away.length / asked.length)})`
  return [
    {
      ...{
        id: 'load-turned-away',
        says: 'no request of the load is turned away, or a limit says how many may be',
      },
      outcome: 'inconclusive',
      reason: `${share}, and the limits hold for the others alone: lower the rate, or set --slo 'turnedAwayRate<0.01'`,
    },
  ]
}

/** Answers that are too short by a count that cannot be right are not known to be short. */
export function unlessMiscounted(one: Comparison, load: SeenLoad | undefined): Comparison {
  const odd = load?.oddities.find(({ kind }) => kind === 'usage')
  if (!odd || one.id !== 'load-lengths' || one.outcome === 'not-applicable') return one
  return { ...one, outcome: 'inconclusive', reason: `${one.reason}; but ${odd.says}` }
}
