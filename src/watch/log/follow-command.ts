import type { Clock } from '../../clock.ts'
import { runCommand } from '../run-command.ts'

export type FollowCommand = {
  readonly command: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly clock: Clock
  readonly signal: AbortSignal
  line(text: string): void
  /** It has ended, and why that is a loss; undefined: it runs again. */
  lost(reason: string | undefined): void
}

const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [500, 30_000]

/** Runs a command that follows a log until the signal; one that ends is started again, later each time that it writes nothing. */
export async function followCommand({ signal, clock, line, lost, ...order }: FollowCommand): Promise<void> {
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const ended = await runCommand({
      ...{ ...order, clock, signal },
      line(text) {
        pauseMs = FIRST_PAUSE_MS
        lost(undefined)
        line(text)
      },
    })
    if (signal.aborted) return
    lost(`\`${order.command}\` ended ${ended.reason}`)
    await clock.sleep(pauseMs, signal).catch(() => {})
  }
}
