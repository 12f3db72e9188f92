import { type Clock, systemClock } from '../clock.ts'
import { HarnessError } from '../errors.ts'
import type {
  Generation,
  GenerationRequest,
  Operation,
  Pace,
  Reasoning,
  Reply,
  ServiceAddress,
  ServiceProfile,
} from '../records/index.ts'
import { operationUrl, pathUrl, serviceOrigins } from './address.ts'
import type { CallOptions, Client, ClientOptions, RawRequest } from './client.ts'
import type { Dialect } from './dialect.ts'
import { encodeRequest, urlOf } from './encode-request.ts'
import { type Conversation, converse } from './exchange.ts'
import { type Keyring, openKeyring } from './keyring.ts'
import { readAnswer, readReply, readStream, readUnstreamed } from './outcome.ts'
import { patience } from './pace.ts'
import { assembleStream, type StreamAssembler } from './stream.ts'
import { apart } from './thinking.ts'
import type { Passage, Traffic } from './traffic.ts'
import { openTransport, type Transport } from './transport.ts'
import { isEventStream, untilDone } from './until-done.ts'
import { loadDialect } from './user-dialect.ts'
import type { TransportLimits, WireRequest } from './wire.ts'

const DEFAULT_TIMEOUT_MS = 30_000
/** A server that hangs must not cost the whole deadline before the request itself is tried. */
const MODEL_LOOKUP_MS = 5_000

const LIMITS: TransportLimits & { readonly maxEventChars: number } = {
  connectTimeoutMs: 10_000,
  maxBodyBytes: 32 * 2 ** 20,
  maxHeaderBytes: 64 * 2 ** 10,
  // Checks read the choices of a stream from it, and some services send a kilobyte with each token.
  evidenceBytes: 256 * 2 ** 10,
  maxEventChars: 2 ** 20,
}

/** Throws `config-invalid` for an address or a secret that cannot be used and `secret-missing` for a secret that is not there. */
export async function createClient(address: ServiceAddress, options: ClientOptions = {}): Promise<Client> {
  const { clock = systemClock, cwd, profile, traffic, ...limits } = options
  const dialect = await loadDialect(address, cwd)
  const origins = serviceOrigins(address)
  if (origins.size === 0)
    throw new HarnessError(
      'config-invalid',
      'The target has no URL: set its baseUrl, or one URL per operation.',
    )
  const client = new HttpClient(
    address,
    dialect,
    openKeyring(address, origins),
    { ...LIMITS, ...limits },
    clock,
    traffic,
  )
  if (profile) client.configure(profile)
  return client
}

class HttpClient implements Client {
  readonly address: ServiceAddress
  #dialect: Dialect
  readonly #keyring: Keyring
  readonly #limits: typeof LIMITS
  readonly #transport: Transport
  readonly #traffic: Traffic | undefined
  #model: string | undefined
  #pace: Pace | undefined
  #reasoning: Reasoning | undefined

  constructor(
    address: ServiceAddress,
    dialect: Dialect,
    keyring: Keyring,
    limits: typeof LIMITS,
    clock: Clock,
    traffic: Traffic | undefined,
  ) {
    this.address = address
    this.#dialect = dialect
    this.#keyring = keyring
    this.#limits = limits
    this.#transport = openTransport(limits, clock, address.tls)
    this.#traffic = traffic
    this.#model = address.model
  }

  get dialect(): Dialect {
    return this.#dialect
  }

  get opensEach(): boolean {
    return this.#transport.opensEach
  }

  has(operation: Operation): boolean {
    return operationUrl(this.address, this.#dialect, operation) !== undefined
  }

  configure(profile: ServiceProfile): void {
    if (profile.wire) this.#dialect = this.#dialect.adapt?.(profile.wire) ?? this.#dialect
    this.#model ??= profile.model
    this.#pace = profile.pace ?? this.#pace
    this.#reasoning = profile.reasoning
    if (profile.connections) this.#transport.opensEach = true
  }

  async generate(anywhere: GenerationRequest, options: CallOptions = {}): Promise<Generation> {
    const model = anywhere.model ?? (await this.#findModel(options))
    const encoded = encodeRequest(anywhere, {
      address: this.address,
      dialect: this.#dialect,
      model,
      reasoning: this.#reasoning,
    })
    const { request, operation, body, headers } = encoded
    const wire = (): WireRequest => ({
      url: this.#url(operation),
      method: this.#dialect.operations[operation]?.method ?? 'POST',
      headers,
      body,
      ...limitsOf(options),
      timeoutMs: patience(request, options.timeoutMs ?? DEFAULT_TIMEOUT_MS, this.#pace, this.#traffic),
    })
    const generation = await this.#pass({ ...options, route: operation }, () =>
      request.stream
        ? this.#generateStreamed(wire(), operation, options)
        : this.#generateWhole(wire(), operation),
    )
    return this.#shown(encoded.hasTags ? apart(generation) : generation)
  }

  async call(operation: Operation, options: CallOptions = {}): Promise<Reply> {
    return this.send({ operation }, options)
  }

  async send(raw: RawRequest, options: CallOptions = {}): Promise<Reply> {
    const endpoint = 'operation' in raw ? this.#dialect.operations[raw.operation] : undefined
    const url = 'operation' in raw ? this.#url(raw.operation) : pathUrl(this.address, this.#dialect, raw.path)
    const type = raw.contentType ?? (raw.body === undefined ? undefined : 'application/json')
    const route = 'operation' in raw ? raw.operation : raw.path
    const reply = await this.#pass({ ...options, route, only429: true }, async () => {
      const { result, exchange } = await this.#converse({
        url,
        method: raw.method ?? endpoint?.method ?? (raw.body === undefined ? 'GET' : 'POST'),
        headers: { accept: '*/*', ...(type !== undefined && { 'content-type': type }), ...raw.headers },
        ...(raw.body !== undefined && { body: raw.body }),
        ...limitsOf(options),
        onHead: ({ headers }) => (isEventStream(headers) ? untilDone() : undefined),
      })
      return readReply(result, exchange, this.#dialect)
    })
    return this.#shown(reply)
  }

  redact(text: string): string {
    return this.#keyring.redactQuoted(text)
  }

  close(): Promise<void> {
    return this.#transport.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #pass<A extends Generation | Reply>(passage: Passage, send: () => Promise<A>): Promise<A> {
    return this.#traffic ? this.#traffic.pass(send, passage) : send()
  }

  async #generateWhole(wire: WireRequest, operation: Generating): Promise<Generation> {
    const { result, exchange } = await this.#converse(wire)
    return readAnswer(result, exchange, this.#dialect, operation)
  }

  async #generateStreamed(
    wire: WireRequest,
    operation: Generating,
    options: CallOptions,
  ): Promise<Generation> {
    const { stream, name } = this.#dialect
    if (!stream) throw new TypeError(`dialect ${name} does not stream: look at its capabilities first`)
    let assembler: StreamAssembler | undefined
    const { result, exchange } = await this.#converse({
      ...wire,
      onHead: ({ status, headers }) => {
        if (status !== 200 || !isEventStream(headers)) return undefined
        assembler = assembleStream(stream, operation, {
          maxEventChars: this.#limits.maxEventChars,
          onDelta: options.onDelta,
        })
        return assembler
      },
    })
    return assembler
      ? readStream(result, exchange, assembler.soFar(), this.#dialect)
      : readUnstreamed(result, exchange, this.#dialect)
  }

  /** Asked once: the answer is kept, a failure is not. */
  async #findModel({ signal, timeoutMs = DEFAULT_TIMEOUT_MS }: CallOptions): Promise<string | undefined> {
    const { models } = this.#dialect
    if (this.#model !== undefined || !models || !this.has('models')) return this.#model
    const reply = await this.call('models', {
      timeoutMs: Math.min(timeoutMs, MODEL_LOOKUP_MS),
      ...(signal && { signal }),
    })
    if (reply.outcome !== 'completed') return undefined
    try {
      this.#model = models(reply.json)[0]
    } catch {
      // An ill-shaped list is for the checks of the list; a generation can go without a model.
    }
    return this.#model
  }

  /** A failure's message is written to be shown; what else it says is judged, and stays as it came. */
  #shown<A extends Generation | Reply>(answer: A): A {
    return answer.outcome === 'failed' ? { ...answer, message: this.redact(answer.message) } : answer
  }

  #converse(wire: WireRequest): Promise<Conversation> {
    return converse(this.#transport, this.#keyring, wire, this.#limits.evidenceBytes)
  }

  #url(operation: Operation): URL {
    return urlOf(this.address, this.#dialect, operation)
  }
}

type Generating = 'generate' | 'chat'

const limitsOf = ({ signal, timeoutMs = DEFAULT_TIMEOUT_MS }: CallOptions) => ({
  timeoutMs,
  ...(signal && { signal }),
})
