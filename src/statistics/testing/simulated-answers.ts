import { createRandom, type Random } from '../../random.ts'
import type { TimedAnswer } from '../index.ts'

/** Standard deviation of the logarithms of a log-normal time whose coefficient of variation is 0.3. */
const LOG_SD = Math.sqrt(Math.log(1 + 0.3 ** 2))

export type SeriesOptions = {
  readonly series: number
  /** Of each series. */
  readonly answers: number
  /** Correlation of the logarithms of an answer and the next: AR(1). */
  readonly correlation: number
  readonly seed: string
}

/** Log-normal answer times with a median of 1 and a coefficient of variation of 0.3, begun in their stationary state. */
export function answerTimes({ series, answers, correlation, seed }: SeriesOptions): readonly Float64Array[] {
  const normal = normals(createRandom(seed))
  const freshSd = Math.sqrt(1 - correlation ** 2)
  return Array.from({ length: series }, () => {
    let level = normal()
    const times = new Float64Array(answers)
    for (let i = 0; i < answers; i++) {
      times[i] = Math.exp(LOG_SD * level)
      level = correlation * level + freshSd * normal()
    }
    return times
  })
}

/** Box & Muller (1958). */
function normals(random: Random): () => number {
  let spare: number | undefined
  return () => {
    const one = spare
    spare = undefined
    if (one !== undefined) return one
    const [radius, angle] = [Math.sqrt(-2 * Math.log(1 - random.next())), 2 * Math.PI * random.next()]
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
}

/** How long an answer takes that is sent at `sentAtMs` and would take `usualMs`. */
export type Disturbance = (sentAtMs: number, usualMs: number) => number

/** A closed loop: each answer is sent when the one before it is complete. */
export function inClosedLoop(timesMs: Iterable<number>, disturbed?: Disturbance): readonly TimedAnswer[] {
  const answers: TimedAnswer[] = []
  let sentAtMs = 0
  for (const usualMs of timesMs) {
    const e2eMs = disturbed?.(sentAtMs, usualMs) ?? usualMs
    answers.push({ sentAtMs, e2eMs })
    sentAtMs += e2eMs
  }
  return answers
}
