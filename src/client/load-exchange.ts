import { type Dispatcher, errors } from 'undici'
import type { Clock } from '../clock.ts'
import type { ConnectionTimes } from '../records/index.ts'
import type { Deadline, Deadlines } from './deadlines.ts'
import type { DecodeQueue } from './decode-queue.ts'
import { classifyFailure, WireFault } from './failure.ts'
import { flatten, type Hop, nextHop, refusePacked } from './hop-rules.ts'
import { Capture, endsWithMarker } from './load-capture.ts'
import type { LastRead, Line, LoadConnections } from './load-connections.ts'
import { LoadStream, type LoadStreamOptions } from './load-stream.ts'
import { isEventStream } from './until-done.ts'
import type { WireHead } from './wire.ts'

export type LoadHop = Hop & { readonly headers: Readonly<Record<string, string>> }

export type LoadExchangeOptions = {
  readonly connections: LoadConnections
  readonly clock: Clock
  readonly timeoutMs: number
  readonly maxBodyBytes: number
  readonly signal?: AbortSignal | undefined
  /** How the stream that was asked for is decoded; absent: none was. */
  readonly events?: LoadStreamOptions | undefined
  readonly queue: DecodeQueue
  readonly deadlines: Deadlines
}

/** What one exchange of a load came to, its body not decoded. Stamps are those of the monotonic clock. */
export type Captured = {
  readonly sentAtMs: number
  readonly headersAtMs?: number
  readonly endedAtMs: number
  readonly head?: WireHead
  readonly redirects: number
  /** When each of them came. */
  readonly hopsAtMs: readonly number[]
  readonly capture: Capture
  /** The body is a stream of events, as was asked; its beginning may be decoded. */
  readonly stream?: LoadStream
  readonly connection?: ConnectionTimes
  readonly fault?: WireFault
}

/** So much of a stream is decoded while it comes. */
const DECODED_BYTES = 8 * 2 ** 10
/** Decoded without a look at the clock between them. */
export const EVENTS_A_STEP = 16

/** A stream that is complete may end its body within this time; then its connection is free again, else it is closed. */
const DRAIN_MS = 500

/** Stands for a read where a socket tells none: the parts that one read brings come in one turn, and microtasks run between reads. */
const turn: LastRead = { count: 0, atMs: 0 }
let isTurning = false
const endTurn = () => {
  isTurning = false
}

function thisTurn(clock: Clock): LastRead {
  if (isTurning) return turn
  isTurning = true
  queueMicrotask(endTurn)
  turn.atMs = clock.monotonicMs()
  turn.count++
  return turn
}

/** Sends one request, stamps what its socket brings, and is done with the end of the answer or the end marker of its stream. */
export function exchangeOfLoad(first: LoadHop, options: LoadExchangeOptions): Promise<Captured> {
  const { promise, resolve, reject } = Promise.withResolvers<Captured>()
  new LoadExchange(options, resolve, reject).start(first)
  return promise
}

class LoadExchange implements Dispatcher.DispatchHandler {
  readonly #options: LoadExchangeOptions
  readonly #resolve: (captured: Captured) => void
  readonly #reject: (misuse: Error) => void
  readonly #deadline: Deadline
  /** Of a stream that is complete, for the end of its body. */
  #drain: Deadline | undefined
  /** The call; on a connection that was open, the write. */
  #sentAtMs: number
  #line: Line | undefined
  #hop: LoadHop | undefined
  #next: Hop | undefined
  readonly #hopsAtMs: number[] = []
  /** Of the first hop: those after it go over a connection that is open. */
  #connection: ConnectionTimes | undefined
  #controller: Dispatcher.DispatchController | undefined
  #head: WireHead | undefined
  #headersAtMs: number | undefined
  #capture = new Capture()
  #lastRead = -1
  #stream: LoadStream | undefined
  #isDecoding = false
  #isDone = false

  constructor(
    options: LoadExchangeOptions,
    resolve: (captured: Captured) => void,
    reject: (misuse: Error) => void,
  ) {
    this.#options = options
    this.#resolve = resolve
    this.#reject = reject
    this.#sentAtMs = options.clock.monotonicMs()
    const { timeoutMs, signal } = options
    this.#deadline = {
      atMs: this.#sentAtMs + timeoutMs,
      onPassed: () => this.#break(new WireFault('timeout', `no complete answer within ${timeoutMs} ms`)),
    }
    options.deadlines.add(this.#deadline)
    signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  start(hop: LoadHop): void {
    this.#hop = hop
    this.#next = undefined
    this.#head = undefined
    this.#controller = undefined
    this.#capture.release()
    this.#capture = new Capture()
    if (this.#options.signal?.aborted) this.#onAbort()
    else this.#dispatch(hop)
  }

  #dispatch(hop: LoadHop): void {
    try {
      this.#line = this.#options.connections.take(hop.url)
      this.#line.dispatch(
        {
          origin: hop.url.origin,
          path: `${hop.url.pathname}${hop.url.search}`,
          method: hop.method,
          headers: hop.headers,
          body: hop.body ?? null,
        },
        this,
      )
    } catch (error) {
      this.#break(error)
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#line?.isReused && this.#hopsAtMs.length === 0)
      this.#sentAtMs = this.#options.clock.monotonicMs()
    if (this.#isDone) controller.abort(new WireFault('aborted', 'over before it was sent'))
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // Interim answers (103) come before the one that counts.
    if (this.#isDone || status < 200) return
    this.#headersAtMs = this.#line?.lastRead?.atMs ?? this.#options.clock.monotonicMs()
    const head = { status, headers: flatten(headers) }
    this.#head = head
    try {
      refusePacked(head)
      if (this.#hop) this.#next = nextHop(this.#hop, head, this.#hopsAtMs.length)
      const { events } = this.#options
      if (events && status === 200 && isEventStream(head.headers))
        this.#stream = new LoadStream(this.#capture, events)
    } catch (fault) {
      this.#break(fault)
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isDone || this.#next) return
    const read = this.#line?.lastRead ?? thisTurn(this.#options.clock)
    const { events, maxBodyBytes } = this.#options
    const { atMs, count } = read
    this.#capture.add(chunk, atMs, this.#lastRead === count)
    this.#lastRead = count
    if (this.#capture.length > maxBodyBytes)
      this.#break(new WireFault('body-too-large', `body exceeds ${maxBodyBytes} bytes`))
    else if (this.#stream && events) {
      const { terminator } = events.stream
      if (terminator !== undefined && endsWithMarker(this.#capture, chunk, terminator)) this.#complete(atMs)
      else if (!this.#isDecoding && this.#stream.pendingBytes >= DECODED_BYTES) this.#decode(this.#stream)
    }
  }

  onResponseEnd(): void {
    if (this.#drain) this.#options.deadlines.delete(this.#drain)
    this.#line?.release()
    if (this.#next && !this.#isDone) {
      this.#hopsAtMs.push(this.#headersAtMs ?? this.#options.clock.monotonicMs())
      this.#connection ??= this.#line?.times
      const { 'content-type': _, ...headers } = this.#hop?.headers ?? {}
      this.start({ ...this.#next, headers })
    } else this.#finish(undefined)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#break(error)
  }

  readonly #onAbort = (): void => this.#break(new WireFault('aborted', 'aborted by the caller'))

  #break(error: unknown): void {
    if (this.#isDone) return
    // A header or path that cannot be sent is the caller's fault, so it is thrown on.
    if (error instanceof errors.InvalidArgumentError) this.#reject(error)
    const headersReceived = this.#head !== undefined
    const fault = classifyFailure(error, { headersReceived, streaming: this.#stream !== undefined })
    this.#finish(fault)
    this.#controller?.abort(fault)
  }

  /** A stream that would fill the memory, decoded as far as it has come. */
  #decode(stream: LoadStream): void {
    this.#isDecoding = true
    this.#options.queue.begin(() => {
      if (!this.#isDone && stream.decode(EVENTS_A_STEP)) return true
      if (!this.#isDone) stream.forget()
      this.#isDecoding = false
      return false
    })
  }

  #complete(atMs: number): void {
    this.#finish(undefined, atMs)
    this.#drain = {
      atMs: atMs + DRAIN_MS,
      onPassed: () => this.#controller?.abort(new WireFault('aborted', 'left open after its end marker')),
    }
    this.#options.deadlines.add(this.#drain)
  }

  #finish(fault: WireFault | undefined, endedAtMs = this.#options.clock.monotonicMs()): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#options.deadlines.delete(this.#deadline)
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
    const connection = this.#connection ?? this.#line?.times
    this.#resolve({
      sentAtMs: this.#sentAtMs,
      endedAtMs,
      redirects: this.#hopsAtMs.length,
      hopsAtMs: this.#hopsAtMs,
      ...(connection && { connection }),
      capture: this.#capture,
      ...(this.#stream && { stream: this.#stream }),
      ...(this.#headersAtMs !== undefined && { headersAtMs: this.#headersAtMs }),
      ...(this.#head && { head: this.#head }),
      ...(fault && { fault }),
    })
  }
}
