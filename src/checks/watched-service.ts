import type { CallOptions, Client } from '../client/index.ts'
import { parseMetrics, saysHealthy } from '../judges/index.ts'
import { completed, type Service } from '../promises/index.ts'
import { CheckEnded } from '../promises/outcome.ts'
import type { Boot, Generation, Operation, Reply, ServiceProfile } from '../records/index.ts'
import { describeOutcome, type Recorded } from './evidence.ts'

export type ServiceOptions = {
  readonly client: Client
  readonly profile: ServiceProfile
  readonly boots: readonly Boot[]
  /** Aborts when the check is over or its time is. */
  readonly signal: AbortSignal
  /** How long one call may take unless it says otherwise. */
  readonly callTimeoutMs: number
  record(recorded: Recorded): void
}

/** Where the calls of a check that is over wait: they neither answer nor fail, so nothing that was left running can. */
const parked = new Promise<never>(() => {})

export function createService(options: ServiceOptions): Service {
  const { client, profile, boots, signal, callTimeoutMs, record } = options

  async function watched<T extends Generation | Reply>(
    call: (own: CallOptions) => Promise<T>,
    own: CallOptions = {},
    generates = false,
  ) {
    if (signal.aborted) return parked
    const both = own.signal ? AbortSignal.any([signal, own.signal]) : signal
    const answer = await call({ timeoutMs: callTimeoutMs, ...own, signal: both })
    record({
      exchange: answer,
      outcome: client.redact(describeOutcome(answer)),
      generates,
      ...(answer.outcome === 'failed' && { failure: answer.failure }),
    })
    // What the end of the check cut short says nothing about the service.
    return signal.aborted && answer.outcome === 'failed' ? parked : answer
  }
  const call = (operation: Operation) => watched((own) => client.call(operation, own))
  const generate: Service['generate'] = (request, own) =>
    watched((merged) => client.generate(request, merged), own, true)

  return {
    profile,
    boots,
    generate,
    stream: (request, own) => generate({ includeUsage: true, ...request, stream: true }, own),
    answer: async (request, own) => completed(await generate(request, own)),
    async health() {
      const reply = await call('health')
      return { ok: saysHealthy(reply), tookMs: reply.timing.e2eMs, reply }
    },
    models: () => call('models'),
    async metrics() {
      const reply = await call('metrics')
      if (reply.outcome === 'failed')
        throw new CheckEnded('inconclusive', `/metrics: ${reply.message}`, [reply])
      return parseMetrics(reply.text)
    },
    send: (raw, own) => watched((merged) => client.send(raw, merged), own),
  }
}
