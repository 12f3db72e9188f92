import type { Sample, ScheduledRequest } from '../records/index.ts'
import type { Driven } from './driving.ts'

/** Where a request of a load belongs. */
export type LoadOrigin = {
  readonly scenario: string
  readonly boot: number
  /** The run's start on the client's monotonic clock. */
  readonly runStartMs: number
}

/** One request of a load as a sample; a measure that the wire did not give stays absent. */
export function loadSampleOf(driven: Driven, { runStartMs, ...origin }: LoadOrigin): Sample {
  const { scheduled, answer, dueAtMs, heldBack, worker, spoiledBy } = driven
  const { index, workload, session } = scheduled
  const { sentAtMs, e2eMs, ttftMs, headersMs, firstByteMs, reads, bytes, events, connection } = answer
  const { chunkAtMs, usage, finishReason, turnedAway, hopAtMs } = answer
  const outputTokens = usage?.completionTokens
  const inputTokens = usage?.promptTokens ?? scheduled.inputTokens
  return defined({
    ...origin,
    warmth: 'steady',
    index,
    ...outcomeOf(driven),
    sentAtMs: sentAtMs - runStartMs,
    e2eMs,
    dueAtMs: dueAtMs === undefined ? undefined : dueAtMs - runStartMs,
    sendLagMs: dueAtMs === undefined ? undefined : sentAtMs - dueAtMs,
    heldBack,
    ...{
      hopAtMs,
      ttftMs,
      headersMs,
      firstByteMs,
      reads,
      bytes,
      events,
      connection,
      turnedAway,
      finishReason,
    },
    ...{ worker, spoiledBy, workload, session, inputTokens, outputTokens, ...lengthOf(scheduled) },
    tpotMs: tpotOf(chunkAtMs, outputTokens),
    chunkAtMs: chunkAtMs.length === 0 ? undefined : chunkAtMs.map(toMicroseconds),
  })
}

/** A length is held where the service is told to go on until it is reached. */
function lengthOf({ request }: ScheduledRequest): Partial<Pick<Sample, 'maxTokens' | 'isLengthHeld'>> {
  const { maxTokens, minTokens, ignoreEos } = request
  return { maxTokens, ...((ignoreEos || minTokens === maxTokens) && { isLengthHeld: true }) }
}

/** A 200 that carries nothing is fast, and would make a broken service look quick. */
function outcomeOf({ answer }: Driven): Pick<Sample, 'outcome' | 'message'> {
  const { failure, message, text, reasoning, usage } = answer
  if (failure) return message === undefined ? { outcome: failure } : { outcome: failure, message }
  if (text || reasoning || usage?.completionTokens) return { outcome: 'completed' }
  return { outcome: 'service-error', message: 'the answer completed with no text and no tokens' }
}

/** (last − first token time) / (tokens − 1): needs a stream of two events and the service's own count of two tokens. */
export function tpotOf(chunkAtMs: readonly number[], tokens: number | undefined): number | undefined {
  const [first, last] = [chunkAtMs[0], chunkAtMs.at(-1)]
  if (first === undefined || last === undefined || chunkAtMs.length < 2) return undefined
  if (tokens === undefined || tokens < 2) return undefined
  return (last - first) / (tokens - 1)
}

/** More digits than a microsecond has are noise, and half of the file. */
const toMicroseconds = (ms: number): number => Math.round(ms * 1_000) / 1_000

type Loose = { readonly [K in keyof Sample]: Sample[K] | undefined }

const defined = (sample: Loose): Sample =>
  Object.fromEntries(Object.entries(sample).filter(([, value]) => value !== undefined)) as Sample
