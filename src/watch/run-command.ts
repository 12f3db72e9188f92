import type { Clock } from '../clock.ts'
import { type RanToEnd, runToEnd } from '../targets/index.ts'
import { lineReader } from './log/line-reader.ts'

/** A command of the user's, as `sh -c` takes it. */
export type Order = {
  readonly command: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly clock: Clock
  readonly signal?: AbortSignal
  /** Absent: until it ends by itself. */
  readonly limitMs?: number
  line(text: string): void
}

/** How it ended: by itself with `exitCode`, or not; in words. */
export type CommandEnd = { readonly exitCode?: number; readonly reason: string }

const GRACE_MS = 2_000

/** Runs it under a guardian, so that nothing of it is left, however this process ends. */
export async function runCommand({
  command,
  cwd,
  env,
  clock,
  signal,
  limitMs,
  line,
}: Order): Promise<CommandEnd> {
  let ran: RanToEnd
  try {
    const log = { follow: lineReader(line), close: async () => {} }
    ran = await runToEnd(
      { command: ['sh', '-c', command], cwd, env },
      {
        ...{ log, clock, graceMs: GRACE_MS },
        ...(limitMs !== undefined && { limitMs }),
        ...(signal && { signal }),
      },
    )
  } catch (error) {
    return { reason: `before it began: ${error instanceof Error ? error.message : String(error)}` }
  }
  const { exit } = ran
  if (!exit)
    return {
      reason: signal?.aborted
        ? 'because the watch did'
        : `not within ${(limitMs ?? 0) / 1_000} s, and was ended`,
    }
  return exit.code === null
    ? { reason: `by signal ${exit.signal}` }
    : { exitCode: exit.code, reason: `with code ${exit.code}` }
}
