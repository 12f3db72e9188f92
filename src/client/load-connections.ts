import type { Socket } from 'node:net'
import { buildConnector, Client, type Dispatcher, errors } from 'undici'
import type { Clock } from '../clock.ts'
import { mayBeProxied } from '../proxies.ts'
import type { ConnectionTimes, TlsFiles } from '../records/index.ts'
import { connectionOptions, openAgent, readTls } from './open-agent.ts'
import { unannouncedEnds } from './unannounced-ends.ts'
import type { TransportLimits } from './wire.ts'

/** The last read of a socket: its number and its stamp, taken before anything else was done with it. */
export type LastRead = { count: number; atMs: number }

/** A way to the service that carries one request at a time. */
export interface Line {
  /** Absent where the socket is read by others: by TLS, or on the way to a proxy. */
  readonly lastRead?: LastRead
  /** How its connection was made for the request under way; undefined while it is not, and where it was open. */
  readonly times: ConnectionTimes | undefined
  /** Whether the request under way found its connection open. */
  readonly isReused: boolean
  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void
  /** The answer is over: another request may have the line. */
  release(): void
}

/** One read of a socket fills it at most; what was read is copied out before the next. */
const READ_BYTES = 64 * 2 ** 10
const readBuffer = Buffer.allocUnsafeSlow(READ_BYTES)

/**
 * Connections of a load, as many as requests are in flight: the one that was free last is used first, and one that was not used
 * for a second is closed. None is used again once the service ended two unannounced. Where a proxy may stand between, an agent of its own does the same.
 */
export class LoadConnections {
  readonly #limits: TransportLimits
  readonly #clock: Clock
  readonly #tls: ReturnType<typeof readTls>
  readonly #files: TlsFiles | undefined
  readonly #secureConnector: buildConnector.connector
  readonly #free = new Map<string, Connection[]>()
  readonly #all = new Set<Connection>()
  #agent: Dispatcher | undefined
  #opensEach: boolean
  readonly #isItsWay = unannouncedEnds()
  #isClosed = false

  /** Throws `config-invalid` for a certificate that cannot be used. */
  constructor(limits: TransportLimits, clock: Clock, files: TlsFiles | undefined, opensEach = false) {
    this.#opensEach = opensEach
    this.#limits = limits
    this.#clock = clock
    this.#files = files
    this.#tls = readTls(files ?? {})
    this.#secureConnector = buildConnector({
      ...{ timeout: limits.connectTimeoutMs, allowH2: false, ...this.#tls },
    } as buildConnector.BuildOptions)
  }

  take(url: URL): Line {
    if (this.#isClosed) throw new errors.ClientClosedError()
    const { origin } = url
    const free = this.#free.get(origin)
    if (free) return (this.#opensEach ? undefined : free.pop()) ?? this.#open(origin, free)
    if (mayBeProxied(url, process.env)) return this.#throughAgent()
    this.#free.set(origin, [])
    return this.take(url)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([this.#agent?.destroy(), ...[...this.#all].map((connection) => connection.destroy())])
  }

  #open(origin: string, free: Connection[]): Connection {
    const connection: Connection = new Connection(origin, {
      ...{ limits: this.#limits, clock: this.#clock, secureConnector: this.#secureConnector },
      onFree: () => free.push(connection),
      onOpen: () => this.#all.add(connection),
      opensOwn: this.#opensEach,
      onGone: (error) => {
        if (this.#isItsWay(error)) this.#opensEach = true
        this.#all.delete(connection)
        const index = free.indexOf(connection)
        if (index >= 0) free.splice(index, 1)
      },
    })
    this.#all.add(connection)
    return connection
  }

  #throughAgent(): Line {
    this.#agent ??= openAgent(this.#limits, this.#files)
    const agent = this.#agent
    return {
      ...{ times: undefined, isReused: false },
      dispatch: (request, handler) => void agent.dispatch({ ...request, reset: this.#opensEach }, handler),
      release: () => {},
    }
  }
}

type ConnectionParts = {
  readonly limits: TransportLimits
  readonly clock: Clock
  readonly secureConnector: buildConnector.connector
  readonly onFree: () => void
  readonly onOpen: () => void
  readonly onGone: (error: Error) => void
  /** It carries one request. */
  readonly opensOwn: boolean
}

class Connection implements Line {
  readonly lastRead?: LastRead
  times: ConnectionTimes | undefined
  isReused = false
  readonly #parts: ConnectionParts
  readonly #client: Client
  #socket: Socket | undefined
  #isOpen = false

  constructor(origin: string, parts: ConnectionParts) {
    this.#parts = parts
    if (origin.startsWith('http:')) this.lastRead = { count: 0, atMs: 0 }
    this.#client = new Client(origin, {
      ...connectionOptions(parts.limits),
      connect: (options, callback) => this.#connect(options, callback),
    })
    this.#client.on('disconnect', (_origin, _targets, error) => this.#leave(error))
    this.#client.on('connectionError', (_origin, _targets, error) => this.#leave(error))
  }

  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.times = undefined
    this.isReused = this.#isOpen
    this.#client.dispatch({ ...request, reset: this.#parts.opensOwn }, handler)
  }

  release(): void {
    if (!this.#parts.opensOwn) this.#parts.onFree()
  }

  async destroy(): Promise<void> {
    await this.#client.destroy()
  }

  #leave(error: Error): void {
    this.#isOpen = false
    this.#parts.onGone(error)
  }

  #connect(options: buildConnector.Options, callback: buildConnector.Callback): void {
    const { clock, limits, secureConnector } = this.#parts
    this.isReused = false
    const connect =
      options.protocol === 'https:'
        ? secureConnector
        : buildConnector({
            ...{ timeout: limits.connectTimeoutMs, allowH2: false },
            onread: { buffer: readBuffer, callback: (bytes) => this.#onRead(bytes) },
          } as buildConnector.BuildOptions)
    const startedAtMs = clock.monotonicMs()
    let foundAtMs: number | undefined
    let connectedAtMs: number | undefined
    // undici gives it back, though its types do not say so.
    const socket = connect(options, (...result) => {
      const openAtMs = clock.monotonicMs()
      if (result[1]) {
        this.#isOpen = true
        this.#parts.onOpen()
        this.times = {
          ...(foundAtMs !== undefined && { dnsMs: foundAtMs - startedAtMs }),
          connectMs: (connectedAtMs ?? openAtMs) - (foundAtMs ?? startedAtMs),
          ...(options.protocol === 'https:' && { tlsMs: openAtMs - (connectedAtMs ?? openAtMs) }),
        }
      }
      callback(...result)
    }) as unknown as Socket
    this.#socket = socket
    socket.once('lookup', () => {
      foundAtMs = clock.monotonicMs()
    })
    socket.once('connect', () => {
      connectedAtMs = clock.monotonicMs()
    })
  }

  /** Stamped first; then it goes the way of every read. The copy is small, where Node would keep a buffer for each read. */
  #onRead(bytes: number): boolean {
    if (this.lastRead) {
      this.lastRead.atMs = this.#parts.clock.monotonicMs()
      this.lastRead.count++
    }
    const copy = Buffer.allocUnsafe(bytes)
    readBuffer.copy(copy, 0, 0, bytes)
    this.#socket?.push(copy)
    return true
  }
}
