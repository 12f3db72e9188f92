import type { DeclaredPromise } from '../promises/index.ts'
import type { Check } from '../records/index.ts'
import { createLanes } from './lanes.ts'
import { runCheck } from './run-check.ts'
import type { Session } from './session.ts'

/** How many checks run at a time where nothing says otherwise. */
export const DEFAULT_CONCURRENCY = 4

export type Turns = {
  readonly concurrency?: number
  /** Whether a check has no other beside it; absent: as it says itself. */
  readonly isAlone?: (promise: DeclaredPromise) => boolean
  readonly onBegun?: (id: string) => void
}

/**
 * Checks the promises of one service, several at a time; each check is handed on as it ends. Shared checks come first, then
 * those that run alone, of these the ones that could hurt the service late, and what could wedge it last: what they break, they
 * break for themselves.
 */
export async function* runChecks(
  promises: readonly DeclaredPromise[],
  session: Session,
  { concurrency = DEFAULT_CONCURRENCY, isAlone = saysAlone, onBegun }: Turns = {},
): AsyncGenerator<Check, void> {
  const lanes = createLanes(concurrency)
  const running = new Set<Promise<void>>()
  const ended: Check[] = []
  for (const promise of inRunningOrder(promises, isAlone)) {
    const one = lanes
      .run(isAlone(promise), () => {
        onBegun?.(promise.entry.id)
        return runCheck(promise, session)
      })
      .then((check) => {
        ended.push(check)
        running.delete(one)
      })
    running.add(one)
  }
  try {
    while (running.size > 0 || ended.length > 0) {
      if (ended.length === 0) await Promise.race(running)
      yield* ended.splice(0)
    }
  } finally {
    // Whoever stops listening stops the checks: nothing is sent behind his back.
    if (running.size > 0) session.end()
    await Promise.all(running)
  }
}

/** Stable within each of the four groups: what decides first stays first. */
export function inRunningOrder(
  promises: readonly DeclaredPromise[],
  isAlone = saysAlone,
): readonly DeclaredPromise[] {
  const groupOf = (promise: DeclaredPromise): number =>
    isAlone(promise) ? (LATE[promise.definition.alone ?? ''] ?? 1) : 0
  return promises.toSorted((a, b) => groupOf(a) - groupOf(b))
}

const LATE: Readonly<Record<string, number>> = { hurts: 2, wedges: 3 }

const saysAlone = ({ definition }: DeclaredPromise): boolean => definition.alone !== undefined
