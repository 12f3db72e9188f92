import type { Clock } from '../clock.ts'
import type {
  Generation,
  GenerationRequest,
  Operation,
  Reply,
  SentRequest,
  ServiceAddress,
  ServiceProfile,
} from '../records/index.ts'
import type { Dialect } from './dialect.ts'
import type { Traffic } from './traffic.ts'
import type { TransportLimits } from './wire.ts'

export type CallOptions = {
  readonly signal?: AbortSignal
  /** Total deadline of the exchange, connecting and redirects included; default 30,000. */
  readonly timeoutMs?: number
  /** Sent once: what the service turns away is then the answer. Else it is sent again where the client has a `traffic`. */
  readonly once?: boolean
  /** Called when the request begins to wait for room, and when it goes on. */
  readonly onHeld?: (isHeld: boolean) => void
  /** Each content event of a stream; `atMs` is its offset from the send. */
  readonly onDelta?: (text: string, atMs: number) => void
}

export type ClientOptions = Partial<TransportLimits> & {
  readonly clock?: Clock
  /** Longest event of a stream, in characters. */
  readonly maxEventChars?: number
  /** Against which a relative `dialectModule` is resolved. */
  readonly cwd?: string
  /** What all clients of one service pass through. Absent: each request is sent once, at once. */
  readonly traffic?: Traffic
  /** What an earlier look found out: sets the variant of the dialect. */
  readonly profile?: ServiceProfile
}

/** A request that no dialect would make. */
export type RawRequest = ({ readonly operation: Operation } | { readonly path: string }) & {
  readonly method?: SentRequest['method']
  /** Lower-case names; they replace the client's own. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly contentType?: string
}

/**
 * One service, spoken to. A fault of the service is always a value; what is thrown is our misuse. Of an answer, `sent`,
 * `received` and a failure's `message` may be kept as they are; everything else came so, and passes `redact` before it is kept.
 */
export interface Client extends AsyncDisposable {
  readonly address: ServiceAddress
  readonly dialect: Dialect
  /** The service ended a connection that it had not said it would end, so each request opens its own. */
  readonly opensEach: boolean
  /** Whether an operation has a URL here. */
  has(operation: Operation): boolean
  generate(request: GenerationRequest, options?: CallOptions): Promise<Generation>
  call(operation: Operation, options?: CallOptions): Promise<Reply>
  send(raw: RawRequest, options?: CallOptions): Promise<Reply>
  /** Takes the variant of the dialect that a profile asks for (an old release's spelling, another health route). */
  configure(profile: ServiceProfile): void
  /** A sentence as it may be kept or shown: the secrets of this service stand as their labels, also where it quotes a part. */
  redact(text: string): string
  close(): Promise<void>
}
