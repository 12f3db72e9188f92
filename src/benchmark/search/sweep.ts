import type { LevelFound, SearchEnd, SearchStep } from '../../records/index.ts'
import { kneeOf } from './knee.ts'
import { type Found, type Searching, scenarioOf } from './search.ts'
import { Tally } from './tally.ts'

/** Each of the levels once, in the order given, until one is beyond what the target can do. */
export function* sweepLevels(levels: readonly number[]): Searching {
  const steps: SearchStep[] = []
  for (const level of levels) {
    const place = steps.length + 1
    const scenario = scenarioOf(place)
    const step = { level, scenario, ...(yield { place, level, scenario, isLonger: false }) }
    steps.push(step)
    const end = endOf(step, levels.length - place)
    if (end) return found(steps, end)
  }
  return found(steps, { by: 'all-sent', reason: 'every level was sent' })
}

/** Why no further step makes sense. */
function endOf({ outcome, limit, reason, level }: SearchStep, left: number): SearchEnd | undefined {
  if (outcome === 'stopped' || outcome === 'invalid') return { by: outcome, reason }
  if (limit !== 'saturated' || left === 0) return undefined
  return {
    by: 'saturated',
    reason: `at ${level} the target is saturated, so the ${left} levels after it were not sent`,
  }
}

function found(steps: readonly SearchStep[], end: SearchEnd): Found {
  const points = steps.flatMap(({ level, figures, outcome }) => {
    const { requestsPerSecond: rate } = figures
    return rate === undefined || outcome === 'stopped' || outcome === 'invalid' ? [] : [{ level, rate }]
  })
  const all = steps.toSorted((one, other) => one.level - other.level)
  const held = all.slice(0, lengthWhileHeld(all)).at(-1)
  const broken = all.find(({ outcome, level }) => outcome === 'broken' && level > (held?.level ?? 0))
  return {
    steps,
    ...(held && { held: single(held) }),
    ...(broken && { broken: single(broken) }),
    end,
    knee: kneeOf(points),
  }
}

/** A level above one that does not hold is no level to run at, even where it holds by chance. */
const lengthWhileHeld = (ascending: readonly SearchStep[]): number => {
  const first = ascending.findIndex(({ outcome }) => outcome !== 'held')
  return first < 0 ? ascending.length : first
}

function single(step: SearchStep): LevelFound {
  const tally = new Tally(step.level)
  tally.add(step)
  const { level, scenario, reason } = step
  return (
    tally.found(step.outcome === 'held' ? 'held' : 'broken') ?? {
      level,
      scenario,
      reason,
      agreed: 0,
      steps: 1,
    }
  )
}
