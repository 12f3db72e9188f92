import { type Clock, systemClock } from '../clock.ts'

const LOOK_MS = 250

/** What of a process is needed; the real one fits. */
export type Child = {
  readonly ppid: number
  readonly env: Readonly<Record<string, string | undefined>>
  emit(event: 'SIGTERM', signal: 'SIGTERM'): unknown
}

/**
 * Takes the end of the shell that npm runs a command in as a SIGTERM, until `ended` aborts. npm hands its SIGTERM to that shell
 * alone, which dies of it: a gate that nobody waits for any more would go on with its service. Other parents may leave a
 * command behind on purpose.
 */
export async function endWithParent(process: Child, ended: AbortSignal, clock: Clock = systemClock) {
  if (process.env['npm_config_user_agent'] === undefined) return
  const { ppid } = process
  try {
    while (process.ppid === ppid) await clock.sleep(LOOK_MS, ended)
    process.emit('SIGTERM', 'SIGTERM')
  } catch {
    // A signal of its own came first.
  }
}
