import type { Check, RunStart, Verdict } from '../../records/index.ts'
import type { LineContext } from '../verdict-line.ts'
import type { Phase } from './phase.ts'
import type { Tally } from './tally.ts'

/** How far a run is. */
export type Standing = { readonly phase: Phase; readonly tally: Tally }

export type Told = 'note' | 'warning'

/** All that is shown at the end of a run. */
export type Closing = {
  readonly verdict: Verdict
  readonly reportFile: string
  readonly context?: LineContext
}

/** One way to tell people, or machines, how a run goes. */
export type Speaker = {
  /** What is known before anything happens. */
  started(start: RunStart): void
  began(standing: Standing): void
  /** Something changed: it may be shown now, later, or not at all. */
  moved(standing: Standing): void
  checked(check: Check): void
  ended(standing: Standing): void
  /** A line that stays. */
  said(kind: Told, text: string): void
  closed(closing: Closing): void
  /** Nothing is shown any more that does not stay, and nothing more will be said by itself. */
  [Symbol.dispose](): void
}
