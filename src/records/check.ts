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

/** One named case of a check that has several. */
export type CaseResult = {
  readonly name: string
  readonly outcome: CheckOutcome
  /** Always present unless passed. */
  readonly reason?: string
}

export type Check = {
  /** `suite.what-it-promises`: stable, other tools refer to it. */
  readonly id: string
  readonly suite: string
  readonly says: string
  readonly outcome: CheckOutcome
  readonly required: boolean
  /** Always present unless passed. */
  readonly reason?: string
  /** Equal in checks that one failure of the service broke; absent where the reason alone says what is wrong. */
  readonly cause?: string
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
