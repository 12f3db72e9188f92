import assert from 'node:assert/strict'
import type { Check, Run, RunEvent, RunStart, RunState } from '../records/index.ts'

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
  const [profile, ended] = [of('profiled').at(-1)?.profile, of('ended').at(-1)]
  return {
    ...started,
    target: targetOf(started, events),
    durationMs: ended?.atMs ?? lastMs(events),
    state: stateOf(ended !== undefined, cuts.length > 0),
    boots: of('observed').map(({ boot }) => boot),
    samples: of('sampled').map(({ sample }) => sample),
    checks: inListOrder(
      of('checked').map(({ check }) => check),
      started,
    ),
    ...(profile && { profile }),
    ...(cut && { cut }),
    ...(error && { error }),
    ...(ended?.decision && { decision: ended.decision }),
  }
}

const stateOf = (hasEnded: boolean, wasCut: boolean): RunState =>
  hasEnded ? (wasCut ? 'interrupted' : 'complete') : 'killed'

/** What the last event knows of the target: more than was known before it answered. */
function targetOf({ target }: RunStart, events: readonly RunEvent[]): RunStart['target'] {
  const known = events.findLast((event) => event.kind === 'profiled' || event.kind === 'observed')
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
