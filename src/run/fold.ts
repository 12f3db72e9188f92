import assert from 'node:assert/strict'
import { withPhases } from '../benchmark/index.ts'
import type { Check, LoadRun, Run, RunEvent, RunStart, RunState, Sample } from '../records/index.ts'

/**
 * The run that its events tell of. Pure: the same events give the same run, whoever reads them and whenever. Samples may stand
 * anywhere among the events; an unknown kind changes nothing. A run without an `ended` was killed, or goes on.
 */
export function fold(events: readonly RunEvent[]): Run {
  const start = events.find((event) => event.kind === 'started')
  assert(start, 'a journal begins with what was started')
  const { kind: _, ...started } = start
  const of = <K extends RunEvent['kind']>(kind: K) =>
    events.filter((event): event is Extract<RunEvent, { kind: K }> => event.kind === kind)
  const cuts = of('cut')
  const [cut, error] = [
    cuts.findLast((event) => event.cut)?.cut,
    cuts.findLast((event) => event.error)?.error,
  ]
  const [profile, load] = [of('profiled').at(-1)?.profile, of('loaded').at(-1)?.load]
  const watched = of('watched').at(-1)?.watched
  const serviceUse = of('counted').at(-1)?.use
  const loads = of('driven').map(({ driven }): LoadRun => {
    const isOfIt = ({ scenario }: { readonly scenario?: string }) => scenario === driven.scenario
    const calibration = of('calibrated').findLast(isOfIt)?.calibration
    const use = of('counted').findLast(isOfIt)?.use
    return { ...driven, ...(calibration && { calibration }), ...(use && { serviceUse: use }) }
  })
  const search = of('searched').at(-1)?.search
  const wakeUps = of('woken').map(({ wakeUp }) => wakeUp)
  const unwoken = of('unwoken').at(-1)?.reason
  const pairs = of('paired').map(({ pair }) => pair)
  const pairsEnd = of('compared').at(-1)?.end
  const [throttle, ended] = [of('throttled').at(-1)?.throttle, of('ended').at(-1)]
  const all = of('sampled').map(({ sample }) => sample)
  const pairedSamples = all.filter(({ arm }) => arm !== undefined)
  return {
    ...started,
    target: targetOf(started, events),
    durationMs: ended?.atMs ?? lastMs(events),
    state: stateOf(ended !== undefined, cuts.length > 0),
    // What a pair is made of belongs to the comparison: no number of the candidate's own may hold the baseline's.
    boots: of('observed').flatMap(({ boot, arm }) => (arm ? [] : [boot])),
    samples: inPhases(
      all.filter(({ arm }) => arm === undefined),
      loads,
    ),
    checks: inListOrder(
      of('checked').map(({ check }) => check),
      started,
    ),
    ...(profile && { profile }),
    ...(throttle && { throttle }),
    ...(load && { load }),
    ...(loads.length > 0 && { loads }),
    ...(search && { search }),
    ...(wakeUps.length > 0 && { wakeUps }),
    ...(unwoken !== undefined && { unwoken }),
    ...(pairs.length > 0 && { pairs }),
    ...(pairsEnd && { pairsEnd }),
    ...(pairedSamples.length > 0 && { pairedSamples }),
    ...(serviceUse && { serviceUse }),
    ...(watched && { watched }),
    ...(cut && { cut }),
    ...(error && { error }),
    ...(ended?.decision && { decision: ended.decision }),
  }
}

const stateOf = (hasEnded: boolean, wasCut: boolean): RunState =>
  hasEnded ? (wasCut ? 'interrupted' : 'complete') : 'killed'

/** The phases of a load are known once it is over; until then its samples have none. */
function inPhases(samples: readonly Sample[], loads: readonly LoadRun[]): readonly Sample[] {
  const byScenario = new Map(loads.map((load) => [load.scenario, load]))
  const phased = [...Map.groupBy(samples, ({ scenario }) => scenario)].flatMap(([scenario, same]) => {
    const load = byScenario.get(scenario)
    const after = load ? withPhases(same, load) : same
    return same.map((sample, at) => [sample, after[at] ?? sample] as const)
  })
  const found = new Map(phased)
  return samples.map((sample) => found.get(sample) ?? sample)
}

/** What the last event knows of the target: more than was known before it answered. */
function targetOf({ target }: RunStart, events: readonly RunEvent[]): RunStart['target'] {
  const known = events.findLast(
    (event) => event.kind === 'profiled' || (event.kind === 'observed' && event.arm === undefined),
  )
  return known && 'target' in known ? known.target : target
}

/** When the last thing happened that a killed run still wrote. */
const lastMs = (events: readonly RunEvent[]): number =>
  events.reduce((last, event) => {
    if (event.kind === 'started') return last
    const atMs = event.kind === 'sampled' ? event.sample.sentAtMs + event.sample.e2eMs : event.atMs
    return Number.isFinite(atMs) ? Math.max(last, atMs) : last
  }, 0)

/** Checks run side by side and end in any order; people read them in one. What the list does not have comes last. */
function inListOrder(checks: readonly Check[], { promises }: RunStart): readonly Check[] {
  const places = new Map(promises.map(({ id }, place) => [id, place]))
  const placeOf = ({ id }: Check): number => places.get(id) ?? promises.length
  return checks.toSorted((a, b) => placeOf(a) - placeOf(b))
}
