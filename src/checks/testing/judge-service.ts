import { createClient, profileService } from '../../client/index.ts'
import { systemClock } from '../../clock.ts'
import type { DeclaredPromise } from '../../promises/index.ts'
import type { Check, ServiceProfile } from '../../records/index.ts'
import { runCheck } from '../run-check.ts'
import { Session } from '../session.ts'
import { DECLARED } from './judge-all.ts'

/** What the chosen checks say of a service that already runs, by id, and what it was found to be. */
export async function judgeService(
  baseUrl: string,
  chosen: (promise: DeclaredPromise) => boolean,
  named: { readonly model?: string } = {},
): Promise<{ readonly profile: ServiceProfile; readonly checks: ReadonlyMap<string, Check> }> {
  const address = { dialect: 'openai', baseUrl, ...named }
  await using client = await createClient(address)
  const profile = await profileService(client)
  await using session = await Session.open({
    ...{ address, profile, seed: 1, checkDeadlineMs: 30_000, clock: systemClock },
    boots: [{ index: 0, origin: 'found', outcome: 'generating', attempts: [] }],
  })
  const checks = new Map<string, Check>()
  for (const promise of DECLARED.filter(chosen))
    checks.set(promise.entry.id, await runCheck(promise, session))
  return { profile, checks }
}

/** The checks that are neither passed nor not applicable, each with its reason. */
export const broken = (checks: ReadonlyMap<string, Check>): readonly string[] =>
  [...checks.values()]
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'inconclusive')
    .map(({ id, reason }) => `${id}: ${reason}`)
