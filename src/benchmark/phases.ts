import type { LoadRun, Sample } from '../records/index.ts'
import { median, settlingPoint } from '../statistics/index.ts'

/** What the phases of a load are found by. Milliseconds; any origin. */
export type Timed = Pick<Sample, 'sentAtMs' | 'e2eMs' | 'ttftMs' | 'outcome'>

export type Phases = Pick<LoadRun, 'steady' | 'warmUp' | 'firstWave'>

/** The warm-up may take this share of the requests after the first wave, the cool-down this share of the time of sending. */
const [MOST_WARM_UP, MOST_COOL_DOWN] = [1 / 3, 1 / 5]
/** Answers of which one window of the look is made, where the first wave was no larger. */
const WINDOW = 10

/**
 * When a load was steady, decided once it is over. The first wave, sent before any answer was complete, is warm-up. At full
 * concurrency the warm-up goes on until the time to the first token (to the end, where nothing streams) stays at its level. Requests
 * that were in flight when the last one was sent saw the load go down: from the first of them on it is cool-down. Both are cut by
 * when a request was sent, so that long answers are not left out more often than short ones.
 */
export function phasesOf(samples: readonly Timed[]): Phases {
  const sent = samples.toSorted((a, b) => a.sentAtMs - b.sentAtMs)
  const [first, last] = [sent[0], sent.at(-1)]
  if (!first || !last) return { firstWave: 0, warmUp: 'nothing was sent' }
  const firstEndMs = firstEnd(sent.some(isGood) ? sent.filter(isGood) : sent)
  const firstWave = sent.filter(({ sentAtMs }) => sentAtMs < firstEndMs).length
  const after = sent.slice(firstWave)
  const begin = after[0]
  if (!begin)
    return {
      firstWave,
      warmUp: `all ${firstWave} requests were sent before one was answered: nothing was steady`,
    }
  const answered = after.filter(isGood)
  const settling = settlingPoint(
    answered.map(({ ttftMs, e2eMs }) => ttftMs ?? e2eMs),
    { window: Math.max(WINDOW, firstWave), most: MOST_WARM_UP * answered.length },
  )
  const fromMs = answered[settling?.values ?? 0]?.sentAtMs ?? begin.sentAtMs
  const toMs = coolDownFrom(sent, first.sentAtMs, last.sentAtMs)
  if (toMs <= fromMs)
    return { firstWave, warmUp: 'the load ended while it was warming up: nothing was steady' }
  return { firstWave, steady: { fromMs, toMs }, warmUp: describe(sent.slice(0, firstWave), settling) }
}

/** The samples of one load, each with its phase, in the order given. */
export function withPhases(samples: readonly Sample[], { steady, firstWave }: Phases): readonly Sample[] {
  const bySent = samples.toSorted((a, b) => a.sentAtMs - b.sentAtMs)
  const wave = new Set(bySent.slice(0, firstWave))
  const phaseOf = ({ sentAtMs }: Sample) => {
    if (!steady || sentAtMs < steady.fromMs) return 'warm-up'
    return sentAtMs < steady.toMs ? 'steady' : 'cool-down'
  }
  return samples.map((sample) => ({
    ...sample,
    phase: phaseOf(sample),
    ...(wave.has(sample) && { firstWave: true }),
  }))
}

function coolDownFrom(sent: readonly Timed[], firstMs: number, lastMs: number): number {
  const open = sent.filter((one) => one.sentAtMs + one.e2eMs > lastMs)
  const earliestMs = open[0]?.sentAtMs ?? lastMs
  return Math.max(earliestMs, lastMs - MOST_COOL_DOWN * (lastMs - firstMs))
}

/** The first wave has its own figure: none of it met a service under this load. */
function describe(first: readonly Timed[], settling: ReturnType<typeof settlingPoint>): string {
  const [name, times] = timesOf(first.filter(isGood))
  const figure = times.length > 0 ? ` (${name} p50 ${Math.round(median(times))} ms)` : ''
  const wave = `a first wave of ${first.length}${figure}`
  if (!settling) return `${wave}; too few answers after it to see when the times settled`
  return settling.isSettled
    ? `${wave}, then ${settling.values} until the times settled`
    : `${wave}, then ${settling.values}, a third of the load, and the times had not settled`
}

/** To the first token, or to the end where nothing streams. */
function timesOf(answers: readonly Timed[]): readonly ['ttft' | 'e2e', readonly number[]] {
  const first = answers.flatMap(({ ttftMs }) => ttftMs ?? [])
  return first.length > 0 ? ['ttft', first] : ['e2e', answers.map(({ e2eMs }) => e2eMs)]
}

const isGood = ({ outcome }: Timed): boolean => outcome === 'completed'
const firstEnd = (samples: readonly Timed[]): number =>
  samples.reduce((least, one) => Math.min(least, one.sentAtMs + one.e2eMs), Number.POSITIVE_INFINITY)
