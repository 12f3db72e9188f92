import type { Generation, Sample } from '../records/index.ts'
import { tpotOf } from './load-sample.ts'

/** Where an answer belongs: everything of a sample that the answer itself does not say. */
export type SampleOrigin = Pick<Sample, 'scenario' | 'warmth' | 'boot' | 'index' | 'warmUp'> & {
  /** The run's start on the client's monotonic clock. */
  readonly runStartMs: number
}

/** One timed answer as a sample; a measure that the wire did not give stays absent. */
export function sampleOf(answer: Generation, { runStartMs, ...origin }: SampleOrigin): Sample {
  const { sentAtMs, e2eMs, ttftMs, hopAtMs } = answer.timing
  const timed = { ...origin, sentAtMs: sentAtMs - runStartMs, e2eMs, ...(hopAtMs && { hopAtMs }) }
  if (answer.outcome === 'failed')
    return { ...timed, outcome: answer.failure, message: answer.message, ...withDefined({ ttftMs }) }
  const outputTokens = answer.usage?.completionTokens
  // A 200 that carries nothing is fast, and would make a broken service look quick.
  if (!answer.text && !answer.reasoning && !outputTokens)
    return { ...timed, outcome: 'service-error', message: 'the answer completed with no text and no tokens' }
  return {
    ...timed,
    outcome: 'completed',
    ...withDefined({ ttftMs, tpotMs: tpotOf(answer.timing.chunkAtMs, outputTokens), outputTokens }),
  }
}

type Measures = {
  ttftMs?: number | undefined
  tpotMs?: number | undefined
  outputTokens?: number | undefined
}

function withDefined(measures: Measures): Pick<Sample, 'ttftMs' | 'tpotMs' | 'outputTokens'> {
  return Object.fromEntries(Object.entries(measures).filter(([, value]) => value !== undefined))
}
