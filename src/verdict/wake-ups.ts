import type { Comparison, Policy, Run, WakeUp } from '../records/index.ts'
import { counted, milliseconds } from './figures.ts'
import type { Sorted } from './samples.ts'
import { reloadLimitMs } from './warm-limit.ts'

export type Slept = Pick<Run, 'scaleToZero' | 'wakeUps' | 'unwoken'>

/** How often the sampled answers of wake-ups have to be alike before that is no chance. */
const ALIKE = 2

/** Nothing where the target does not sleep, or nobody waited for it. */
export function judgeWakeUps(
  { scaleToZero, wakeUps = [] }: Slept,
  sorted: Sorted,
  policy: Policy,
): readonly Comparison[] {
  if (!scaleToZero || wakeUps.length === 0) return []
  return [
    wakes(wakeUps),
    ...wakesOnce(wakeUps, sorted, policy),
    ...(scaleToZero.freshRandomState ? [wakesAfresh(wakeUps)] : []),
  ]
}

/** The request that wakes a service is a user's, and gets its answer. */
function wakes(wakeUps: readonly WakeUp[]): Comparison {
  const base = { id: 'wake-up', says: 'the request that wakes the service is answered well' } as const
  const failed = wakeUps.find(({ first }) => first.outcome !== 'completed')
  if (!failed)
    return {
      ...base,
      outcome: 'passed',
      reason: `${counted(wakeUps.length, 'first answer')} after a wait, all good`,
    }
  const { first, next, index, idleMs } = failed
  const said = `${first.outcome}${first.status === undefined ? '' : ` (HTTP ${first.status})`}: ${first.message ?? 'no answer'}`
  const later = next.findIndex(({ outcome }) => outcome === 'completed')
  const then =
    later >= 0
      ? `asked again, it answered in ${milliseconds(next[later]?.e2eMs ?? 0)}: it woke, and whoever woke it got no answer`
      : `asked again ${counted(next.length, 'time')}, it never answered: it does not wake`
  return {
    ...base,
    outcome: 'failed',
    reason: `cold start ${index}, after ${milliseconds(idleMs)} without a request, failed after ${milliseconds(first.e2eMs)} with ${said}; ${then}`,
  }
}

/** An answer after the first that takes as long as a load has loaded again. */
function wakesOnce(wakeUps: readonly WakeUp[], { warm }: Sorted, policy: Policy): readonly Comparison[] {
  const base = {
    id: 'wakes-once',
    says: 'a wake-up loads the model once: the answers after it are warm',
  } as const
  const good = wakeUps.filter(({ first }) => first.outcome === 'completed')
  if (good.length === 0) return []
  const failed = good.flatMap(({ index, next }) => next.map((answer) => ({ index, answer }))).find(isFailed)
  if (failed)
    return [
      {
        ...base,
        outcome: 'failed',
        reason: `an answer after cold start ${failed.index} failed with ${failed.answer.outcome}: ${failed.answer.message ?? 'no answer'}`,
      },
    ]
  const cold = good.filter(({ coldness }) => coldness.is === 'cold')
  if (cold.length === 0) return []
  const slowestWarmMs = Math.max(0, ...warm.map(({ e2eMs }) => e2eMs))
  const judged = cold.map(({ index, first, next }) => {
    const value = Math.max(...next.map(({ e2eMs }) => e2eMs))
    const limit = Math.max(reloadLimitMs(policy, first.e2eMs), 2 * slowestWarmMs)
    return { index, coldMs: first.e2eMs, value, limit }
  })
  const [worst] = judged.toSorted((a, b) => b.value / b.limit - a.value / a.limit)
  if (!worst) return []
  const { value, limit, index, coldMs } = worst
  const figures = `an answer after cold start ${index} took ${milliseconds(value)}, the cold start ${milliseconds(coldMs)} (at most ${milliseconds(limit)})`
  return [
    value > limit
      ? { ...base, outcome: 'failed', reason: `${figures}: as if the model were loaded twice`, value, limit }
      : { ...base, outcome: 'passed', reason: figures, value, limit },
  ]
}

const isFailed = ({ answer }: { readonly answer: WakeUp['first'] }): boolean => answer.outcome !== 'completed'

/** Copies that sample alike were restored with one random state: each user after a wake-up gets the same "random" answers. */
function wakesAfresh(wakeUps: readonly WakeUp[]): Comparison {
  const base = { id: 'wakes-afresh', says: 'each wake-up samples answers of its own' } as const
  const hashes = wakeUps.flatMap(({ sampled, coldness }) =>
    coldness.is === 'cold' && sampled ? [sampled] : [],
  )
  const most = Math.max(0, ...[...Map.groupBy(hashes, (hash) => hash).values()].map(({ length }) => length))
  if (most >= ALIKE)
    return {
      ...base,
      outcome: 'failed',
      reason: `${most} of ${hashes.length} cold starts sampled the same two answers in the same order: they began with one random state`,
    }
  if (hashes.length < ALIKE)
    return {
      ...base,
      outcome: 'inconclusive',
      reason: `${counted(hashes.length, 'cold start')} sampled answers that can be compared; ${ALIKE} are needed`,
      wouldSettle: { INFERGATE_COLD_STARTS: ALIKE },
    }
  return {
    ...base,
    outcome: 'passed',
    reason: `${counted(hashes.length, 'cold start')} sampled answers of their own`,
  }
}

/** Why fewer cold starts were timed than were asked for; undefined where nothing is missing. */
export function whyFewer({ scaleToZero, wakeUps = [], unwoken }: Slept): string | undefined {
  if (!scaleToZero) return undefined
  const notShown = wakeUps.filter(({ coldness }) => coldness.is === 'not-shown')
  const reasons = [
    ...(notShown[0]
      ? [
          `${counted(notShown.length, 'wait')} ended in no start that is shown to be cold: ${notShown[0].coldness.because}`,
        ]
      : []),
    ...(unwoken === undefined ? [] : [unwoken]),
    ...(notShown.length > 0 ? ['run when nobody else asks, or raise scaleToZero.windowSeconds'] : []),
  ]
  return reasons.length > 0 ? reasons.join('; ') : undefined
}

export const NO_COLD = 'cold starts were left out (--no-cold)'
