/** What infergate tells the guardian: once. To stop, it closes the channel, which its death does too: one way to end. */
export type GuardianOrder = {
  readonly command: readonly [string, ...string[]]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly mark: string
  /** SIGTERM → SIGKILL. */
  readonly graceMs: number
  /** What the command started may outlive it: only a command that is stopped before its end takes all of it along. */
  readonly leavesRest?: true
}

/** What the guardian tells infergate. `ended` is the command itself; the guardian leaves after the rest of its group. */
export type GuardianReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'started'; readonly pid: number; readonly startTicks: string }
  | { readonly kind: 'not-started'; readonly code: string; readonly message: string }
  | { readonly kind: 'ended'; readonly code: number | null; readonly signal: string | null }

/** The guardian's exit status once nothing of the group is left: from then on its id may become anybody's. */
export const NOTHING_LEFT = 0
