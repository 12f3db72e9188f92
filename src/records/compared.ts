import type { ExitCode } from '../errors.ts'
import type { Versus } from './pair.ts'
import type { Comparison, VerdictWord } from './verdict.ts'

/** What `infergate compare A B` says of two saved runs; its JSON Schema stands in fixtures/schemas/. */
export type Compared = {
  readonly schemaVersion: 1
  readonly verdict: VerdictWord
  readonly exitCode: ExitCode
  readonly baseline: ComparedRun
  readonly candidate: ComparedRun
  /** Worst first, each a sentence with the figure that decided. */
  readonly reasons: readonly string[]
  readonly comparisons: readonly Comparison[]
  readonly versus: Versus
}

export type ComparedRun = {
  readonly runId: string
  readonly startedAt: string
  /** What was decided of it alone, when it ended. */
  readonly verdict: VerdictWord
}
