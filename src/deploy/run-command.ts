import type { Clock } from '../clock.ts'
import { plainLine } from '../safe-text.ts'
import type { Secret } from '../secret.ts'
import { runToEnd, TargetLog } from '../targets/index.ts'

/** A command with everything filled in. */
export type CommandOrder = {
  readonly argv: readonly [string, ...string[]]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

export type RunCommandOptions = {
  readonly clock: Clock
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly secrets: readonly Secret[]
  /** All that it writes is added to this file. */
  readonly logFile?: string
  /** Each line that it writes, without its secrets. */
  readonly onLine?: (line: string) => void
}

/** How a command ended. `tail`: its last lines, without secrets; `answer`: the last line of its stdout that is not empty. */
export type Ran = {
  readonly outcome: 'succeeded' | 'failed' | 'late'
  /** In words: `exit code 3`, `ended by SIGKILL`, `stopped after 600 s`. */
  readonly end: string
  readonly tookMs: number
  readonly tail: readonly string[]
  readonly answer?: string
}

const TAIL_LINES = 12
/** Of a stdout that is an answer: a version is one line. */
const MOST_ANSWER = 64 * 1_024

/**
 * Runs a command to its end, or ends it, with all that it started, at its deadline. What it started and left running when it ends by
 * itself stays: that may be the service. Throws `command-not-found`, and the signal's reason when that aborts.
 */
export async function runCommand(order: CommandOrder, options: RunCommandOptions): Promise<Ran> {
  const { clock, timeoutMs, signal, secrets, logFile, onLine } = options
  const log = new TargetLog(secrets, logFile, () => {}, onLine)
  let stdout = ''
  const { argv, cwd, env } = order
  const { exit, tookMs } = await runToEnd(
    { command: argv, cwd, env },
    {
      ...{ log, clock, signal, limitMs: timeoutMs, leavesRest: true },
      onStdout: (bytes) => {
        stdout = (stdout + bytes.toString('utf8')).slice(-MOST_ANSWER)
      },
    },
  )
  signal.throwIfAborted()
  const said = { tookMs, tail: log.tail(TAIL_LINES) }
  if (!exit) return { outcome: 'late', end: `stopped after ${Math.round(timeoutMs / 1_000)} s`, ...said }
  if (exit.code === 0) {
    const answer = lastLine(stdout)
    return { outcome: 'succeeded', end: 'exit code 0', ...said, ...(answer !== undefined && { answer }) }
  }
  const end = exit.signal === null ? `exit code ${exit.code}` : `ended by ${exit.signal}`
  return { outcome: 'failed', end, ...said }
}

/** Many a program ends with a line that only sets the colour back: that is no answer. */
const lastLine = (text: string): string | undefined =>
  text
    .split(/\r?\n/)
    .map((line) => plainLine(line, MOST_ANSWER))
    .findLast((line) => line !== '')

/** What went wrong, in one sentence, for whoever reads why a step failed. */
export function complaintOf(argv: readonly string[], { end, tail }: Ran): string {
  const last = tail.filter((line) => line.trim() !== '').slice(-3)
  const said = last.length === 0 ? 'it wrote nothing' : `its last lines: ${last.join(' | ')}`
  return `the command \`${argv.join(' ')}\` failed (${end}); ${said}`
}
