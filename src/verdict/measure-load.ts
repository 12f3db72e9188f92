import type { Measurement, Sample, Unit, Unmeasured } from '../records/index.ts'
import { rateInterval } from '../statistics/index.ts'
import { isSpoiled, LOAD_METRICS } from './load-metrics.ts'
import { oddityOf } from './oddities.ts'
import type { SeenLoad } from './seen-load.ts'

/** Every number of a load, and for each that is missing the reason. */
export function measureLoad(load: SeenLoad): readonly (Measurement | Unmeasured)[] {
  const spoiled = load.asked.filter(isSpoiled).length
  // The client was late: that is in each time, and in no count.
  const besides = (name: string, unit: Unit) => ({
    ...(spoiled > 0 && unit === 'ms' && { spoiled }),
    ...(load.clientErrors[name] !== undefined && { clientError: load.clientErrors[name] }),
  })
  const all = [...LOAD_METRICS].map(([name, { unit, see }]): Measurement | Unmeasured => {
    const oddity = oddityOf(name, load.oddities)
    const why = load.neverSteady ?? (oddity?.isFalse ? oddity.says : undefined)
    const seen = why === undefined ? see(load) : { gap: why }
    if ('gap' in seen) return { name, warmth: 'steady', reason: seen.gap }
    const { value, n, interval } = seen
    return { name, warmth: 'steady', unit, value, n, ...interval, ...besides(name, unit) }
  })
  return [...all, ...errorClasses(load)]
}

/** `errorRate.timeout` and its like: the classes of failure that there were. */
function errorClasses({ failed, asked, turnedAway }: SeenLoad): readonly Measurement[] {
  const n = asked.length - turnedAway.length
  return [...Map.groupBy(failed, ({ outcome }: Sample) => outcome)].map(([outcome, { length }]) => ({
    ...{ name: `errorRate.${outcome}`, warmth: 'steady', unit: 'ratio' },
    ...{ value: length / n, n },
    ...rateInterval(length, n),
  }))
}
