import type { Calibration, LoadRun, Policy, Run, Sample } from '../records/index.ts'
import type { Window } from '../statistics/index.ts'
import { findOddities, type Oddity } from './oddities.ts'
import { type Slos, slosOf } from './slos.ts'

/** One load as its samples tell it. */
export type SeenLoad = {
  /** Why no part of it was steady, so that it has no number at all. */
  readonly neverSteady?: string
  /** What rates are counted in; milliseconds after the run's start. */
  readonly window: Window
  /** Sent in the steady part, in the order of the sends. */
  readonly asked: readonly Sample[]
  /** Of these, the completed ones. */
  readonly good: readonly Sample[]
  /** The service had no room for them. */
  readonly turnedAway: readonly Sample[]
  /** All others that failed. */
  readonly failed: readonly Sample[]
  /** Of every part of the load: one that was sent in the warm-up may be complete in the window. */
  readonly all: readonly Sample[]
  readonly slos: Slos
  readonly oddities: readonly Oddity[]
  readonly clientErrors: Readonly<Record<string, number>>
}

export type LoadContext = {
  readonly loads?: readonly LoadRun[] | undefined
  readonly limits?: Policy['limits']
  readonly profile?: Run['profile'] | undefined
}

/** The last load among usable samples; undefined where there was none. */
export function seenLoad(samples: readonly Sample[], context: LoadContext = {}): SeenLoad | undefined {
  const steady = samples.filter(({ warmth }) => warmth === 'steady')
  const scenario = steady.at(-1)?.scenario
  if (scenario === undefined) return undefined
  const all = steady
    .filter((one) => one.scenario === scenario)
    .toSorted((one, other) => one.sentAtMs - other.sentAtMs)
  const asked = all.filter(({ phase = 'steady' }) => phase === 'steady')
  const good = asked.filter(({ outcome }) => outcome === 'completed')
  const load = context.loads?.findLast((one) => one.scenario === scenario)
  const isNever = asked.length === 0 && load !== undefined && load.steady === undefined
  return {
    ...(isNever && { neverSteady: load.warmUp }),
    window: load?.steady ?? windowOf(asked.length > 0 ? asked : all, load),
    ...{ asked, good, all },
    turnedAway: asked.filter(({ outcome, turnedAway }) => outcome !== 'completed' && turnedAway),
    failed: asked.filter(({ outcome, turnedAway }) => outcome !== 'completed' && !turnedAway),
    slos: slosOf(context.limits),
    oddities: findOddities(good, context.profile?.pace, context.profile?.reasoning !== undefined),
    clientErrors: clientErrors(load?.calibration),
  }
}

/** Where nobody said what the steady part is: as long as requests were sent, and until the last answer where that is sooner. */
function windowOf(asked: readonly Sample[], load: LoadRun | undefined): Window {
  let [firstMs, lastMs, endMs] = [Number.POSITIVE_INFINITY, 0, 0]
  for (const { dueAtMs, sentAtMs, e2eMs } of asked) {
    firstMs = Math.min(firstMs, dueAtMs ?? sentAtMs)
    lastMs = Math.max(lastMs, sentAtMs)
    endMs = Math.max(endMs, sentAtMs + e2eMs)
  }
  const fromMs = load?.startedAtMs ?? firstMs
  const lengthMs = load?.stated.durationMs ?? lastMs - fromMs
  return { fromMs, toMs: Math.max(fromMs + 1, Math.min(endMs, fromMs + lengthMs)) }
}

/** What a calibration found, by the names of the measurements that it is about. */
function clientErrors(calibration: Calibration | undefined): SeenLoad['clientErrors'] {
  if (calibration?.state !== 'valid') return {}
  const { ttftMs, gapMs } = calibration.error
  return {
    ...{ ttftMsP50: ttftMs.p50, ttftMsP99: ttftMs.p99 },
    ...{ interChunkMsP50: gapMs.p50, interChunkMsP99: gapMs.p99, itlMsP50: gapMs.p50, itlMsP99: gapMs.p99 },
  }
}
