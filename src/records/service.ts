import type { CAPABILITIES, OPERATIONS, ROUTES } from '../capabilities.ts'
import type { Secret, SecretSource } from '../secret.ts'

/** What a service can be asked to do; a dialect maps each to a method and a path, a target may give each its own URL. */
export type Operation = (typeof OPERATIONS)[number]

/** A way in which a service generates. */
export type Route = (typeof ROUTES)[number]

/** A header whose value is a secret. It is sent to the origins of the service's own operations only. */
export type SecretHeader = { readonly name: string; readonly source: SecretSource; readonly prefix?: string }

/** PEM files: a private authority beside those that Node knows; a client's certificate and its key. */
export type TlsFiles = { readonly ca?: string; readonly cert?: string; readonly key?: string }

/** Where a service is reached. Plain data: it can be printed and stored, since a secret in it is a name or prints as one. */
export type ServiceAddress = {
  /** `openai`, `ananke`, or the name of a dialect of the user's. */
  readonly dialect: string
  /** The file that exports the user's dialect; absent for the built-in ones. */
  readonly dialectModule?: string
  readonly baseUrl?: string
  /** One absolute URL per operation, before `baseUrl`: Modal gives each function a host of its own. */
  readonly urls?: Partial<Readonly<Record<Operation, string>>>
  readonly model?: string
  readonly secretHeaders?: readonly SecretHeader[]
  readonly tls?: TlsFiles
  /** What else the service was given and must not be kept of its answers; each prints as its label. */
  readonly knownSecrets?: readonly Secret[]
}

/** What a promise may need of a service. */
export type Capability = (typeof CAPABILITIES)[number]

/** How quick a service answered one request at a time, before its checks: the time that they get follows it. */
export type Pace = {
  /** A request that asks for nothing, there and back. */
  readonly networkMs: number
  /** An answer of one token to a short prompt, network included. */
  readonly answerMs: number
  /** Each further token of one answer. */
  readonly tokenMs: number
  /** Each further token of a prompt. */
  readonly promptTokenMs: number
}

/** Of a model that thinks before it answers. */
export type Reasoning = {
  /** `field`: the service separates it (`reasoning`, `reasoning_content`); `tags`: it stands in the text, `<think>…</think>`. */
  readonly where: 'field' | 'tags'
  /** Tokens that it spent before the first of its answer: what a request needs beside its own. */
  readonly tokens: number
  /** Wire fields with which it answers without thinking; absent where none were found. */
  readonly off?: Readonly<Record<string, unknown>>
  /** On the plain route a constraint binds only after the end of a thought: how that was seen. Absent where it binds at once. */
  readonly constraintsWait?: string
}

/** What was found out about a running service before it is judged: one look, kept with the run. */
export type ServiceProfile = {
  readonly model?: string
  /** As `/version` says it. */
  readonly version?: string
  readonly engine: 'vllm' | 'ananke' | 'unknown'
  readonly capabilities: readonly Capability[]
  /** Why a capability of the dialect is missing here, by capability. */
  readonly missing: Partial<Readonly<Record<Capability, string>>>
  /** What a route that generates answered, where that says that it is not there. */
  readonly absentRoutes?: Partial<Readonly<Record<Route, string>>>
  /** Absent: it answers at once. */
  readonly reasoning?: Reasoning
  readonly pace?: Pace
  /** Why its counters are not this run's alone (replicas, other users); absent where they are. */
  readonly shared?: string
  /** It ends connections without saying so before: each request opens its own. Absent: they are used again. */
  readonly connections?: 'one-each'
  /** What the dialect must know to speak to this service: how a constraint is spelled and where it binds, other paths. */
  readonly wire?: Readonly<Record<string, string>>
}
