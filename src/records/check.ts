import type { ReceivedResponse, SentRequest, Timing } from './generation.ts'

export type CheckOutcome = 'passed' | 'failed' | 'inconclusive' | 'not-applicable'

/** One exchange as kept in a report: redacted, with a curl that repeats it and what the client made of the answer. */
export type Evidence = {
  readonly request: SentRequest
  readonly response?: ReceivedResponse
  readonly timing: Timing
  readonly outcome: string
  readonly curl: string
}

/** Which checks keep their exchanges: those that did not hold, or all of them. */
export type EvidenceScope = 'failures' | 'all'

/** How many observations a check made, and the smallest violation rate that they find with 95 % probability. */
export type Observed = { readonly n: number; readonly findsRate: number }

/** What a request was, as far as that may be why it failed; none of them: a plain generation. */
export type RequestTrait =
  | 'chat'
  | 'constrained'
  | 'streamed'
  | 'hand-made'
  /** It could not be served, and had to be refused. */
  | 'bad'
  /** It failed by silence, in which no service says why: what failed so beside it may have another cause. */
  | 'unanswered'
  | 'health'
  | 'models'
  | 'metrics'

/** What is wrong, in words that are equal in all that it broke; absent where the reason alone says it. */
export type Caused = {
  readonly cause?: string
  /** Of a cause that is the failure of a request: what that request was. */
  readonly causeIn?: readonly RequestTrait[]
}

/** One named case of a check that has several. */
export type CaseResult = Caused & {
  readonly name: string
  readonly outcome: CheckOutcome
  /** Always present unless passed. */
  readonly reason?: string
}

export type Check = Caused & {
  /** `suite.what-it-promises`: stable, other tools refer to it. */
  readonly id: string
  readonly suite: string
  readonly says: string
  readonly outcome: CheckOutcome
  readonly required: boolean
  /** Always present unless passed. */
  readonly reason?: string
  /** Of a failed check in a verdict: why it does not count. */
  readonly waived?: string
  readonly durationMs: number
  readonly observed?: Observed
  /** Each case by itself, where a check has named ones. */
  readonly cases?: readonly CaseResult[]
  /** What the check blamed stands first. */
  readonly evidence?: readonly Evidence[]
}

/** A promise as it stands in the closed list, before anything ran. */
export type PromiseEntry = {
  readonly id: string
  readonly suite: string
  readonly says: string
  readonly required: boolean
  readonly tags: readonly string[]
}
