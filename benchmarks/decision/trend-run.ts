import { type Announced, alarmsOf, infergateNightly, SAME } from './trend-alarms.ts'
import { type Family, nightsOf } from './trend-families.ts'
import { otavaNightly } from './trend-otava.ts'

/** Of unchanged series-years: how many, how many alarms, and in how many of them there was one. */
export type Years = { readonly series: number; readonly alarms: number; readonly alarmed: number }

/** Of series that step once: how many, after how many nights at the new level it was announced, of those where it was. */
export type Steps = { readonly series: number; readonly delays: readonly number[] }

export type Slice = { readonly seed: number; readonly from: number; readonly count: number }

const NIGHTS = 365
/** Of one series that steps: how many nights lie before it at least, and how many after it are looked at. */
const [BEFORE, SPREAD, AFTER] = [120, 120, 60]
export const STEP = 0.1

type Nightly = readonly (readonly Announced[])[]

const numbers = ({ from, count }: Slice): readonly number[] =>
  Array.from({ length: count }, (_, i) => from + i)

const historiesOfYears = (family: Family, slice: Slice) =>
  numbers(slice).map((series) => ({
    ...{ nights: nightsOf(family, { seed: slice.seed, series, count: NIGHTS }), from: 1 },
  }))

/** The step comes on another night in each series; what is known the night before it is where the looking begins. */
const historiesOfSteps = (family: Family, slice: Slice, step: number) =>
  numbers(slice).map((series) => {
    const at = BEFORE + ((series * 37) % SPREAD)
    const level = (index: number) => (index >= at ? Math.log1p(step) : 0)
    const nights = nightsOf(family, { seed: slice.seed + 1, series, count: at + AFTER, level })
    return { nights, from: nights.findIndex(({ index }) => index >= at) }
  })

function yearsOf(found: readonly Nightly[]): Years {
  const alarms = found.map((nightly) => alarmsOf(nightly, 1).length)
  return {
    series: found.length,
    alarms: alarms.reduce((sum, one) => sum + one, 0),
    alarmed: alarms.filter((one) => one > 0).length,
  }
}

/** What was announced before the step does not count as having found it. */
function stepsOf(found: readonly Nightly[], histories: readonly { readonly from: number }[]): Steps {
  const delays = found.flatMap((nightly, i) => {
    const from = histories[i]?.from ?? 0
    const hit = alarmsOf(nightly, from).find(
      ({ isRise, index, known }) => isRise && known > from && Math.abs(index - from) <= SAME,
    )
    return hit ? [hit.known - from] : []
  })
  return { series: found.length, delays: delays.toSorted((a, b) => a - b) }
}

const here = ({ nights, from }: Parameters<typeof otavaNightly>[1][number]): Nightly =>
  infergateNightly(nights, from)

export const infergateYears = (family: Family, slice: Slice): Years =>
  yearsOf(historiesOfYears(family, slice).map(here))

export const otavaYears = (python: string, family: Family, slice: Slice): Years =>
  yearsOf(otavaNightly(python, historiesOfYears(family, slice)))

export function infergateSteps(family: Family, slice: Slice, step = STEP): Steps {
  const histories = historiesOfSteps(family, slice, step)
  return stepsOf(histories.map(here), histories)
}

export function otavaSteps(python: string, family: Family, slice: Slice, step = STEP): Steps {
  const histories = historiesOfSteps(family, slice, step)
  return stepsOf(otavaNightly(python, histories), histories)
}
