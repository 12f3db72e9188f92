import type { Reply, Stream } from './http.ts'
import type { Job, Output, Token, Usage } from './job.ts'
import type { Tool, ToolAsk } from './openai/tools.ts'
import type { Refusal } from './refusal.ts'

/** Milliseconds after the start of the process. */
export type LoadPlan = { readonly portMs: number }

/** Milliseconds until the first token, and from each to the next. */
export type TokenPace = { readonly firstTokenMs: number; readonly tokenMs: number }

/** Which request an answer belongs to. */
export type Asked = {
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The parsed body of a generation request; absent where none was read. */
  readonly body?: unknown
  readonly signal: AbortSignal
}

/** A header that came once, by its lower-case name. */
export function headerOf({ headers }: Asked, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

type Eventually<T> = T | Promise<T>

/**
 * Where a fault can take hold. Each hook receives what the healthy server was about to do and gives back what is done
 * instead; several faults apply in the order in which they were switched on.
 */
export type Hooks = {
  /** When the port opens. */
  load: (plan: LoadPlan) => LoadPlan
  /** Every request, before it is looked at: may delay it, or answer it by itself. */
  arrive: (reply: Reply | undefined, asked: Asked) => Eventually<Reply | undefined>
  /** The text of a body, before it is parsed. */
  text: (text: string, asked: Asked) => string
  /** The parsed JSON body of a generation request, before validation. */
  body: (body: unknown, asked: Asked) => unknown
  /** A refusal, before it becomes an answer or an event of a stream. */
  refusal: (refusal: Refusal, asked: Asked) => Refusal
  /** The answer that a refusal became. */
  refused: (reply: Reply, refusal: Refusal, asked: Asked) => Reply
  /** A constraint that does not compile: `true` generates without it. */
  forgiveConstraint: (forgive: boolean) => boolean
  /** The tools that the model is about to call, where a request offers some; none: it answers in words. */
  calls: (calls: readonly Tool[], ask: ToolAsk) => readonly Tool[]
  /** A sequence before it is queued. */
  job: (job: Job) => Job
  /** How long its tokens take, once it has a slot. */
  pace: (pace: TokenPace) => TokenPace
  /** In its slot, before the first token. */
  beforeTokens: (waited: undefined, job: Job, signal: AbortSignal) => Eventually<undefined>
  /** What the model draws. */
  tokens: (tokens: AsyncIterable<Token>, job: Job, signal: AbortSignal) => AsyncIterable<Token>
  /** What the answer is made of. */
  outputs: (outputs: AsyncIterable<Output>, job: Job, signal: AbortSignal) => AsyncIterable<Output>
  usage: (usage: Usage, job: Job) => Usage
  /** ananke's `constraint_satisfied`. */
  satisfied: (satisfied: boolean) => boolean
  /** The events of a stream. */
  stream: (stream: Stream, asked: Asked) => Stream
  /** Every whole answer on its way out: health, models, metrics, generations, errors. */
  reply: (reply: Reply, asked: Asked) => Eventually<Reply>
  /** A client that has gone: `false` generates on to the end. */
  stopWhenGone: (stop: boolean) => boolean
}

export const HEALTHY: Hooks = {
  load: (plan) => plan,
  arrive: (reply) => reply,
  text: (text) => text,
  body: (body) => body,
  refusal: (refusal) => refusal,
  refused: (reply) => reply,
  forgiveConstraint: (forgive) => forgive,
  calls: (calls) => calls,
  job: (job) => job,
  pace: (pace) => pace,
  beforeTokens: () => undefined,
  tokens: (tokens) => tokens,
  outputs: (outputs) => outputs,
  usage: (usage) => usage,
  satisfied: (satisfied) => satisfied,
  stream: (stream) => stream,
  reply: (reply) => reply,
  stopWhenGone: (stop) => stop,
}

/** Several faults as one set of hooks. */
export function composeHooks(all: readonly Partial<Hooks>[]): Hooks {
  const composed: Record<string, unknown> = { ...HEALTHY }
  for (const name of Object.keys(HEALTHY) as (keyof Hooks)[]) {
    const chain = all.flatMap((hooks) => hooks[name] ?? []) as Link[]
    if (chain.length > 0) composed[name] = fold(chain)
  }
  return composed as Hooks
}

/** The same hooks, which leave everything as it is until `isOn` says so. */
export function delayedHooks(hooks: Partial<Hooks>, isOn: () => boolean): Partial<Hooks> {
  const delayed = Object.entries(hooks).map(([name, hook]) => {
    const link = hook as Link
    return [name, (value: unknown, ...about: unknown[]) => (isOn() ? link(value, ...about) : value)] as const
  })
  return Object.fromEntries(delayed)
}

// The hooks differ in types and agree in shape: the value first, then what it belongs to.
type Link = (value: unknown, ...about: unknown[]) => unknown

const fold =
  (chain: readonly Link[]): Link =>
  (value, ...about) =>
    chain.reduce(
      (sofar, link) =>
        sofar instanceof Promise ? sofar.then((ready) => link(ready, ...about)) : link(sofar, ...about),
      value,
    )
