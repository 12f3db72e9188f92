import { Session } from '../checks/index.ts'
import { createClient, createProbe, Traffic } from '../client/index.ts'
import { checkBudgets, lookAt, type Plan } from '../run/index.ts'
import { startTarget } from '../targets/index.ts'

/** A service that runs and was asked what it is. Disposing stops what was started. */
export type OpenService = AsyncDisposable & { readonly session: Session }

/** Starts or finds the service of a plan, once. Throws a `HarnessError` where that cannot be done; then nothing is left running. */
export async function openService({ spec, clock, start, checkSeconds }: Plan): Promise<OpenService> {
  const probe = createProbe({ timeoutMs: spec.readyTimeoutMs, clock })
  const target = await startTarget(spec, { index: 0, probe, clock, runId: start.runId })
  try {
    const traffic = new Traffic(clock, spec)
    await using client = await createClient(target.address, { traffic })
    const profile = await lookAt(client, { spec, clock, boot: target.boot })
    const session = await Session.open({
      ...{ address: target.address, traffic, profile, boots: [target.boot] },
      ...(profile.pace && { expectedMs: checkBudgets(profile.pace) }),
      seed: start.seed,
      checkDeadlineMs: checkSeconds * 1_000,
      clock,
    })
    return {
      session,
      async [Symbol.asyncDispose]() {
        try {
          await session[Symbol.asyncDispose]()
        } finally {
          await target.stop()
        }
      },
    }
  } catch (error) {
    await target.stop()
    throw error
  }
}
