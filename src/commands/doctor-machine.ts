import { availableParallelism, totalmem } from 'node:os'
import { type Clock, systemClock } from '../clock.ts'
import { countOf } from '../reporters/index.ts'
import { type Finding, failed, ok, warning } from './finding.ts'

/** The harness and a simulated service take turns on one core, and what is timed is the turn-taking. */
const WANTED_CORES = 2
const WANTED_GIB = 1
/** The shortest thing timed is a gap between two tokens, about 1 ms. */
const WANTED_RESOLUTION_MS = 0.1

/** The smallest step that the monotonic clock was seen to make. */
export function lookAtClock(clock: Clock = systemClock): Finding {
  let smallest = Number.POSITIVE_INFINITY
  for (let step = 0; step < 200; step++) {
    const from = clock.monotonicMs()
    let to = clock.monotonicMs()
    // A coarse clock stands still for many readings; a stopped one would for ever.
    for (let reading = 0; to === from && reading < 1e6; reading++) to = clock.monotonicMs()
    if (to > from) smallest = Math.min(smallest, to - from)
  }
  const resolution = `the monotonic clock moves in steps of ${smallest.toPrecision(2)} ms`
  if (smallest <= WANTED_RESOLUTION_MS) return ok(resolution)
  return failed(
    `${resolution}, and ${WANTED_RESOLUTION_MS} ms is needed: on Linux choose the clock source tsc or kvm-clock.`,
  )
}

export function lookAtCores(cores: number = availableParallelism()): Finding {
  if (cores >= WANTED_CORES) return ok(countOf(cores, 'core'))
  return warning(
    `${countOf(cores, 'core')}: give it ${WANTED_CORES}, or times will hold the waiting for the core.`,
  )
}

export function lookAtMemory(bytes: number = totalmem()): Finding {
  const gib = bytes / 2 ** 30
  if (gib >= WANTED_GIB) return ok(`${gib.toFixed(1)} GiB`)
  return warning(`${gib.toFixed(1)} GiB: give it ${WANTED_GIB} GiB, or the suites may be killed halfway.`)
}
