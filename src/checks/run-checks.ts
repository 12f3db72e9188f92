import type { DeclaredPromise } from '../promises/index.ts'
import type { Check } from '../records/index.ts'
import { createLanes } from './lanes.ts'
import { runCheck } from './run-check.ts'
import type { Session } from './session.ts'

/** How many checks run at a time where nothing says otherwise. */
export const DEFAULT_CONCURRENCY = 4

/**
 * Checks the promises of one service, several at a time; each check is handed on as it ends. Shared checks come first, then
 * those that run alone, and of these the ones that could hurt the service last: what they break, they break for themselves.
 */
export async function* runChecks(
  promises: readonly DeclaredPromise[],
  session: Session,
  concurrency = DEFAULT_CONCURRENCY,
): AsyncGenerator<Check, void> {
  const lanes = createLanes(concurrency)
  const running = new Set<Promise<void>>()
  const ended: Check[] = []
  for (const promise of inRunningOrder(promises)) {
    const one = lanes
      .run(promise.definition.alone !== undefined, () => runCheck(promise, session))
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

/** Stable within each of the three groups: what decides first stays first. */
export const inRunningOrder = (promises: readonly DeclaredPromise[]): readonly DeclaredPromise[] =>
  promises.toSorted((a, b) => groupOf(a) - groupOf(b))

const groupOf = ({ definition: { alone } }: DeclaredPromise): number =>
  alone === undefined ? 0 : alone === 'hurts' ? 2 : 1
