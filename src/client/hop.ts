import { type Dispatcher, errors } from 'undici'
import { WireFault } from './failure.ts'
import type { BodySink, TransportLimits, WireHead, WireRequest } from './wire.ts'

/** Modal re-issues its 303 about every 150 s; 20 of them are its own limit of about 50 minutes. */
const MAX_REDIRECTS = 20
/** Kept beyond the evidence limit, so that a secret across the cut can still be found and taken out. */
const CUT_MARGIN = 4096

/** One request of an exchange; a redirect that is followed makes the next. */
export type Hop = {
  readonly method: Dispatcher.HttpMethod
  readonly url: URL
  readonly body: WireRequest['body']
}

/** What an exchange came to, whole or not. */
export type ExchangeState = {
  head?: WireHead
  /** Whether the hop under way has its headers. */
  answered: boolean
  redirects: number
  firstByteMs?: number
  kept: Buffer[]
  keptBytes: number
  bodyBytes: number
  reads: number
  streaming: boolean
  /** What a caller's own callback threw: not the service's fault, so it is thrown on. */
  misuse?: { readonly error: unknown }
}

export const newState = (): ExchangeState => ({
  answered: false,
  redirects: 0,
  kept: [],
  keptBytes: 0,
  bodyBytes: 0,
  reads: 0,
  streaming: false,
})

export type HopContext = {
  readonly agent: Dispatcher
  readonly request: WireRequest
  readonly limits: TransportLimits
  readonly signal: AbortSignal
  /** Milliseconds since the send. */
  readonly since: () => number
  readonly state: ExchangeState
}

/** One request and its answer; resolves to the next hop when the answer is a 303 that may be followed. */
export function runHop(hop: Hop, context: HopContext): Promise<Hop | undefined> {
  const { agent, request, limits, signal, since, state } = context
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
      const sink = acceptHead(request, state.head)
      state.streaming = sink !== undefined
      const next = nextHop(hop, state)
      const limit = sink ? limits.evidenceBytes + CUT_MARGIN : limits.maxBodyBytes
      consume(answer.body, sink, next ? 0 : limit, context).then(() => resolve(next), reject)
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
function nextHop(hop: Hop, state: ExchangeState): Hop | undefined {
  const { status, headers } = state.head ?? { status: 0, headers: {} }
  const location = headers['location']
  if (status < 300 || status > 399 || (location === undefined && status !== 303)) return undefined
  const target = location === undefined ? null : URL.parse(location, hop.url.href)
  const refuse = (why: string): never => {
    throw new WireFault('redirect-refused', `HTTP ${status} to ${location ?? 'nowhere'} not followed: ${why}`)
  }
  if (status !== 303) return refuse('only 303 is')
  if (!target) return refuse('it names no valid location')
  if (target.origin !== hop.url.origin) return refuse('another origin')
  if (state.redirects >= MAX_REDIRECTS) return refuse(`${MAX_REDIRECTS} redirects were followed already`)
  state.redirects++
  return { method: 'GET', url: target, body: undefined }
}

function consume(
  body: Dispatcher.ResponseData['body'],
  sink: BodySink | undefined,
  keep: number,
  { state, limits, since }: HopContext,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let sameRead = false
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
  return promise
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )
}
