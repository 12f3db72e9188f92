import type { Clock } from '../clock.ts'
import type { HookEnd } from '../records/index.ts'
import { runCommand } from './run-command.ts'

export type HookOrder = {
  readonly command: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly clock: Clock
  /** What it is told: cleaned of control characters and secrets. */
  readonly told: {
    readonly reason: string
    readonly targetName: string
    readonly runId: string
    readonly folder: string
  }
  line(text: string): void
}

/** A rollback waits for a cluster; longer than this nobody waits for it. */
export const HOOK_MS = 300_000

/** What the user wants to happen on a FAIL, once. */
export async function callHook({ command, cwd, env, clock, told, line }: HookOrder): Promise<HookEnd> {
  const { exitCode, reason } = await runCommand({
    ...{ command, cwd, clock, limitMs: HOOK_MS, line },
    env: {
      ...env,
      INFERGATE_VERDICT: 'FAIL',
      INFERGATE_REASON: told.reason,
      INFERGATE_WATCHED: told.targetName,
      INFERGATE_RUN_ID: told.runId,
      INFERGATE_RUN_FOLDER: told.folder,
    },
  })
  return { command, ...(exitCode === undefined ? { reason } : { exitCode }) }
}
