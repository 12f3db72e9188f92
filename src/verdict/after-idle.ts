import type { Comparison, Measurement, Sample, Unmeasured } from '../records/index.ts'
import { milliseconds } from './figures.ts'

/** The first answers after a time without a request: a closed list of their own, since no start of ours is in them. */
const afterIdle = (samples: readonly Sample[]): readonly Sample[] =>
  samples.filter(
    ({ scenario, idleMs, warmth }) => scenario !== 'wake-up' && idleMs !== undefined && warmth === 'cold',
  )

/** Nothing where nobody waited. */
export function judgeIdle(samples: readonly Sample[]): readonly Comparison[] {
  const [first] = afterIdle(samples)
  if (!first) return []
  const waited = milliseconds(first.idleMs ?? 0)
  const base = {
    id: 'after-idle',
    says: `the first answer after ${waited} without a request is good`,
  } as const
  if (first.outcome !== 'completed')
    return [{ ...base, outcome: 'failed', reason: `${first.outcome}: ${first.message ?? 'no answer'}` }]
  const ttft = first.ttftMs === undefined ? '' : `, its first token ${milliseconds(first.ttftMs)}`
  const trust = 'n = 1; the wait is trusted, the service may have stayed warm'
  return [
    {
      ...base,
      outcome: 'passed',
      reason: `it took ${milliseconds(first.e2eMs)}${ttft} (${trust})`,
      value: first.e2eMs,
    },
  ]
}

export function measureIdle(samples: readonly Sample[]): readonly (Measurement | Unmeasured)[] {
  const all = afterIdle(samples)
  const good = all.find(({ outcome }) => outcome === 'completed')
  return all.length === 0
    ? []
    : [
        one('afterIdleE2eMs', good?.e2eMs, 'it failed'),
        one('afterIdleTtftMs', good?.ttftMs, good ? 'it was not streamed' : 'it failed'),
      ]
}

const one = (name: string, value: number | undefined, reason: string): Measurement | Unmeasured =>
  value === undefined
    ? { name, warmth: 'cold', reason: `the first answer after the wait: ${reason}` }
    : { name, warmth: 'cold', unit: 'ms', value, n: 1 }
