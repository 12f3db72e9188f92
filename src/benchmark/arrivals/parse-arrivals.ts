import { HarnessError } from '../../errors.ts'
import type { Arrivals, OpenLoop, Spacing, StatedLoad } from '../../records/index.ts'
import { MOST_REQUESTS } from './due-times.ts'
import type { ArrivalFlags } from './flags.ts'
import { expectedIn, stagesOf } from './rate-stages.ts'

/** Of a load that nothing else ends. */
const DEFAULT_DURATION_MS = 30_000

const OPEN = ['rate', 'ramp', 'stages'] as const
const SHAPES = [...OPEN, 'trace', 'ladder'] as const
type Shape = (typeof SHAPES)[number] | 'concurrency'

/** Which shapes each other flag is about. */
const BELONGS_TO: Readonly<Record<Exclude<keyof ArrivalFlags, (typeof SHAPES)[number]>, readonly Shape[]>> = {
  arrivals: OPEN,
  burstiness: OPEN,
  traceFrom: ['trace'],
  traceSpeed: ['trace'],
  concurrency: [...OPEN, 'trace'],
  duration: ['rate', 'ramp', 'trace', 'ladder', 'concurrency'],
  maxRequests: [...SHAPES, 'concurrency'],
}

/**
 * The load that the flags state; undefined where they state none. Concurrency alone is a closed loop; beside an open one it caps the
 * requests in flight, as it does in AIPerf. Throws `usage` for two shapes at once, for a flag that has no meaning beside the
 * others, and for a load of more requests than a run can hold, or of none.
 */
export function parseArrivals(flags: ArrivalFlags): StatedLoad | undefined {
  const [shape = flags.concurrency === undefined ? undefined : 'concurrency', another] = SHAPES.filter(
    (name) => flags[name] !== undefined,
  )
  if (another !== undefined)
    throw usage(`${spelled(shape)} and ${spelled(another)} are two shapes of one load. Keep one of them.`)
  for (const [name, shapes] of Object.entries(BELONGS_TO)) {
    if (flags[name as keyof ArrivalFlags] === undefined || name === shape) continue
    if (shape && shapes.includes(shape)) continue
    const others = shapes.map(spelled).join(', ')
    throw usage(
      shape
        ? `${spelled(name)} has no meaning with ${spelled(shape)}: it belongs to ${others}. Leave one of them out.`
        : `${spelled(name)} says something of a load, and no load is stated. Add one of ${others}.`,
    )
  }
  return shape && checked(loadOf(flags))
}

function loadOf(flags: ArrivalFlags): StatedLoad {
  const { concurrency, maxRequests } = flags
  const arrivals = arrivalsOf(flags)
  const durationMs = lengthOf(arrivals, flags)
  return {
    arrivals,
    ...(durationMs !== undefined && { durationMs }),
    ...(maxRequests !== undefined && { maxRequests }),
    ...(concurrency !== undefined && arrivals.shape !== 'concurrency' && { maxInFlight: concurrency }),
  }
}

function arrivalsOf(flags: ArrivalFlags): Arrivals {
  const { rate, ramp, stages, concurrency, ladder, trace, duration } = flags
  if (rate !== undefined) return { shape: 'rate', rate, spacing: spacingOf(flags) }
  if (stages) return { shape: 'stages', stages, spacing: spacingOf(flags) }
  if (ramp) {
    if (duration === undefined)
      throw usage('--ramp needs the time that it takes. Add it, as in --duration 60.')
    return { shape: 'stages', stages: [{ ...ramp, durationMs: duration }], spacing: spacingOf(flags) }
  }
  if (trace !== undefined) return replayOf(trace, flags)
  if (concurrency !== undefined) return { shape: 'concurrency', concurrency }
  const durationMs = duration ?? DEFAULT_DURATION_MS
  return { shape: 'ladder', rungs: (ladder ?? []).map((each) => ({ concurrency: each, durationMs })) }
}

const replayOf = (file: string, { traceFrom, traceSpeed }: ArrivalFlags): Arrivals => ({
  ...{ shape: 'trace', file },
  ...(traceFrom !== undefined && { fromMs: traceFrom }),
  ...(traceSpeed !== undefined && { speed: traceSpeed }),
})

/** Stages and rungs hold their own; a trace ends where its file does. */
function lengthOf({ shape }: Arrivals, { duration, maxRequests }: ArrivalFlags): number | undefined {
  if (shape === 'stages' || shape === 'ladder') return undefined
  return shape === 'trace' || maxRequests !== undefined ? duration : (duration ?? DEFAULT_DURATION_MS)
}

/**
 * Poisson unless stated: many users who know nothing of each other come like that, and a queue that their chance builds
 * up is a queue that a constant rate would never show. It is the default of vLLM and AIPerf too, so that figures compare. A
 * burstiness alone means gamma, as it does in vLLM.
 */
function spacingOf({ arrivals, burstiness }: ArrivalFlags): Spacing {
  if (burstiness === undefined) {
    if (arrivals === 'gamma')
      throw usage('--arrivals gamma needs its shape. Add it, as in --burstiness 0.5 (below 1 is burstier).')
    return { kind: arrivals ?? 'poisson' }
  }
  if (arrivals !== undefined && arrivals !== 'gamma')
    throw usage(
      `--burstiness is the shape of gamma gaps, and --arrivals ${arrivals} has none. Leave one out.`,
    )
  return { kind: 'gamma', burstiness }
}

function checked(load: StatedLoad): StatedLoad {
  const { arrivals, durationMs = Number.POSITIVE_INFINITY, maxRequests = Number.POSITIVE_INFINITY } = load
  if (arrivals.shape !== 'rate' && arrivals.shape !== 'stages') return load
  const expected = Math.min(expectedOf(arrivals, durationMs), maxRequests)
  if (expected > MOST_REQUESTS)
    throw usage(
      `The load has about ${Math.round(expected)} requests, and one run can hold ${MOST_REQUESTS}. Lower its rate or its duration, or cap it with --max-requests.`,
    )
  if (expected < 1)
    throw usage(
      `The load has ${expected} requests on average: fewer than one. Raise its rate or its duration.`,
    )
  return load
}

const expectedOf = (arrivals: OpenLoop, durationMs: number): number =>
  stagesOf(arrivals, durationMs).reduce((sum, stage) => sum + expectedIn(stage), 0)

/** `traceFrom` as it is typed. */
const spelled = (name = ''): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

const usage = (message: string): HarnessError => new HarnessError('usage', message)
