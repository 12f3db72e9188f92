import { type Client, countersOf, measurePace, profileService } from '../client/index.ts'
import { deadline } from '../clock.ts'
import type { Boot, ServiceProfile } from '../records/index.ts'
import type { Plan } from './plan.ts'

type Look = Pick<Plan, 'spec' | 'clock'> & { readonly boot: Boot; readonly signal?: AbortSignal }

/**
 * A service that does not generate is looked at for so long. Its verdict is known, and each request that it turns away would be
 * sent again for minutes.
 */
const NOT_GENERATING_MS = 15_000

/** What a running service is and how quick it is; the client speaks to it accordingly from then on. */
export async function lookAt(client: Client, { spec, clock, boot, signal }: Look): Promise<ServiceProfile> {
  const isGenerating = boot.outcome === 'generating'
  using time = isGenerating ? undefined : deadline(clock, NOT_GENERATING_MS)
  const signals = [signal, time?.signal].filter((one) => one !== undefined)
  const found = await profileService(client, {
    ...{ clock, counters: countersOf(spec) },
    ...(signals.length > 0 && { signal: AbortSignal.any(signals) }),
  })
  client.configure(found)
  const pace = isGenerating ? await measurePace(client, signal) : undefined
  const profile = { ...found, ...(pace && { pace }) }
  client.configure(profile)
  return profile
}
