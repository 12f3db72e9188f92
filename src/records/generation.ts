/** What is asked of a service and what came back: canonical nouns; the wire's own spelling stops at client/. */

export type JsonSchema = { readonly [keyword: string]: unknown } | boolean

export type Constraint =
  | { readonly kind: 'json-schema'; readonly schema: JsonSchema }
  | { readonly kind: 'json-object' }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'grammar'; readonly grammar: string }

export type GenerationRequest = {
  /** The whole prompt; on the chat route it is the single user message. */
  readonly prompt: string
  /** `generate`: plain completion. `chat`: chat completion. Absent: the dialect's first route. */
  readonly route?: 'generate' | 'chat'
  readonly maxTokens: number
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly seed?: number
  readonly stop?: readonly string[]
  readonly minTokens?: number
  readonly ignoreEos?: boolean
  readonly constraint?: Constraint
  /**
   * Of a model that thinks first. `on`: it thinks, with room for it beside `maxTokens`. `counted`: as the service does it by
   * itself, all of it within `maxTokens`. Absent: without thinking where the service can do so, else `on`.
   */
  readonly thinking?: 'on' | 'counted'
  readonly stream?: boolean
  /** Ask for a usage chunk in a stream. */
  readonly includeUsage?: boolean
  /** Overrides the target's model for this request. */
  readonly model?: string
  /** Wire fields set verbatim, last; a value of `undefined` removes the field. For requests that must be wrong. */
  readonly wire?: Readonly<Record<string, unknown>>
  /** Lower-case headers; they replace the client's own. */
  readonly headers?: Readonly<Record<string, string>>
  /** Writes the JSON body; absent: `JSON.stringify`. For the same request in other bytes. */
  readonly written?: (body: Readonly<Record<string, unknown>>) => string
}

/** Every way in which an exchange can fail, classified once, at the socket. */
export type FailureKind =
  | 'dns'
  | 'connect'
  | 'tls'
  | 'reset'
  | 'timeout'
  | 'aborted'
  | 'http-status'
  | 'redirect-refused'
  | 'malformed-response'
  | 'headers-too-large'
  | 'body-too-large'
  | 'encoding-refused'
  | 'truncated-body'
  | 'malformed-body'
  | 'malformed-stream'
  | 'truncated-stream'
  | 'service-error'

export type ErrorEnvelope = {
  readonly message: string
  readonly type?: string
  readonly param?: string | null
  readonly code?: number | string
}

export type Usage = {
  readonly promptTokens?: number
  readonly completionTokens?: number
  readonly totalTokens?: number
}

/** Milliseconds of the monotonic clock, as offsets from `sentAtMs`, which is on the same clock's own origin. */
export type Timing = {
  readonly sentAtMs: number
  readonly firstByteMs?: number
  /** Sent → first non-empty delta. Absent where the wire does not stream: never 0. */
  readonly ttftMs?: number
  /** Sent → answer complete, or the failure known. */
  readonly e2eMs: number
  /** Offset of every content event of a stream, in order of arrival. */
  readonly chunkAtMs: readonly number[]
  /** Of each 303 that was followed, when its headers came. Absent: none was. */
  readonly hopAtMs?: readonly number[]
  /** How many separate reads from the socket brought the body: 1 for a stream says that something buffered it. */
  readonly reads: number
}

export type SentRequest = {
  readonly method: 'GET' | 'POST' | 'OPTIONS'
  readonly url: string
  /** Secrets stand as their label. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Of the whole body, where `body` is only its beginning. */
  readonly bodyCharacters?: number
}

export type ReceivedResponse = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The body's first bytes as text (invalid UTF-8 replaced), secrets replaced, cut at the evidence limit. */
  readonly body: string
  readonly bodyBytes: number
  /** 303 redirects followed (Modal's long calls). Data, not failure. */
  readonly hops: number
}

/** `sent` and `received` are for evidence; `body` is for judging. */
export type Exchange = {
  readonly sent: SentRequest
  readonly received?: ReceivedResponse
  /** The body's first bytes as they came (invalid UTF-8 replaced). It may hold a secret, so it is never kept. */
  readonly body?: string
  readonly timing: Timing
}

/** How the stream ended and what it was made of; absent for an answer that was not streamed. */
export type StreamShape = {
  readonly events: number
  readonly contentEvents: number
  readonly finishReasons: number
  readonly sawDone: boolean
  readonly eventsAfterDone: number
  readonly sawErrorEvent: boolean
  readonly usageEvents: number
  /** Deltas that are no Unicode text by themselves: half of a surrogate pair stands in them alone. */
  readonly brokenDeltas: number
  /** The end marker came, and the service did not end its response after it. */
  readonly leftOpen?: true
}

/** Who answered: each distinct value in an answer, in order, as it came; `undefined` stands for an event that has none. */
export type Identity = {
  readonly ids: readonly unknown[]
  readonly models: readonly unknown[]
  readonly created: readonly unknown[]
  readonly objects: readonly unknown[]
}

export type Completed = Exchange & {
  readonly outcome: 'completed'
  readonly text: string
  /** Reasoning text where the service separates it. */
  readonly reasoning?: string
  readonly finishReason: string
  readonly usage?: Usage
  readonly stream?: StreamShape
  /** What the service says of itself. */
  readonly reported: {
    readonly model?: string
    /** Its own word for why the answer ended, where the contract has another. */
    readonly finishReason?: string
    readonly generationMs?: number
    readonly constraintSatisfied?: boolean
  }
  /** Absent where the dialect reads none. */
  readonly identity?: Identity
  /** The parsed body of an answer that was not streamed, for checks of its shape. */
  readonly json?: unknown
}

/** `retryAfterMs`: what its Retry-After header says; absent without one. */
export type TurnedAway = { readonly retryAfterMs?: number }

export type Failed = Exchange & {
  readonly outcome: 'failed'
  readonly failure: FailureKind
  readonly message: string
  /** The HTTP status, when one was received. */
  readonly status?: number
  readonly error?: ErrorEnvelope
  /** The service had no room for it, 429 or 503: about load, not about this request. */
  readonly turnedAway?: TurnedAway
  /** What a stream had delivered before it failed. */
  readonly text?: string
  readonly stream?: StreamShape
}

export type Generation = Completed | Failed

/** The answer of an operation that generates nothing (health, models, metrics, a raw request): any 2xx completes it. */
export type Reply =
  | (Exchange & {
      readonly outcome: 'completed'
      readonly status: number
      readonly text: string
      readonly json?: unknown
    })
  | Failed
