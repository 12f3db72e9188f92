import type { Lengths } from './lengths.ts'

/** How many tokens are asked for where nothing states it: an answer, and a synthetic prompt. */
export const DEFAULT_OUTPUT: Lengths = { kind: 'fixed', low: 64, high: 64 }
export const DEFAULT_INPUT: Lengths = { kind: 'fixed', low: 128, high: 128 }

/** The first `tokens` tokens of a `share` of the prompts are one of `prefixes` texts. */
export type SharedPrefix = { readonly tokens: number; readonly share: number; readonly prefixes: number }

/** One request of a recorded trace. Equal `hashIds` stand for equal blocks of the prompt. */
export type TraceLengths = {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly hashIds?: readonly (number | string)[]
}

export type Workload = {
  /** Stated in each sample; absent where there is one workload alone. */
  readonly name?: string
  /** Its share of the requests, against those of the others; default 1. */
  readonly weight?: number
  readonly source:
    | { readonly kind: 'synthetic'; readonly input: Lengths }
    | { readonly kind: 'file'; readonly path: string }
    /** `place`: the file, for messages. Mooncake's blocks have 512 tokens, the default. */
    | {
        readonly kind: 'trace'
        readonly place: string
        readonly entries: readonly TraceLengths[]
        readonly blockTokens?: number
      }
  /** Tokens of each answer; it goes before what a file says. A trace has its own. */
  readonly output?: Lengths
  readonly sharedPrefix?: SharedPrefix
  /** Turns of each session; absent: each request stands alone. */
  readonly turns?: Lengths
}
