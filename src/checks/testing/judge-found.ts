import { createClient, profileService } from '../../client/index.ts'
import { systemClock } from '../../clock.ts'
import type { Boot, Check } from '../../records/index.ts'
import { runCheck } from '../run-check.ts'
import { Session } from '../session.ts'
import { DECLARED } from './judge-all.ts'

const FOUND: Boot = { index: 0, origin: 'found', outcome: 'generating', attempts: [] }

/** Judges some promises, in their order, at a service that already ran: profiled first, as a run does. */
export async function judgeFound(
  url: string,
  ids: readonly string[],
  boot = FOUND,
): Promise<readonly Check[]> {
  const address = { dialect: 'openai', baseUrl: url }
  await using client = await createClient(address)
  const profile = await profileService(client, { counters: boot.origin === 'found' ? 'ask' : 'ours' })
  await using session = await Session.open({
    ...{ address, profile, boots: [boot], seed: 1, checkDeadlineMs: 30_000, clock: systemClock },
  })
  const checks: Check[] = []
  for (const id of ids) {
    const promise = DECLARED.find(({ entry }) => entry.id === id)
    if (!promise) throw new Error(`there is no promise ${id}`)
    checks.push(await runCheck(promise, session))
  }
  return checks
}
