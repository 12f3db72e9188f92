import type { Holds, RequestBase } from './asked.ts'
import type { FileEntry } from './read-prompts.ts'
import type { WordCosts } from './word-costs.ts'
import type { Workload } from './workload.ts'

/** An entry of a user's file with what was counted of it; what nobody counted is absent. */
export type CountedEntry = FileEntry & {
  /** Of the whole prompt, or of the first turn. */
  readonly inputTokens?: number
  /** Of the answer that stands in the file, a turn each. */
  readonly answerTokens?: readonly number[]
}

export type PlannedWorkload = Omit<Workload, 'source'> & {
  readonly source:
    | Exclude<Workload['source'], { readonly kind: 'file' }>
    | {
        readonly kind: 'file'
        readonly path: string
        readonly entries: readonly CountedEntry[]
        readonly skipped: number
      }
}

/** Who counted the prompts, and how far that goes. */
export type Counting =
  | { readonly by: 'nobody'; readonly reason: string }
  | {
      readonly by: 'server' | 'tokenizer file'
      readonly place: string
      /** Of a chat: all of it as the service renders it, or its texts without the template. */
      readonly chat: 'whole' | 'text'
      /**
       * `sum`: prompts are as long as their words together, which held for each of `checked` that were counted whole. `each`: it
       * did not hold, so the first `checked` were counted and corrected one by one, and the length of the others is not known.
       */
      readonly how: 'sum' | 'each'
      readonly checked: number
    }

/** All that decides what a load asks: plain data, so that other processes can be handed it. */
export type PromptPlan = {
  readonly seed: number
  readonly route: 'generate' | 'chat'
  readonly workloads: readonly PlannedWorkload[]
  readonly costs: WordCosts
  readonly counting: Counting
  /** How many sessions are under way together: their turns are dealt in rounds. */
  readonly sessionsAtOnce: number
  readonly base: RequestBase
  readonly holds: Holds
  /** By index: what was added to the length asked for so that the count is right, and that count. */
  readonly corrections: Readonly<Record<number, { readonly more: number; readonly tokens: number }>>
}
