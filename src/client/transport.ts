import { Agent, type Dispatcher } from 'undici'
import type { Clock } from '../clock.ts'
import type { Timing } from '../records/index.ts'
import { classifyFailure, WireFault } from './failure.ts'

export type WireRequest = {
  readonly method: 'GET' | 'POST' | 'OPTIONS'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Total: from the call to the last byte, redirects included. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** Given the head of the answer, may take its body as it arrives; else the body is collected. */
  readonly onHead?: (head: WireHead) => BodySink | undefined
}

export type WireHead = { readonly status: number; readonly headers: Readonly<Record<string, string>> }
/** Either throws a `WireFault` to end the exchange. `atMs` is the offset from the send. */
export type BodySink = {
  feed(chunk: Buffer, atMs: number): void
  /** After the last byte of a body that ended as its framing says. */
  finish(): void
}

export type WireResult = {
  readonly head?: WireHead
  readonly hops: number
  /** The body, or of a body that a sink took, its first `evidenceBytes`. */
  readonly body: Buffer
  readonly bodyBytes: number
  readonly timing: Omit<Timing, 'chunkAtMs' | 'ttftMs'>
  readonly fault?: WireFault
}

export type TransportLimits = {
  readonly connectTimeoutMs: number
  readonly maxBodyBytes: number
  readonly maxHeaderBytes: number
  readonly evidenceBytes: number
}

export interface Transport {
  exchange(request: WireRequest): Promise<WireResult>
  close(): Promise<void>
}

/** Modal re-issues its 303 about every 150 s; 20 of them are its own limit of about 50 minutes. */
const MAX_HOPS = 20
/** Kept beyond the evidence limit, so that a secret across the cut can still be found and taken out. */
const CUT_MARGIN = 4096

/** One keep-alive agent. `request`, never `fetch`: fetch would follow a redirect to another host with our secrets. */
export function openTransport(limits: TransportLimits, clock: Clock): Transport {
  const agent = new Agent({
    connect: { timeout: limits.connectTimeoutMs },
    allowH2: false,
    pipelining: 1,
    maxHeaderSize: limits.maxHeaderBytes,
    // The total deadline replaces both: a byte each 300 ms would never trip them.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return {
    exchange: (request) => exchange(agent, request, limits, clock),
    close: () => agent.destroy(),
  }
}

async function exchange(
  agent: Agent,
  request: WireRequest,
  limits: TransportLimits,
  clock: Clock,
): Promise<WireResult> {
  const stop = stopper(request.timeoutMs, request.signal)
  const sentAtMs = clock.monotonicMs()
  const since = () => clock.monotonicMs() - sentAtMs
  const state: ExchangeState = { hops: 0, kept: [], keptBytes: 0, bodyBytes: 0, reads: 0, streaming: false }
  let fault: WireFault | undefined
  try {
    let leg: Leg = { method: request.method, url: request.url, body: request.body }
    for (;;) {
      const next = await stop.race(runLeg(agent, request, leg, state, limits, stop.signal, since))
      if (!next) break
      leg = next
    }
  } catch (error) {
    fault = classifyFailure(error, { headersReceived: state.head !== undefined, streaming: state.streaming })
    // Ends the leg that lost the race, so that its socket does not outlive the answer.
    stop.abort(fault)
  }
  const e2eMs = since()
  stop.release()
  if (state.misuse) throw state.misuse.error
  return {
    hops: state.hops,
    ...(state.head && { head: state.head }),
    body: Buffer.concat(state.kept),
    bodyBytes: state.bodyBytes,
    timing: {
      sentAtMs,
      e2eMs,
      reads: state.reads,
      ...(state.firstByteMs !== undefined && { firstByteMs: state.firstByteMs }),
    },
    ...(fault && { fault }),
  }
}

type Leg = { readonly method: Dispatcher.HttpMethod; readonly url: URL; readonly body: WireRequest['body'] }

type ExchangeState = {
  head?: WireHead
  hops: number
  firstByteMs?: number
  kept: Buffer[]
  keptBytes: number
  bodyBytes: number
  reads: number
  streaming: boolean
  /** What a caller's own callback threw: not the service's fault, so it is thrown on. */
  misuse?: { readonly error: unknown }
}

/** One request and its answer; resolves to the next leg when the answer is a 303 that may be followed. */
function runLeg(
  agent: Agent,
  request: WireRequest,
  leg: Leg,
  state: ExchangeState,
  limits: TransportLimits,
  signal: AbortSignal,
  since: () => number,
): Promise<Leg | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Leg | undefined>()
  const { 'content-type': _type, ...bodiless } = request.headers
  const options: Dispatcher.RequestOptions = {
    origin: leg.url.origin,
    path: `${leg.url.pathname}${leg.url.search}`,
    method: leg.method,
    headers: leg.body === undefined ? bodiless : { ...request.headers },
    body: leg.body ?? null,
    signal,
  }
  // The callback form runs inside the parser's tick, so the first byte is stamped when it is seen.
  agent.request(options, (error, answer) => {
    if (error || !answer) return reject(error)
    state.firstByteMs = since()
    state.head = { status: answer.statusCode, headers: flatten(answer.headers) }
    state.bodyBytes = 0
    state.reads = 0
    try {
      const sink = acceptHead(request, state.head)
      state.streaming = sink !== undefined
      const next = nextLeg(leg, state)
      const limit = sink ? limits.evidenceBytes + CUT_MARGIN : limits.maxBodyBytes
      consume(answer.body, state, { sink, keep: next ? 0 : limit, limits, since }).then(
        () => resolve(next),
        reject,
      )
    } catch (refusal) {
      reject(refusal)
    }
  })
  return promise
}

function acceptHead(request: WireRequest, head: WireHead): BodySink | undefined {
  const encoding = head.headers['content-encoding'] ?? 'identity'
  if (encoding.trim().toLowerCase() !== 'identity' && encoding !== '')
    throw new WireFault(
      'encoding-refused',
      `answered with content-encoding ${encoding}, though only identity was accepted`,
    )
  return request.onHead?.(head)
}

/** 303 only, as GET without a body, to the same scheme, host and port: the one redirect that Modal's long calls need. */
function nextLeg(leg: Leg, state: ExchangeState): Leg | undefined {
  const { status, headers } = state.head ?? { status: 0, headers: {} }
  const location = headers['location']
  if (status < 300 || status > 399 || (location === undefined && status !== 303)) return undefined
  const target = location === undefined ? null : URL.parse(location, leg.url.href)
  const refuse = (why: string): never => {
    throw new WireFault('redirect-refused', `HTTP ${status} to ${location ?? 'nowhere'} not followed: ${why}`)
  }
  if (status !== 303) return refuse('only 303 is')
  if (!target) return refuse('it names no valid location')
  if (target.origin !== leg.url.origin) return refuse('another origin')
  if (state.hops >= MAX_HOPS) return refuse(`${MAX_HOPS} hops were made already`)
  state.hops++
  return { method: 'GET', url: target, body: undefined }
}

type Consumption = {
  readonly sink: BodySink | undefined
  readonly keep: number
  readonly limits: TransportLimits
  readonly since: () => number
}

function consume(
  body: Dispatcher.ResponseData['body'],
  state: ExchangeState,
  how: Consumption,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let sameRead = false
  const fail = (error: unknown) => {
    reject(error)
    body.destroy()
  }
  body.on('data', (chunk: Buffer) => {
    const atMs = how.since()
    // The parser hands out every chunk of one socket read in one tick; microtasks run between reads.
    if (!sameRead) {
      state.reads++
      sameRead = true
      queueMicrotask(() => {
        sameRead = false
      })
    }
    state.bodyBytes += chunk.length
    if (state.bodyBytes > how.limits.maxBodyBytes)
      return fail(new WireFault('body-too-large', `body exceeds ${how.limits.maxBodyBytes} bytes`))
    if (state.keptBytes < how.keep) {
      const part = chunk.subarray(0, how.keep - state.keptBytes)
      state.kept.push(Buffer.from(part))
      state.keptBytes += part.length
    }
    try {
      how.sink?.feed(chunk, atMs)
    } catch (error) {
      if (!(error instanceof WireFault)) state.misuse = { error }
      fail(error)
    }
  })
  body.on('end', () => {
    try {
      how.sink?.finish()
      resolve()
    } catch (error) {
      reject(error)
    }
  })
  body.on('error', reject)
  body.on('close', () => reject(new WireFault('aborted', 'the exchange was closed')))
  return promise
}

/** Deadline and caller's signal as one. undici ignores a signal while it connects, hence the race. */
function stopper(timeoutMs: number, caller: AbortSignal | undefined) {
  const controller = new AbortController()
  const stopped = Promise.withResolvers<never>()
  stopped.promise.catch(() => {})
  const abort = (fault: WireFault) => {
    stopped.reject(fault)
    controller.abort(fault)
  }
  const onCaller = () => abort(new WireFault('aborted', 'aborted by the caller'))
  const timer = setTimeout(
    () => abort(new WireFault('timeout', `no complete answer within ${timeoutMs} ms`)),
    timeoutMs,
  )
  if (caller?.aborted) onCaller()
  else caller?.addEventListener('abort', onCaller, { once: true })
  return {
    signal: controller.signal,
    abort,
    race<T>(work: Promise<T>): Promise<T> {
      work.catch(() => {})
      return Promise.race([stopped.promise, work])
    },
    release() {
      clearTimeout(timer)
      caller?.removeEventListener('abort', onCaller)
    },
  }
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )
}
