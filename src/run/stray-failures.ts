import { HarnessError } from '../errors.ts'

/**
 * Listens for failures that a check left behind: a promise of a suite's that nobody waits for fails when its check is over. By
 * itself it would end the process, and the run with it.
 */
export function listenForStrayFailures(): Disposable & { throwIfAny(): void } {
  const strays: unknown[] = []
  const listen = (reason: unknown) => void strays.push(reason)
  process.on('unhandledRejection', listen)
  return {
    /** Throws `suites-unrunnable`: what the checks said cannot be trusted to be all. */
    throwIfAny() {
      if (strays.length === 0) return
      const [first] = strays
      const said = first instanceof Error ? first.message : String(first)
      throw new HarnessError(
        'suites-unrunnable',
        `A check left a promise behind that failed when nobody waited for it any more (${said}): await it in the suite, and run again.`,
      )
    },
    [Symbol.dispose]: () => void process.off('unhandledRejection', listen),
  }
}
