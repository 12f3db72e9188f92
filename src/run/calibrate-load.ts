import { calibrate } from '../benchmark/index.ts'
import { openLoadClient } from '../client/index.ts'
import { HarnessError } from '../errors.ts'
import type { Calibration, Sample } from '../records/index.ts'
import { median } from '../statistics/index.ts'
import type { RunningService } from './running-service.ts'

/** Longer answers tell nothing more of the client, and take their time. */
const LONGEST_ANSWER_MS = 1_000
const LONGEST_FIRST_MS = 500
const SECONDS = 3

/**
 * The client's own error at the load that was just sent: as many streams as were in flight, with the gaps of its answers, against
 * a server whose times are known. Undefined where nothing streamed; a stub that does not start is a warning, and no error of the run.
 */
export async function calibrateLoad(
  { plan, world }: Pick<RunningService, 'plan' | 'world'>,
  samples: readonly Sample[],
): Promise<Calibration | undefined> {
  const like = lookOf(samples)
  if (!like) return undefined
  const { progress, signal } = world
  progress.phase('the client itself, against a server of known times')
  try {
    const common = { client: openLoadClient, clock: plan.clock, signal, seconds: SECONDS }
    const calibration = await calibrate({ ...common, ...like })
    if (calibration.state === 'valid') progress.note(describe(calibration))
    else progress.warn(`The client's own error is not known: ${calibration.reason}.`)
    return calibration
  } catch (error) {
    if (!(error instanceof HarnessError) || signal.aborted) throw error
    progress.warn(`The client's own error is not known. ${error.message}`)
    return undefined
  }
}

/** The streams that were seen, as far as a client has work with them. */
function lookOf(samples: readonly Sample[]) {
  const streamed = samples.filter(
    ({ outcome, chunkAtMs = [] }) => outcome === 'completed' && chunkAtMs.length > 1,
  )
  if (streamed.length === 0) return undefined
  const of = (figure: (sample: Sample) => number) => median(streamed.map(figure))
  const gapMs = Math.max(
    0.1,
    of(({ chunkAtMs = [] }) => meanGap(chunkAtMs)),
  )
  const chunks = of(({ chunkAtMs = [] }) => chunkAtMs.length)
  return {
    load: { streams: Math.max(1, Math.round(meanInFlight(samples))) },
    tokens: Math.max(2, Math.round(Math.min(chunks, LONGEST_ANSWER_MS / gapMs))),
    ttftMs: Math.min(
      LONGEST_FIRST_MS,
      of(({ ttftMs = 0 }) => ttftMs),
    ),
    gapMs,
  }
}

const meanGap = (chunkAtMs: readonly number[]): number =>
  ((chunkAtMs.at(-1) ?? 0) - (chunkAtMs[0] ?? 0)) / (chunkAtMs.length - 1)

/** The time of all answers together, by the time that the load took. */
function meanInFlight(samples: readonly Sample[]): number {
  const fromMs = samples.reduce((least, { sentAtMs }) => Math.min(least, sentAtMs), Number.POSITIVE_INFINITY)
  const toMs = samples.reduce((most, { sentAtMs, e2eMs }) => Math.max(most, sentAtMs + e2eMs), 0)
  return samples.reduce((sum, { e2eMs }) => sum + e2eMs, 0) / Math.max(1, toMs - fromMs)
}

function describe({ load, error }: Extract<Calibration, { state: 'valid' }>): string {
  const figures = ({ p50, p99 }: { readonly p50: number; readonly p99: number }) =>
    `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`
  return `The client's own error, at ${load}: ttft ${figures(error.ttftMs)}; gaps ${figures(error.gapMs)}. It is in no number.`
}
