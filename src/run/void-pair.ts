import { judgeClients } from '../benchmark/index.ts'
import type { Arm, ClientFigures, InvalidReason, Pair, StartFigures } from '../records/index.ts'
import type { MeasuredStart } from './pair-arm.ts'

/** Answers that differ by more in length take another time for that reason alone. */
const LENGTH_OFF = 0.02
/**
 * Shares of what is compared by which a client may be late. Its lateness is in both arms and makes a change of 10 % look like one of
 * 9.5 % at the first; what it differs by beside the two is taken for a change. A few turns that are late by much are in a tail alone.
 */
const LATE = { median: 0.05, between: 0.02, tail: 0.2 } as const
const TAIL = /P9[09]$/
/** Of the cores: what others used beside one start and not beside the other. */
const OTHERS_OFF = 0.5
/** From here on no core was idle. */
const FULL = 0.9

type Void = NonNullable<Pair['void']>
type Both = Readonly<Record<Arm, MeasuredStart>>

/** Why two starts that were measured tell nothing of each other; undefined: they do. No reason looks at which arm was slower. */
export function voidOf(both: Both): Void | undefined {
  const { baseline, candidate } = both
  return (
    brokenOf('candidate', candidate) ??
    brokenOf('baseline', baseline) ??
    lateClient(both) ??
    otherLength(baseline.figures, candidate.figures) ??
    busier(baseline.client, candidate.client)
  )
}

const brokenOf = (arm: Arm, { figures: { broken } }: MeasuredStart): Void | undefined =>
  broken === undefined ? undefined : { reason: `it ${broken}`, arm }

const LATENESS: readonly InvalidReason['kind'][] = ['saturated', 'starved', 'throttled']

/** A client that worked too much itself is a matter of the arm that it asked; who else held it back is not. */
function lateClient(both: Both): Void | undefined {
  for (const arm of ['candidate', 'baseline'] as const) {
    const { client } = both[arm]
    const kinds = client ? judgeClients([client]).reasons.map(({ kind }) => kind) : []
    const kind = kinds.find((one) => one === 'paused' || (LATENESS.includes(one) && !isLittle(both)))
    if (kind === undefined) continue
    // Asked in turns, both have one client.
    const beside = both.baseline.client === both.candidate.client ? '' : ` beside the ${arm}`
    return {
      reason: `the client was ${kind}${beside}`,
      ...(kind === 'saturated' && beside !== '' && { arm }),
    }
  }
  return undefined
}

function isLittle({ baseline, candidate }: Both): boolean {
  const [was, is] = [baseline.client?.loopDelayMs, candidate.client?.loopDelayMs]
  if (!was || !is) return false
  const all = [baseline.figures.values, candidate.figures.values]
  const shortestMs = Math.min(...all.map(({ ttftMsP50, e2eMsP50 = 0 }) => ttftMsP50 ?? e2eMsP50))
  const hasTail = all.some((values) => Object.keys(values).some((name) => TAIL.test(name)))
  return (
    Math.max(was.p50, is.p50) <= LATE.median * shortestMs &&
    Math.abs(was.p50 - is.p50) <= LATE.between * shortestMs &&
    (!hasTail || Math.max(was.p99, is.p99) <= LATE.tail * shortestMs)
  )
}

function otherLength(baseline: StartFigures, candidate: StartFigures): Void | undefined {
  const [was, is] = [baseline.outputTokens, candidate.outputTokens]
  if (!was || !is || Math.abs(is / was - 1) <= LENGTH_OFF) return undefined
  return { reason: `answers differ in length: ${was} tokens of the baseline, ${is} of the candidate` }
}

/** Others that filled the cores beside one start alone. */
function busier(baseline: ClientFigures | undefined, candidate: ClientFigures | undefined): Void | undefined {
  const [was, is] = [baseline?.processors, candidate?.processors]
  if (!was || !is) return undefined
  const used = ({ others, stolen }: typeof was): number => others + stolen
  const [busiest, arm] = used(was) > used(is) ? [was, 'baseline'] : [is, 'candidate']
  const isFull = busiest.own + busiest.target + used(busiest) >= FULL * busiest.cores
  if (!isFull || Math.abs(used(was) - used(is)) < OTHERS_OFF * busiest.cores) return undefined
  return { reason: `others filled the machine beside the ${arm} alone` }
}
