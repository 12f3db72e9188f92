import { createClient, profileService } from '../../client/index.ts'
import { systemClock } from '../../clock.ts'
import type { DeclaredPromise } from '../../promises/index.ts'
import type { Boot, Check } from '../../records/index.ts'
import { type SimulatorOptions, startSimulator } from '../../simulator/index.ts'
import { loadBuiltInSuites } from '../load-suites.ts'
import { runCheck } from '../run-check.ts'
import { Session } from '../session.ts'

/** Every built-in promise with its check, in the order of the closed list. */
export const DECLARED: readonly DeclaredPromise[] = await loadBuiltInSuites()

/** As a start of the default profile leaves it: checks that compare with the cold start have one. */
const BOOT: Boot = {
  index: 0,
  origin: 'started',
  outcome: 'generating',
  attempts: [],
  healthMs: 410,
  firstGenerationMs: 450,
}

/**
 * Runs checks on healthy simulators: as many lanes as said, each with a simulator of its own, its checks one after the other.
 * Each check has the time budget of a whole run, `budgetMs`, for itself.
 */
export async function judgeAll(
  checks: readonly DeclaredPromise[],
  simulated: SimulatorOptions,
  { lanes = 1, budgetMs = 30_000 } = {},
): Promise<readonly Check[]> {
  const lane = async (offset: number): Promise<Check[]> => {
    await using simulator = await startSimulator(simulated)
    const address = { dialect: 'openai', baseUrl: simulator.url }
    await using client = await createClient(address)
    const profile = await profileService(client)
    const judged: Check[] = []
    for (const promise of checks.filter((_, index) => index % lanes === offset)) {
      const endsAtMs = systemClock.monotonicMs() + budgetMs
      const limits = {
        ...{ seed: 1, checkDeadlineMs: 30_000, clock: systemClock },
        deadlineMs: () => endsAtMs,
      }
      await using session = await Session.open({ address, profile, boots: [BOOT], ...limits })
      judged.push(await runCheck(promise, session))
    }
    return judged
  }
  return (await Promise.all(Array.from({ length: lanes }, (_, offset) => lane(offset)))).flat()
}
