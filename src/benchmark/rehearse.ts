import type { LoadClient } from '../client/index.ts'
import { systemClock } from '../clock.ts'
import type { ScheduledRequest, ServiceAddress } from '../records/index.ts'
import { serve } from '../stub/index.ts'
import { drive } from './drive.ts'
import { loadSampleOf } from './load-sample.ts'

/** Fewer requests leave code uncompiled that 300 streams use; each takes this thread, which serves it too, about 1 ms. */
const [REQUESTS, STREAMS, TOKENS] = [400, 20, 32]
/** No machine is so slow that a rehearsal should hold up its load for longer. */
const MOST_MS = 2_000

type OpenClient = (address: ServiceAddress) => Promise<LoadClient>

/** What is compiled stays so in a thread. */
let rehearsed: Promise<void> | undefined

/** Once in each thread, before its first load: `open` opens the client that the load will use. */
export const rehearsedOnce = (open: OpenClient): Promise<void> => (rehearsed ??= rehearse(open))

/**
 * Sends some hundred requests to a server in this thread, so that the code of a load is compiled before it begins. Without it
 * the first requests of a load are late by the client's own 10 to 100 ms: their code meets its first data with all streams at once
 * (docs/decisions/0024). A failure is of no matter here: what was not compiled is what it was.
 */
export async function rehearse(open: OpenClient): Promise<void> {
  await using server = await serve({ ttftMs: 0, gapMs: 0, remembers: 0 })
  await using client = await open({
    ...{ dialect: 'openai', baseUrl: `http://127.0.0.1:${server.port}`, model: 'stub' },
  })
  const driving = drive({
    ...{ client, clock: systemClock, requests: requests(), maxInFlight: STREAMS, durationMs: MOST_MS },
    ...{ timeoutMs: MOST_MS, signal: new AbortController().signal },
  })
  for await (const driven of driving) loadSampleOf(driven, { scenario: 'rehearsal', boot: 0, runStartMs: 0 })
}

/** Due one a millisecond: soon as many as may be are in flight. */
function* requests(): Generator<ScheduledRequest> {
  for (let index = 0; index < REQUESTS; index++)
    yield {
      ...{ index, dueMs: index },
      request: {
        ...{ prompt: 'Are you ready?', mode: 'chat', maxTokens: TOKENS },
        ...{ ignoreEos: true, stream: true, includeUsage: true },
      },
    }
}
