import type {
  Comparison,
  LevelFound,
  LoadSearch,
  Measurement,
  Policy,
  Run,
  Unmeasured,
} from '../records/index.ts'
import { counted } from './figures.ts'
import { isSteady } from './step.ts'

type Part = Pick<Run, 'samples' | 'loads' | 'search' | 'policy'>

/** The scenarios of the steps of a search; a load alone is `load`. */
const STEP = /^step-\d+$/

/**
 * What of a run is judged and measured where it sent a sequence of loads: the step that speaks for the level found, or where none
 * held the lowest one. A step beyond what the service can do was sent to find that out, and is no fault of the service. The limits
 * of a load were judged step by step.
 */
export function judgedPart<T extends Part>(run: T): T {
  const { samples, loads, search, policy } = run
  if (!samples.some(isOfStep)) return run
  const kept = search?.held?.scenario ?? search?.broken?.scenario
  const isJudged = ({ scenario }: { readonly scenario: string }) => !STEP.test(scenario) || scenario === kept
  return {
    ...run,
    samples: samples.filter(isJudged),
    ...(loads && { loads: loads.filter(isJudged) }),
    policy: withoutSteady(policy),
  }
}

const isOfStep = ({ scenario }: { readonly scenario: string }): boolean => STEP.test(scenario)

function withoutSteady(policy: Policy): Policy {
  const { limits, ...rest } = policy
  if (!limits) return policy
  return { ...rest, limits: Object.fromEntries(Object.entries(limits).filter(([name]) => !isSteady(name))) }
}

/** Whether any level holds. One that does passes, whatever broke above it; none, not even the lowest, fails. */
export function judgeSearch(search: LoadSearch): Comparison {
  const { of, kind, held, broken, end, steps } = search
  const base = { id: kind, says: `a ${of} is found at which the load keeps its limits` }
  if (held) return { ...base, outcome: 'passed', reason: foundAt(search, held), value: held.level }
  const lowest = Math.min(...steps.map(({ level }) => level))
  if (broken && broken.level === lowest && (end.by === 'never-held' || kind === 'sweep'))
    return {
      ...base,
      outcome: 'failed',
      reason: `it does not even hold at ${levelOf(search, lowest)}: ${broken.reason}`,
    }
  const tried = steps.length === 0 ? '' : ` in ${counted(steps.length, 'step')}`
  return { ...base, outcome: 'inconclusive', reason: `no ${of} was found that holds${tried}: ${end.reason}` }
}

function foundAt(search: LoadSearch, held: LevelFound): string {
  const { broken, end } = search
  const beyond = broken
    ? `; ${broken.level} does not hold: ${broken.reason}`
    : `; it may hold more, since ${end.reason}`
  const agreed = `${held.agreed} of ${counted(held.steps, 'step')}`
  return `${levelOf(search, held.level)} holds (${agreed}): ${held.reason}${beyond}`
}

const levelOf = ({ of }: LoadSearch, level: number): string =>
  of === 'rate' ? `${level} requests/s` : `${counted(level, 'request')} in flight`

/** `maxRate` and `maxConcurrency` of a search, `kneeRate` and `kneeConcurrency` of a sweep. */
export function measureSearch(search: LoadSearch): readonly (Measurement | Unmeasured)[] {
  const { of, kind, held, knee, steps } = search
  const name = `${kind === 'search' ? 'max' : 'knee'}${of === 'rate' ? 'Rate' : 'Concurrency'}`
  const value = kind === 'search' ? held?.level : knee?.level
  const reason = kind === 'search' ? 'no level is known to hold' : (knee?.reason ?? 'no level was sent')
  if (value === undefined) return [{ name, warmth: 'steady', reason }]
  const n = kind === 'search' ? (held?.agreed ?? 1) : steps.length
  return [{ name, warmth: 'steady', unit: of === 'rate' ? 'requests/s' : 'count', value, n }]
}
