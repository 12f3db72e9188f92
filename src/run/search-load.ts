import {
  type LevelPlan,
  type PlannedLoad,
  planLoad,
  requestsOf,
  type StepAsked,
  saturationOf,
  searchingOf,
  statedAt,
  withPhases,
} from '../benchmark/index.ts'
import type {
  LoadRun,
  LoadSearch,
  Policy,
  RunEvent,
  Sample,
  ScheduledRequest,
  SearchStep,
  StepOutcome,
} from '../records/index.ts'
import { judgeSearch, judgeStep, steadyLimits } from '../verdict/index.ts'
import { askedOf, plannedOf, promptsOf } from './load-requests.ts'
import type { RunningService } from './running-service.ts'
import { underLoad } from './under-load.ts'

/** Loads one after the other, each at the level that the search asks for next; what they show together is one event at the end. */
export async function* searchLoad(
  service: RunningService,
  load: PlannedLoad,
  deadlineMs: () => number,
): AsyncGenerator<RunEvent, void> {
  const { levels } = load
  if (!levels) return
  const { plan, world, clock } = service
  world.progress.note(`${load.says}; each step lasts ${(load.stated.durationMs ?? 0) / 1_000} s`)
  const step = await openSteps(service, load, levels, deadlineMs)
  const searching = searchingOf(levels)
  const steps: SearchStep[] = []
  const told = (search: LoadSearch): RunEvent => {
    world.progress.note(`${levels.kind}: ${judgeSearch(search).reason}`)
    return { kind: 'searched', atMs: clock.atMs(), search }
  }
  const shown = { kind: levels.kind, of: levels.of }
  for (let next = searching.next(); ; ) {
    if (next.done) return yield told({ ...shown, ...next.value })
    const asked = next.value
    try {
      const outcome = yield* step(asked, lengthMs(asked, { load, steps, policy: plan.start.policy }))
      world.progress.note(`${levels.of} ${asked.level}: ${outcome.outcome}, ${outcome.reason}`)
      steps.push({ ...outcome, level: asked.level, scenario: asked.scenario })
      next = searching.next(outcome)
    } catch (error) {
      const ended = searching.next({ outcome: 'stopped', reason: 'the run was stopped', figures: {} })
      if (ended.done) yield told({ ...shown, ...ended.value })
      throw error
    }
  }
}

type Step = (asked: StepAsked, durationMs: number) => AsyncGenerator<RunEvent, StepOutcome>

/** All steps draw on from one sequence of requests: begun anew it would ask what the caches of the service know by then. */
async function openSteps(
  service: RunningService,
  load: PlannedLoad,
  levels: LevelPlan,
  deadlineMs: () => number,
): Promise<Step> {
  const { plan, profile } = service
  const prompts = await promptsOf(load, service)
  const [requests, asked] = [requestsOf(prompts), askedOf(prompts)]
  return async function* ({ place, level, scenario }, durationMs) {
    const { levels: _levels, isCalibrated: _calibrated, ...alone } = load
    const stated = statedAt(load.stated, levels, level, durationMs)
    const planned = await planLoad({ ...alone, stated }, stepSeed(plan.start.seed, place))
    const samples: Sample[] = []
    let driven: LoadRun | undefined
    const prepared = { planned: plannedOf(planned, asked, scenario), requests: drawn(requests, planned) }
    for await (const event of underLoad(service, planned, deadlineMs, prepared)) {
      if (event.kind === 'sampled') samples.push(event.sample)
      if (event.kind === 'driven') driven = event.driven
      yield event
    }
    const stop = driven
      ? STOPS.includes(driven.end.by) && driven.end.reason
      : 'the load was not sent to its end'
    if (!driven || stop) return { outcome: 'stopped', reason: stop || 'it was stopped', figures: {} }
    return judgeStep({
      ...{ samples: withPhases(samples, driven), load: driven, policy: plan.start.policy, profile },
      saturated: levels.of === 'rate' ? saturationOf(samples) : undefined,
    })
  }
}

/** Ends of a load that are the end of the run, too. */
const STOPS: readonly LoadRun['end']['by'][] = ['max-seconds', 'target-lost', 'interrupted']

/** Each step has arrivals of its own, decided by the seed of the run. */
const stepSeed = (seed: number, place: number): number => (seed + place) % 2 ** 32

/** The next requests of the sequence, with the due times of one step; a turn whose conversation began in an earlier step is left out. */
function* drawn(
  requests: Iterator<ScheduledRequest, unknown>,
  { schedule }: PlannedLoad,
): Generator<ScheduledRequest> {
  const begun = new Set<string>()
  const most = schedule?.dueMs.length ?? Number.POSITIVE_INFINITY
  for (let index = 0; index < most; ) {
    const { value, done } = requests.next()
    if (done) return
    const { session } = value
    if (session?.turn === 0) begun.add(session.id)
    if (session && !begun.has(session.id)) continue
    const dueMs = schedule?.dueMs[index]
    yield { ...value, index, ...(dueMs !== undefined && { dueMs }) }
    index++
  }
}

/** Answers in the steady part that bound a tail, with room for the other parts and for answers that depend on each other. */
const ENOUGH = { P99: 600, P90: 90, P50: 40 } as const
/** A repeat is at least twice as long, and at most this many times: who wants more states a longer step. */
const [LEAST_TIMES, MOST_TIMES] = [2, 10]

type LengthContext = {
  readonly load: PlannedLoad
  readonly steps: readonly SearchStep[]
  readonly policy: Policy
}

/** A step that was too short to tell is repeated as long as its limits need. */
function lengthMs({ level, isLonger }: StepAsked, { load, steps, policy }: LengthContext): number {
  const statedMs = load.stated.durationMs ?? 0
  if (!isLonger) return statedMs
  const rate = steps.findLast((step) => step.level === level)?.figures['requestsPerSecond'] ?? level
  const names = Object.keys(steadyLimits(policy))
  const needed = Math.max(
    0,
    ...Object.entries(ENOUGH).map(([end, n]) => (names.some((name) => name.endsWith(end)) ? n : 0)),
  )
  const times = (1_000 * needed) / rate / statedMs
  return Math.round(statedMs * Math.min(MOST_TIMES, Math.max(LEAST_TIMES, times)))
}
