import type { LoadClient } from '../../client/index.ts'
import type { Clock } from '../../clock.ts'
import type {
  Calibration,
  ClientError,
  ErrorQuantiles,
  ScheduledRequest,
  ServiceAddress,
} from '../../records/index.ts'
import { type AnswerTruth, type Spread, type StartedStub, startStub } from '../../stub/index.ts'
import { originOf } from '../clock-origin.ts'
import { drive } from '../drive.ts'
import type { Driven } from '../driving.ts'
import { clientError, type Pair } from './client-error.ts'

export type CalibrationOptions = {
  /** Opens the client that the run will use. */
  readonly client: (address: ServiceAddress, options: { readonly clock: Clock }) => Promise<LoadClient>
  /** Requests always in flight, or requests a second. */
  readonly load: { readonly streams: number } | { readonly rate: number; readonly maxInFlight: number }
  readonly seconds: number
  /** Of each answer. */
  readonly tokens: number
  readonly ttftMs: Spread
  readonly gapMs: Spread
  readonly clock: Clock
  readonly signal: AbortSignal
}

type Judgement =
  | { readonly state: 'valid'; readonly error: ClientError }
  | { readonly state: 'void'; readonly reason: string }

/** A stub that is later than this did not give the load that was asked for. */
const LATE_MS = 5
/** The first part of the load warms the client up. */
const WARM_UP_SHARE = 0.2
const TIMEOUT_MS = 60_000
const MOST_ANSWERS = 200_000

/**
 * Sends a load to a stub in another process and compares the client's stamps with the stub's own. Rejects with the reason of the
 * signal when it aborts, and with `target-not-ready` where no stub starts.
 */
export async function calibrate(options: CalibrationOptions): Promise<Calibration> {
  const { ttftMs, gapMs, clock } = options
  await using stub = await startStub({ ttftMs, gapMs, remembers: MOST_ANSWERS }, { clock })
  const startedAtMs = clock.monotonicMs()
  const driven = await driveAt(stub, options)
  options.signal.throwIfAborted()
  const { p50, p99, max } = await stub.late()
  const measured = driven.filter(
    ({ answer }) => answer.sentAtMs - startedAtMs >= WARM_UP_SHARE * options.seconds * 1_000,
  )
  return {
    load: describe(options),
    stubLateMs: { p50, p99, max },
    stubCore: stub.core ?? { unpinnedBecause: 'nobody asked for it' },
    ...judge(measured, await stub.truth(), { p50, p99, max }, originOf(clock)),
  }
}

/** The judgement of what was measured, where the stub was on time and every answer whole. */
export function judge(
  measured: readonly Pick<Driven, 'answer'>[],
  truths: readonly AnswerTruth[],
  lateMs: ErrorQuantiles,
  originMs: number,
): Judgement {
  if (lateMs.p99 > LATE_MS)
    return spoiled(`the stub itself was late: p99 ${lateMs.p99.toFixed(2)} ms, more than ${LATE_MS} ms`)
  const failed = measured.filter(({ answer }) => answer.failure !== undefined)
  const [first] = failed
  if (first)
    return spoiled(
      `${failed.length} of ${measured.length} answers failed: ${first.answer.failure}, ${first.answer.message}`,
    )
  const byId = new Map(truths.map((truth) => [truth.id, truth]))
  const pairs = measured.flatMap(({ answer }): Pair[] => {
    // The first word of an answer of the stub is its id.
    const truth = byId.get(answer.text.trim().split(' ', 1)[0] ?? '')
    return truth && truth.emitted_ns.length === answer.chunkAtMs.length ? [{ answer, truth }] : []
  })
  if (pairs.length < measured.length)
    return spoiled(
      `${measured.length - pairs.length} of ${measured.length} answers have other events than were emitted`,
    )
  const error = clientError(pairs, originMs)
  return error ? { state: 'valid', error } : spoiled('no answer with two events was complete in time')
}

const spoiled = (reason: string): Judgement => ({ state: 'void', reason })

async function driveAt(stub: StartedStub, options: CalibrationOptions): Promise<readonly Driven[]> {
  const { client: open, load, seconds, clock, signal } = options
  await using client = await open({ dialect: 'openai', baseUrl: stub.url, model: 'stub' }, { clock })
  const driven = drive({
    ...{ client, clock, signal, requests: requestsOf(options), timeoutMs: TIMEOUT_MS },
    ...{ maxInFlight: 'streams' in load ? load.streams : load.maxInFlight, durationMs: seconds * 1_000 },
  })
  return await Array.fromAsync(driven)
}

function* requestsOf({ load, seconds, tokens }: CalibrationOptions): Generator<ScheduledRequest> {
  const most = 'streams' in load ? MOST_ANSWERS : Math.floor(load.rate * seconds)
  for (let index = 0; index < most; index++)
    yield {
      index,
      ...('rate' in load && { dueMs: (1_000 * index) / load.rate }),
      request: {
        ...{ prompt: 'How late are you?', route: 'chat', maxTokens: tokens },
        ...{ ignoreEos: true, stream: true, includeUsage: true },
      },
    }
}

function describe({ load, seconds, tokens }: CalibrationOptions): string {
  const shape = 'streams' in load ? `${load.streams} requests in flight` : `${load.rate} requests/s`
  return `${shape} of ${tokens} tokens for ${seconds} s`
}
