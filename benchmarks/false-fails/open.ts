import { Session } from '../../src/checks/session.ts'
import { createClient, profileService } from '../../src/client/index.ts'
import { systemClock } from '../../src/clock.ts'
import { type SimulatorDialect, startSimulator } from '../../src/simulator/index.ts'

/** Opens a service that runs for checks that are repeated. */
export async function openService(baseUrl: string, dialect = 'openai'): Promise<Session> {
  const address = { dialect, baseUrl }
  await using client = await createClient(address)
  const profile = await profileService(client)
  return await Session.open({
    ...{ address, profile, seed: 1, checkDeadlineMs: 120_000, clock: systemClock },
    boots: [{ index: 0, origin: 'found', outcome: 'generating', attempts: [] }],
  })
}

/** A simulator without delays, healthy unless faults are named, and what its checks share. */
export async function openSimulator(dialect: SimulatorDialect, seed: number, faults: readonly string[] = []) {
  const simulator = await startSimulator({ dialect, seed, faults, profile: 'instant' })
  const session = await openService(simulator.url, dialect)
  return {
    session,
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]()
      await simulator.close()
    },
  }
}
