import type { Check, Run, RunEvent, TargetSpec, Verdict } from '../records/index.ts'
import type { Launch } from '../targets/index.ts'
import type { Journal } from './journal.ts'

/** What a run tells people while it works. */
export type RunProgress = {
  /** Starts a phase and ends the one before; `total` where the number of steps is known. */
  phase(name: string, total?: number): void
  /** One more step is done; of a check it is told which. */
  step(check?: Check): void
  /** A check has begun. */
  began(checkId: string): void
  /** What happened, once it is kept. */
  saw(event: RunEvent): void
  /** What the phase is doing right now; gone with the next one. */
  status(text: string): void
  /** A line that stays. */
  note(text: string): void
  /** A line that stays and wants attention. */
  warn(text: string): void
}

/** All that a run does to the world beside speaking to its service: a rehearsal of hundreds of runs hands down less. */
export type World = {
  readonly journal: Journal
  readonly progress: RunProgress
  /** Aborted, with a `HarnessError` as its reason, when the run is to end early. */
  readonly signal: AbortSignal
  /** How the service comes to run; absent: as targets of its kind do. */
  readonly launch?: Launch<TargetSpec>
  /** Where the service's own log goes; absent: nowhere. */
  readonly logFile?: string
  /** The same of the target that it is held against. */
  readonly baselineLogFile?: string
  /** Called once the beginning of the run is kept: from here on others can read it. */
  begun(): void
  /** Shows the verdict. */
  publish(run: Run, verdict: Verdict): void
  /** Keeps the verdict where later runs find it. What fails here is a warning: the verdict is out. */
  record(run: Run, verdict: Verdict): void | Promise<void>
}
