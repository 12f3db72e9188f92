import { keepResult, provenanceOf, readResults } from './results.ts'
import { FAMILIES, type Family } from './trend-families.ts'
import { otavaVersion } from './trend-otava.ts'
import {
  addSteps,
  addYears,
  type FamilyResult,
  NO_STEPS,
  NO_YEARS,
  type TrendResults,
} from './trend-results.ts'
import { infergateSteps, infergateYears, otavaSteps, otavaYears } from './trend-run.ts'

export type TrendWork = {
  readonly seed: number
  /** Of each family: series-years, and series with a step. */
  readonly years: number
  readonly steps: number
  /** An interpreter that has apache-otava, and how many of the same series it gets: it is slow. */
  readonly otava?: { readonly python: string; readonly years: number; readonly steps: number }
  readonly today: Date
  readonly say: (line: string) => void
  /** False once no more slice should be begun; what is done is kept and gone on with. */
  readonly hasTime: () => boolean
}

/** How many series are simulated before what came out is kept. */
const SLICE = 20
export const SIZES = [0.03, 0.05, 0.07, 0.1, 0.15]

/** True where all is done. */
export function runTrend(work: TrendWork): boolean {
  const results = begun(work)
  for (const family of FAMILIES) if (!runFamily(family, results, work)) return false
  const iid = FAMILIES[0] as Family
  for (const size of SIZES) {
    const done = results.current.bySize[size] ?? NO_STEPS
    if (done.series >= work.steps) continue
    if (!work.hasTime()) return false
    const slice = { seed: work.seed + 2, from: 0, count: work.steps }
    results.keep({ bySize: { ...results.current.bySize, [size]: infergateSteps(iid, slice, size) } })
    work.say(`step of ${size}: ${work.steps} series`)
  }
  return true
}

/** What an earlier call kept of the same sources and seed, to go on with. */
function begun({ seed, today, otava }: TrendWork) {
  const sources = [
    'src/trend/!(accepted-baseline|incidents).ts',
    'src/statistics/**/*.ts',
    'benchmarks/decision/trend-{families,alarms,run}.ts',
  ]
  const provenance = provenanceOf(seed, sources, today)
  const before = readResults()['trend'] as TrendResults | undefined
  const isSame = before?.sources === provenance.sources && before.seed === seed
  const results = {
    current: isSame ? before : ({ ...provenance, families: {}, bySize: {} } as TrendResults),
    keep(part: Partial<TrendResults>): void {
      results.current = { ...results.current, ...part }
      keepResult('trend', results.current)
    },
  }
  if (otava) results.keep({ otavaVersion: otavaVersion(otava.python) })
  return results
}

type Kept = ReturnType<typeof begun>

function runFamily(
  family: Family,
  results: Kept,
  { seed, years, steps, otava, say, hasTime }: TrendWork,
): boolean {
  const current = (): FamilyResult =>
    results.current.families[family.name] ?? { years: NO_YEARS, steps: NO_STEPS }
  const keep = (part: Partial<FamilyResult>): void => {
    const families = { ...results.current.families, [family.name]: { ...current(), ...part } }
    results.keep({ families })
  }
  const slice = (from: number, all: number) => ({ seed, from, count: Math.min(SLICE, all - from) })
  for (let from = current().years.series; from < years; from = current().years.series) {
    if (!hasTime()) return false
    keep({ years: addYears(current().years, infergateYears(family, slice(from, years))) })
    say(`${family.name}: ${current().years.series} years, ${current().years.alarms} alarms`)
  }
  for (let from = current().steps.series; from < steps; from = current().steps.series) {
    if (!hasTime()) return false
    keep({ steps: addSteps(current().steps, infergateSteps(family, slice(from, steps))) })
    say(`${family.name}: ${current().steps.series} steps`)
  }
  if (!otava || current().otava) return true
  if (!hasTime()) return false
  const { python } = otava
  keep({
    otava: {
      years: otavaYears(python, family, { seed, from: 0, count: otava.years }),
      steps: otavaSteps(python, family, { seed, from: 0, count: otava.steps }),
    },
  })
  say(`${family.name}: ${otava.years} years and ${otava.steps} steps by apache-otava`)
  return true
}
