import type {
  Capability,
  Completed,
  ErrorEnvelope,
  GenerationRequest,
  Identity,
  Operation,
  Usage,
} from '../records/index.ts'

export type Endpoint = { readonly method: 'GET' | 'POST'; readonly path: string }

/** A generation as it goes out: which operation, and the JSON body. */
export type Encoded = {
  readonly operation: 'generate' | 'chat'
  readonly body: Readonly<Record<string, unknown>>
}

/** What an answer says. `error`, or a finish reason of `error` or `abort`, makes it a failure however it was dressed. */
export type Answer = {
  readonly text: string
  readonly finishReason?: string | null | undefined
  readonly reasoning?: string | null | undefined
  readonly usage?: Usage | null | undefined
  readonly reported?: Completed['reported'] | undefined
  readonly identity?: Identity | undefined
  readonly error?: ErrorEnvelope | undefined
}

/** One event of a stream: `text` and `reasoning` are deltas. */
export type StreamPart = Partial<Answer>

/** Facts that one look at a running service found; what they mean for the wire is the dialect's to say. */
export type ServiceFacts = {
  readonly engine: 'vllm' | 'ananke' | 'unknown'
  readonly version?: string
  /** HTTP status of an operation that was tried; absent when nothing answered. */
  readonly status: Partial<Readonly<Record<Operation, number>>>
  /** What came of asking for a constraint in each of the dialect's `spellings`; absent where that was not asked. */
  readonly spelling?: SpellingFacts
}

export type SpellingFacts = {
  /** The first spelling that binds, and the routes on which it does. */
  readonly binds?: string
  readonly on?: readonly ('generate' | 'chat')[]
  /** The first spelling that is neither served nor refused: the service knows it, or is broken by it. */
  readonly fails?: string
  /** Each was answered, and none bound. */
  readonly ignoresAll: boolean
  /** What was asked and what came, in words. */
  readonly came: string
}

export type Settlement = {
  /** Kept with the profile and given back to `adapt`. */
  readonly wire: Readonly<Record<string, string>>
  readonly missing: Partial<Readonly<Record<Capability, string>>>
}

/**
 * How one kind of service is spoken to: the whole of a user's own dialect is an object like this, as the default
 * export of a module. Functions are pure; what they throw becomes `malformed-body` or `malformed-stream`.
 */
export interface Dialect {
  readonly name: string
  readonly capabilities: readonly Capability[]
  readonly operations: Partial<Readonly<Record<Operation, Endpoint>>>
  encode(request: GenerationRequest, model: string | undefined): Encoded
  decode(body: unknown, operation: 'generate' | 'chat'): Answer
  /** Server-sent events; absent where the service does not stream. */
  readonly stream?: {
    /** The data of the event that ends a stream, such as `[DONE]`; a stream without it counts as cut. */
    readonly terminator?: string
    decode(event: unknown, operation: 'generate' | 'chat'): StreamPart
  }
  /** The model ids in the answer of the `models` operation; with it, a target without a model asks once. */
  models?(body: unknown): readonly string[]
  /** A last part of the base path that people give too much, such as `/v1`. */
  readonly basePathSuffix?: string
  /** The ways in which services of this kind spell a constraint: each is a value of `constraints` for `adapt`. */
  readonly spellings?: readonly string[]
  /** The field by which a request asks for a capability that an engine need not have; one that is refused by name is not offered. */
  readonly fields?: Partial<Readonly<Record<Capability, string>>>
  /** A field that the engine has of its own: a gateway that refuses it by name does not offer the engine's contract. */
  readonly ownField?: string
  /** What is missing on a service with these facts, and what `adapt` must know of it. */
  settle?(facts: ServiceFacts): Settlement
  /** The variant of this dialect for one profiled service. */
  adapt?(wire: Readonly<Record<string, string>>): Dialect
}
