import type { Clock } from '../clock.ts'
import type { Secret } from '../secret.ts'
import type { DeployJournal } from './journal.ts'

/** What a run of infergate said of the service. `stopped`: it did not come to a verdict. */
export type Judgement = {
  readonly verdict: 'PASS' | 'FAIL' | 'INCONCLUSIVE' | 'stopped'
  readonly runId?: string
  /** Why, in one sentence. */
  readonly says: string
}

/** What a deploy is handed by the command: runs, the history and the watch are not its own. */
export type DeployParts = {
  /** A short measurement of the version that is live; absent where both can be measured side by side. */
  readonly baseline?: (signal: AbortSignal) => Promise<Judgement>
  /** Judges the new version, held against the old one. */
  readonly gate: (signal: AbortSignal, baselineRun: string | undefined) => Promise<Judgement>
  /** Makes the run that judged the new version the baseline of the target; what it came to, in words. */
  readonly accept: (runId: string) => Promise<string>
  readonly watch?: (signal: AbortSignal) => Promise<Judgement>
}

export type DeployWorld = {
  readonly clock: Clock
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted by Ctrl-C or SIGTERM, with a `HarnessError` as its reason. */
  readonly signal: AbortSignal
  readonly journal: DeployJournal
  /** The deploy's own folder: its journal, and what its commands wrote. */
  readonly folder: string
  readonly secrets: readonly Secret[]
  readonly redact: (text: string) => string
  readonly parts: DeployParts
  /** One line for people. */
  readonly say: (text: string) => void
}
