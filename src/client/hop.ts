import { type Dispatcher, errors } from 'undici'
import { after, type Clock } from '../clock.ts'
import { WireFault } from './failure.ts'
import { flatten, type Hop, nextHop, refusePacked } from './hop-rules.ts'
import type { BodySink, TransportLimits, WireHead, WireRequest } from './wire.ts'

/** Kept beyond the evidence limit, so that a secret across the cut can still be found and taken out. */
const CUT_MARGIN = 4096

/**
 * A stream that is complete may stay open for this long: what comes late is still seen, and a network that sends the last
 * packet twice is no fault.
 */
export const LEFT_OPEN_MS = 500

/** What an exchange came to, whole or not. */
export type ExchangeState = {
  head?: WireHead
  /** Whether the hop under way has its headers. */
  answered: boolean
  redirects: number
  /** When each of them came. */
  hopAtMs: number[]
  firstByteMs?: number
  kept: Buffer[]
  keptBytes: number
  bodyBytes: number
  reads: number
  streaming: boolean
  /** When the end marker of a stream came. */
  completeMs?: number
  /** The marker came, and the body did not end. */
  leftOpen: boolean
  /** What a caller's own callback threw: not the service's fault, so it is thrown on. */
  misuse?: { readonly error: unknown }
}

export const newState = (): ExchangeState => ({
  answered: false,
  redirects: 0,
  hopAtMs: [],
  kept: [],
  keptBytes: 0,
  bodyBytes: 0,
  reads: 0,
  streaming: false,
  leftOpen: false,
})

export type HopContext = {
  readonly agent: Dispatcher
  readonly request: WireRequest
  readonly limits: TransportLimits
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Milliseconds since the send. */
  readonly since: () => number
  readonly state: ExchangeState
  /** Its connection is for it alone. */
  readonly opensOwn: boolean
}

/** One request and its answer; resolves to the next hop when the answer is a 303 that may be followed. */
export function runHop(hop: Hop, context: HopContext): Promise<Hop | undefined> {
  const { agent, request, limits, signal, since, state, opensOwn } = context
  const { promise, resolve, reject } = Promise.withResolvers<Hop | undefined>()
  const { 'content-type': _type, ...bodiless } = request.headers
  state.answered = false
  const options: Dispatcher.RequestOptions = {
    origin: hop.url.origin,
    path: `${hop.url.pathname}${hop.url.search}`,
    method: hop.method,
    headers: hop.body === undefined ? bodiless : { ...request.headers },
    body: hop.body ?? null,
    signal,
    reset: opensOwn,
  }
  // The callback form runs inside the parser's tick, so the first byte is stamped when it is seen.
  agent.request(options, (error, answer) => {
    // A header or path that cannot be sent is the caller's fault, so it is thrown on.
    if (error instanceof errors.InvalidArgumentError) state.misuse = { error }
    if (error || !answer) return reject(error)
    state.answered = true
    state.firstByteMs = since()
    state.head = { status: answer.statusCode, headers: flatten(answer.headers) }
    state.bodyBytes = 0
    state.reads = 0
    try {
      refusePacked(state.head)
      const sink = request.onHead?.(state.head)
      state.streaming = sink !== undefined && !sink.keepsWhole
      const next = nextHop(hop, state.head, state.redirects)
      if (next) {
        state.redirects++
        state.hopAtMs.push(state.firstByteMs)
      }
      const limit = sink && !sink.keepsWhole ? limits.evidenceBytes + CUT_MARGIN : limits.maxBodyBytes
      consume(answer.body, sink, next ? 0 : limit, context).then(() => resolve(next), reject)
    } catch (refusal) {
      reject(refusal)
    }
  })
  return promise
}

function consume(
  body: Dispatcher.ResponseData['body'],
  sink: BodySink | undefined,
  keep: number,
  { state, limits, since, clock }: HopContext,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let sameRead = false
  let grace: Disposable | undefined
  const fail = (error: unknown) => {
    reject(error)
    body.destroy()
  }
  body.on('data', (chunk: Buffer) => {
    const atMs = since()
    // The parser hands out every chunk of one socket read in one tick; microtasks run between reads.
    if (!sameRead) {
      state.reads++
      sameRead = true
      queueMicrotask(() => {
        sameRead = false
      })
    }
    state.bodyBytes += chunk.length
    if (state.bodyBytes > limits.maxBodyBytes)
      return fail(new WireFault('body-too-large', `body exceeds ${limits.maxBodyBytes} bytes`))
    if (state.keptBytes < keep) {
      const part = chunk.subarray(0, keep - state.keptBytes)
      state.kept.push(Buffer.from(part))
      state.keptBytes += part.length
    }
    try {
      sink?.feed(chunk, atMs)
      if (!sink?.isComplete() || state.completeMs !== undefined) return
      state.completeMs = atMs
      grace = after(clock, LEFT_OPEN_MS, () => {
        state.leftOpen = true
        resolve()
        body.destroy()
      })
    } catch (error) {
      if (!(error instanceof WireFault)) state.misuse = { error }
      fail(error)
    }
  })
  body.on('end', () => {
    try {
      sink?.finish()
      resolve()
    } catch (error) {
      reject(error)
    }
  })
  body.on('error', reject)
  body.on('close', () => reject(new WireFault('aborted', 'the exchange was closed')))
  return promise.finally(() => grace?.[Symbol.dispose]())
}
