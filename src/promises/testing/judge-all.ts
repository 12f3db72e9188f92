import { pathToFileURL } from 'node:url'
import { createClient, profileService } from '../../client/index.ts'
import { systemClock } from '../../clock.ts'
import type { Boot, Check, PromiseEntry } from '../../records/index.ts'
import { type SimulatorOptions, startSimulator } from '../../simulator/index.ts'
import { installRegistrar } from '../context.ts'
import type { PromiseDefinition } from '../definition.ts'
import { runCheck } from '../run-check.ts'
import { Session } from '../session.ts'
import { SUITES, suiteFiles } from '../suite-files.ts'

export type Declared = readonly [PromiseEntry, PromiseDefinition]

/** Every built-in promise with its check, in the order of the closed list. */
export const DECLARED: readonly Declared[] = await declared()

async function declared(): Promise<readonly Declared[]> {
  const all: Declared[] = []
  installRegistrar({ add: (entry, definition) => all.push([entry, definition as PromiseDefinition]) })
  // The query: another test may have loaded the same files for a list of its own.
  for (const file of SUITES.flatMap(suiteFiles)) await import(`${pathToFileURL(file).href}?declared`)
  installRegistrar(undefined)
  return all
}

/** As a start of the default profile leaves it: checks that compare with the cold start have one. */
const BOOT: Boot = {
  index: 0,
  origin: 'started',
  outcome: 'generating',
  attempts: [],
  healthMs: 810,
  firstGenerationMs: 850,
}

/**
 * Runs checks on healthy simulators: as many lanes as said, each with a simulator of its own, its checks one after the other.
 * Each check has the time budget of a whole run, `budgetMs`, for itself.
 */
export async function judgeAll(
  checks: readonly Declared[],
  simulated: SimulatorOptions,
  { lanes = 1, budgetMs = 30_000 } = {},
): Promise<readonly Check[]> {
  const lane = async (offset: number): Promise<Check[]> => {
    await using simulator = await startSimulator(simulated)
    const address = { dialect: 'openai', baseUrl: simulator.url }
    await using client = await createClient(address)
    const profile = await profileService(client)
    const judged: Check[] = []
    for (const [entry, definition] of checks.filter((_, index) => index % lanes === offset)) {
      const deadlineAtEpochMs = systemClock.now().getTime() + budgetMs
      const limits = { seed: 1, checkDeadlineMs: 30_000, deadlineAtEpochMs }
      const session = new Session({ address, profile, boots: [BOOT], ...limits })
      judged.push(await runCheck(entry, definition, session))
      await session.close()
    }
    return judged
  }
  return (await Promise.all(Array.from({ length: lanes }, (_, offset) => lane(offset)))).flat()
}
