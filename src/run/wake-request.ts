import type { LoadClient, Prepared } from '../client/index.ts'
import type { Clock } from '../clock.ts'
import type { ConnectionTimes, LoadAnswer, ScaleToZero, WakeAnswer } from '../records/index.ts'

/** What an edge says that has nobody to ask. */
const REFUSALS: readonly (number | undefined)[] = [429, 502, 503, 504]
/** Between two tries: often enough to time a wake-up to some percent, seldom enough to be no load. */
const [SHORTEST_MS, LONGEST_MS] = [50, 1_000]

export type Waking = {
  readonly client: LoadClient
  readonly clock: Clock
  readonly sleep: ScaleToZero
  readonly signal: AbortSignal
}

/** The request that wakes the service; of an edge that refuses, as often as it takes. Times are after the first send. */
export type Woken = {
  readonly answer: LoadAnswer
  /** When the first try was sent, on the clock; and the last, after it. */
  readonly sentAtMs: number
  readonly lastAfterMs: number
  readonly refusals: number
  /** Of the first try; absent where a proxy made it. */
  readonly connection?: ConnectionTimes
  /** The end of the first refusal. */
  readonly refusedAfterMs?: number
}

/** Sends it until it is answered or refused for good: no later than a wake-up may take. */
export async function sendToWake(prepared: Prepared, waking: Waking): Promise<Woken> {
  const { client, clock, sleep, signal } = waking
  const startedMs = clock.monotonicMs()
  let sentAtMs: number | undefined
  let connection: ConnectionTimes | undefined
  let refusedAfterMs: number | undefined
  for (let refusals = 0; ; refusals++) {
    const leftMs = Math.max(1, Math.ceil(sleep.wakeMs - (clock.monotonicMs() - startedMs)))
    const answer = await client.send(prepared, { timeoutMs: leftMs, signal })
    signal.throwIfAborted()
    sentAtMs ??= answer.sentAtMs
    connection ??= answer.connection
    const isRefused = sleep.edge === 'refuses' && REFUSALS.includes(answer.status)
    const waitedMs = clock.monotonicMs() - startedMs
    const pauseMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, waitedMs * 0.02))
    if (!isRefused || waitedMs + pauseMs >= sleep.wakeMs)
      return {
        ...{ answer, sentAtMs, lastAfterMs: answer.sentAtMs - sentAtMs, refusals },
        ...(connection && { connection }),
        ...(refusedAfterMs !== undefined && { refusedAfterMs }),
      }
    refusedAfterMs ??= answer.sentAtMs + answer.e2eMs - sentAtMs
    await clock.sleep(pauseMs, signal)
  }
}

/** A 200 that carries nothing is no answer. */
export function toWakeAnswer(answer: LoadAnswer, afterMs = 0): WakeAnswer {
  const { failure, message, status, text, reasoning, usage } = answer
  const isEmpty = !text && !reasoning && !usage?.completionTokens
  const e2eMs = afterMs + answer.e2eMs
  if (failure)
    return {
      ...{ outcome: failure, e2eMs },
      ...(message !== undefined && { message }),
      ...(status !== undefined && { status }),
    }
  return isEmpty
    ? { outcome: 'service-error', e2eMs, message: 'the answer completed with no text and no tokens' }
    : { outcome: 'completed', e2eMs }
}
