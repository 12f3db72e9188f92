import type { ClientError, ErrorQuantiles, LoadAnswer } from '../../records/index.ts'
import { quantile } from '../../statistics/index.ts'

/** One answer as the client saw it and as the stub gave it. */
export type Pair = {
  /** Its stamps on the client's monotonic clock. */
  readonly answer: Pick<LoadAnswer, 'sentAtMs' | 'ttftMs' | 'chunkAtMs'>
  /** Nanoseconds of CLOCK_MONOTONIC. */
  readonly truth: { readonly received_ns: number; readonly emitted_ns: readonly number[] }
}

/**
 * The client's error over answers with as many events as were emitted, each with one event at least. `originMs` is the origin of
 * the client's clock in milliseconds of CLOCK_MONOTONIC. Undefined where there is no answer, or none with two events.
 */
export function clientError(pairs: readonly Pair[], originMs: number): ClientError | undefined {
  const receiptMs: number[] = []
  const ttftMs: number[] = []
  const gapMs: number[] = []
  for (const { answer, truth } of pairs) {
    const emittedMs = truth.emitted_ns.map((ns) => ns / 1e6 - originMs - answer.sentAtMs)
    const lateMs = answer.chunkAtMs.map((atMs, index) => atMs - (emittedMs[index] as number))
    receiptMs.push(...lateMs)
    for (const [index, late] of lateMs.slice(1).entries())
      gapMs.push(Math.abs(late - (lateMs[index] as number)))
    const trueMs = ((truth.emitted_ns[0] as number) - truth.received_ns) / 1e6
    if (answer.ttftMs !== undefined) ttftMs.push(answer.ttftMs - trueMs)
  }
  if (ttftMs.length === 0 || gapMs.length === 0) return undefined
  return {
    answers: pairs.length,
    events: receiptMs.length,
    receiptMs: quantilesOf(receiptMs),
    ttftMs: quantilesOf(ttftMs),
    gapMs: quantilesOf(gapMs),
  }
}

const quantilesOf = (values: readonly number[]): ErrorQuantiles => ({
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
  max: quantile(values, 1),
})
