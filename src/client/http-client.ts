import { type Clock, systemClock } from '../clock.ts'
import { HarnessError } from '../errors.ts'
import type {
  Generation,
  GenerationRequest,
  Operation,
  Reply,
  ServiceAddress,
  ServiceProfile,
} from '../records/index.ts'
import { operationUrl, pathUrl, serviceOrigins } from './address.ts'
import type { CallOptions, Client, ClientOptions, RawRequest } from './client.ts'
import type { Dialect, Encoded } from './dialect.ts'
import { type Conversation, converse } from './exchange.ts'
import { type Keyring, openKeyring } from './keyring.ts'
import { readAnswer, readReply, readStream, readUnstreamed } from './outcome.ts'
import { assembleStream, type StreamAssembler } from './stream.ts'
import { openTransport, type Transport } from './transport.ts'
import { loadDialect } from './user-dialect.ts'
import type { TransportLimits, WireRequest } from './wire.ts'

const DEFAULT_TIMEOUT_MS = 30_000
/** A server that hangs must not cost the whole deadline before the request itself is tried. */
const MODEL_LOOKUP_MS = 5_000

const LIMITS: TransportLimits & { readonly maxEventChars: number } = {
  connectTimeoutMs: 10_000,
  maxBodyBytes: 32 * 2 ** 20,
  maxHeaderBytes: 64 * 2 ** 10,
  evidenceBytes: 32 * 2 ** 10,
  maxEventChars: 2 ** 20,
}

/** Throws `config-invalid` for an address or a secret that cannot be used and `secret-missing` for a secret that is not there. */
export async function createClient(address: ServiceAddress, options: ClientOptions = {}): Promise<Client> {
  const { clock = systemClock, cwd, profile, ...limits } = options
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
  #model: string | undefined

  constructor(
    address: ServiceAddress,
    dialect: Dialect,
    keyring: Keyring,
    limits: typeof LIMITS,
    clock: Clock,
  ) {
    this.address = address
    this.#dialect = dialect
    this.#keyring = keyring
    this.#limits = limits
    this.#transport = openTransport(limits, clock, address.tls)
    this.#model = address.model
  }

  get dialect(): Dialect {
    return this.#dialect
  }

  has(operation: Operation): boolean {
    return operationUrl(this.address, this.#dialect, operation) !== undefined
  }

  configure(profile: ServiceProfile): void {
    if (profile.wire) this.#dialect = this.#dialect.adapt?.(profile.wire) ?? this.#dialect
    this.#model ??= profile.model
  }

  async generate(request: GenerationRequest, options: CallOptions = {}): Promise<Generation> {
    const model = request.model ?? (await this.#findModel(options))
    const encoded = this.#dialect.encode(request, model)
    const wire: WireRequest = {
      url: this.#url(encoded.operation),
      method: this.#dialect.operations[encoded.operation]?.method ?? 'POST',
      headers: {
        accept: request.stream ? 'text/event-stream' : 'application/json',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...encoded.body, ...request.wire }),
      ...limitsOf(options),
    }
    const generation = request.stream
      ? await this.#generateStreamed(wire, encoded, options)
      : await this.#generateWhole(wire, encoded)
    return this.#shown(generation)
  }

  async call(operation: Operation, options: CallOptions = {}): Promise<Reply> {
    return this.send({ operation }, options)
  }

  async send(raw: RawRequest, options: CallOptions = {}): Promise<Reply> {
    const endpoint = 'operation' in raw ? this.#dialect.operations[raw.operation] : undefined
    const url = 'operation' in raw ? this.#url(raw.operation) : pathUrl(this.address, this.#dialect, raw.path)
    const type = raw.contentType ?? (raw.body === undefined ? undefined : 'application/json')
    const { result, exchange } = await this.#converse({
      url,
      method: raw.method ?? endpoint?.method ?? (raw.body === undefined ? 'GET' : 'POST'),
      headers: { accept: '*/*', ...(type !== undefined && { 'content-type': type }), ...raw.headers },
      ...(raw.body !== undefined && { body: raw.body }),
      ...limitsOf(options),
    })
    return this.#shown(readReply(result, exchange, this.#dialect))
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

  async #generateWhole(wire: WireRequest, { operation }: Encoded): Promise<Generation> {
    const { result, exchange } = await this.#converse(wire)
    return readAnswer(result, exchange, this.#dialect, operation)
  }

  async #generateStreamed(wire: WireRequest, encoded: Encoded, options: CallOptions): Promise<Generation> {
    const { stream, name } = this.#dialect
    if (!stream) throw new TypeError(`dialect ${name} does not stream: look at its capabilities first`)
    let assembler: StreamAssembler | undefined
    const { result, exchange } = await this.#converse({
      ...wire,
      onHead: ({ status, headers }) => {
        if (status !== 200 || !/^text\/event-stream\b/i.test(headers['content-type'] ?? '')) return undefined
        assembler = assembleStream(stream, encoded.operation, {
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
    const url = operationUrl(this.address, this.#dialect, operation)
    if (url) return url
    throw new HarnessError(
      'config-invalid',
      `The target has no URL for ${operation}: set urls.${operation}, or a baseUrl if dialect ${this.#dialect.name} has a path for it.`,
    )
  }
}

const limitsOf = ({ signal, timeoutMs = DEFAULT_TIMEOUT_MS }: CallOptions) => ({
  timeoutMs,
  ...(signal && { signal }),
})
