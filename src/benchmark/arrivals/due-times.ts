import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { HarnessError } from '../../errors.ts'
import { createRandom } from '../../random.ts'
import type { OpenLoop, RateStage } from '../../records/index.ts'
import { expectedIn, stagesOf, whenExpected } from './rate-stages.ts'
import { unitArrivals } from './spacing.ts'

/** What the record of each request allows to be held and folded. */
export const MOST_REQUESTS = 1_000_000

/** `count` and `durationMs` both end a load, the first that is reached; a single rate needs one of them. */
export type Extent = { readonly durationMs?: number; readonly count?: number }

/**
 * When the requests of an open loop are due: ascending milliseconds after the start of the load, all before its end. The seed
 * decides them before the run, equal on every machine.
 *
 * The arrivals of rate 1 are carried to the stated rates by the inverse of the integrated rate (time rescaling: Çinlar (1975),
 * Introduction to Stochastic Processes; for gamma gaps Gerhardt & Nelson (2009), INFORMS J. Computing 21(4)). Poisson arrivals on a
 * ramp are thus a Poisson process of that rate, constant ones come whenever the integral reaches the next whole number.
 *
 * Nothing is rescaled: a Poisson load of 20/s over 20 s has about 400 requests, by chance some 20 more or fewer. (vLLM stretches
 * its drawn gaps until the last request falls on its mark, which makes a bursty load calmer than was stated.)
 */
export function dueTimes(
  arrivals: OpenLoop,
  { seed, durationMs = Number.POSITIVE_INFINITY, count = MOST_REQUESTS + 1 }: Extent & { seed: number },
): Float64Array {
  const stages = stagesOf(arrivals, durationMs)
  const endMs = Math.min(
    durationMs,
    stages.reduce((sum, stage) => sum + stage.durationMs, 0),
  )
  // A stream of its own: what else the seed decides leaves the due times as they are.
  const units = unitArrivals(arrivals.spacing, createRandom(`arrivals ${seed}`))
  const times: number[] = []
  for (const time of carried(units, stages)) {
    if (times.length === count || time >= endMs) break
    times.push(time)
    if (times.length > MOST_REQUESTS) throw tooMany()
  }
  if (times.length === 0) throw tooFew(seed)
  return Float64Array.from(times)
}

/** Arrivals of rate 1 at the rates of the stages, in milliseconds. */
function* carried(units: Generator<number, never>, stages: readonly RateStage[]): Generator<number> {
  let [unit, expectedBefore, startMs, last] = [units.next().value, 0, 0, 0]
  for (const stage of stages) {
    const expectedAfter = expectedBefore + expectedIn(stage)
    for (; unit < expectedAfter; unit = units.next().value) {
      // The root may be off by a last digit; the order may not.
      last = Math.max(last, startMs + whenExpected(unit - expectedBefore, stage))
      yield last
    }
    expectedBefore = expectedAfter
    startMs += stage.durationMs
  }
}

/** SHA-256 of due times, for the journal: of each its 8 bytes as an IEEE 754 double, little-endian, one after the other. */
export function dueTimesHash(times: Iterable<number>): string {
  const hash = createHash('sha256')
  const bytes = Buffer.alloc(8)
  for (const time of times) {
    assert(Number.isFinite(time))
    bytes.writeDoubleLE(time)
    hash.update(bytes)
  }
  return `sha256:${hash.digest('hex')}`
}

export const tooMany = (): HarnessError =>
  new HarnessError(
    'usage',
    `The load has more than ${MOST_REQUESTS} requests, which is more than one run can hold. Lower its rate or its duration, or cap it with --max-requests.`,
  )

const tooFew = (seed: number): HarnessError =>
  new HarnessError(
    'usage',
    `No request of the load is due before it ends (seed ${seed}). Raise its rate or its duration.`,
  )
