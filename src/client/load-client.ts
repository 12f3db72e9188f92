import { type Clock, systemClock } from '../clock.ts'
import type {
  GenerationRequest,
  LoadAnswer,
  Reasoning,
  ServiceAddress,
  ServiceProfile,
} from '../records/index.ts'
import { serviceOrigins } from './address.ts'
import { Deadlines } from './deadlines.ts'
import { DecodeQueue } from './decode-queue.ts'
import type { Dialect } from './dialect.ts'
import { encodeRequest, urlOf } from './encode-request.ts'
import { createClient } from './http-client.ts'
import { type Keyring, openKeyring } from './keyring.ts'
import { readLoadAnswer } from './load-answer.ts'
import { LoadConnections } from './load-connections.ts'
import { type Captured, EVENTS_A_STEP, exchangeOfLoad, type LoadHop } from './load-exchange.ts'

/** A request whose bytes are made: sending it costs no encoding. */
export type Prepared = {
  readonly operation: 'generate' | 'chat'
  readonly body: string
  readonly isStreamed: boolean
  readonly headers: Readonly<Record<string, string>>
  /** Thoughts of a model stand in the text of its answer. */
  readonly hasTags: boolean
}

export type SendOptions = {
  readonly signal?: AbortSignal
  /** From the send to the end of the answer; default 120,000. */
  readonly timeoutMs?: number
}

export type LoadClientOptions = {
  readonly clock?: Clock
  /** What an earlier look found out: the variant of the dialect, the model, how it thinks. */
  readonly profile?: ServiceProfile
  /** Against which a relative `dialectModule` is resolved. */
  readonly cwd?: string
}

/**
 * The client of a load: it stamps what the socket brings, and decodes when an answer is complete. It judges nothing and sends each
 * request once. A fault of the service is always a value.
 */
export interface LoadClient extends AsyncDisposable {
  /** Throws where the service's dialect cannot say it: a stream where nothing streams, an operation without a URL. */
  prepare(request: GenerationRequest): Prepared
  /**
   * Resolves always, with a failure as a value. As many connections are open as requests are in flight. A request that finds one
   * open is sent, and `sentAtMs` stamped, when it is written: in the same turn of the event loop, after a look whether the service
   * closed it. One that opens its own is sent with the call, and `connection` says what of its times that took.
   */
  send(prepared: Prepared, options?: SendOptions): Promise<LoadAnswer>
  /** Ends all that is in flight, as `aborted`. */
  close(): Promise<void>
}

const DEFAULT_TIMEOUT_MS = 120_000
const MODEL_LOOKUP_MS = 5_000
const LIMITS = {
  connectTimeoutMs: 10_000,
  maxBodyBytes: 32 * 2 ** 20,
  maxHeaderBytes: 64 * 2 ** 10,
  evidenceBytes: 0,
}
const MAX_EVENT_CHARS = 2 ** 20

/**
 * Asks the service for its model where neither address nor profile names one. Throws `config-invalid` for an address, a dialect
 * or a secret that cannot be used and `secret-missing` for a secret that is not there.
 */
export async function openLoadClient(
  address: ServiceAddress,
  options: LoadClientOptions = {},
): Promise<LoadClient> {
  const { clock = systemClock, cwd, profile } = options
  await using client = await createClient(address, {
    clock,
    ...(cwd !== undefined && { cwd }),
    ...(profile && { profile }),
  })
  const { dialect } = client
  const model = address.model ?? profile?.model ?? (await findModel())
  return new OpenLoadClient({
    address,
    dialect,
    model,
    reasoning: profile?.reasoning,
    keyring: openKeyring(address, serviceOrigins(address)),
    connections: new LoadConnections(LIMITS, clock, address.tls, client.opensEach),
    clock,
  })

  async function findModel(): Promise<string | undefined> {
    if (!dialect.models || !client.has('models')) return undefined
    const reply = await client.call('models', { timeoutMs: MODEL_LOOKUP_MS })
    if (reply.outcome !== 'completed') return undefined
    try {
      return dialect.models(reply.json)[0]
    } catch {
      // An ill-shaped list is for the checks of the list; a generation can go without a model.
      return undefined
    }
  }
}

type Parts = {
  readonly address: ServiceAddress
  readonly dialect: Dialect
  readonly model: string | undefined
  readonly reasoning: Reasoning | undefined
  readonly keyring: Keyring
  readonly connections: LoadConnections
  readonly clock: Clock
}

class OpenLoadClient implements LoadClient {
  readonly #parts: Parts
  readonly #queue: DecodeQueue
  readonly #deadlines: Deadlines
  /** Where an operation goes, found once. */
  readonly #routes: Partial<Record<Prepared['operation'], Omit<LoadHop, 'body'>>> = {}

  constructor(parts: Parts) {
    this.#parts = parts
    this.#queue = new DecodeQueue(parts.clock)
    this.#deadlines = new Deadlines(parts.clock)
  }

  prepare(asked: GenerationRequest): Prepared {
    const { address, dialect } = this.#parts
    if (asked.stream && !dialect.stream)
      throw new TypeError(`dialect ${dialect.name} does not stream: look at its capabilities first`)
    const { operation, body, headers, hasTags } = encodeRequest(asked, this.#parts)
    urlOf(address, dialect, operation)
    return { operation, body, headers, hasTags, isStreamed: asked.stream === true }
  }

  async send(prepared: Prepared, options: SendOptions = {}): Promise<LoadAnswer> {
    const { dialect, connections, clock } = this.#parts
    const { stream } = dialect
    const { operation } = prepared
    const captured = await exchangeOfLoad(this.#hop(prepared), {
      ...{ connections, clock, signal: options.signal, queue: this.#queue, deadlines: this.#deadlines },
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      maxBodyBytes: LIMITS.maxBodyBytes,
      events:
        prepared.isStreamed && stream ? { stream, operation, maxEventChars: MAX_EVENT_CHARS } : undefined,
    })
    return await this.#decode(captured, prepared)
  }

  async close(): Promise<void> {
    await this.#parts.connections.close()
    this.#deadlines.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #decode(captured: Captured, prepared: Prepared): Promise<LoadAnswer> {
    const { dialect, keyring } = this.#parts
    return await this.#queue.end(() => {
      if (captured.stream?.decode(EVENTS_A_STEP)) return undefined
      const answer = readLoadAnswer(captured, { ...prepared, dialect })
      captured.capture.release()
      return answer.message === undefined
        ? answer
        : { ...answer, message: keyring.redactQuoted(answer.message) }
    })
  }

  #hop({ operation, body, headers }: Prepared): LoadHop {
    const route = this.#routes[operation] ?? this.#findRoute(operation)
    this.#routes[operation] = route
    return { url: route.url, method: route.method, headers: { ...route.headers, ...headers }, body }
  }

  #findRoute(operation: Prepared['operation']): Omit<LoadHop, 'body'> {
    const { address, dialect, keyring } = this.#parts
    const url = urlOf(address, dialect, operation)
    return {
      url,
      method: dialect.operations[operation]?.method ?? 'POST',
      headers: {
        'user-agent': 'infergate',
        'accept-encoding': 'identity',
        ...keyring.headersFor(url).sent,
      },
    }
  }
}
