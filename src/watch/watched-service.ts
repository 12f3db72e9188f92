import type { Client } from '../client/index.ts'
import type { Clock } from '../clock.ts'
import { metricSum, parseMetrics, saysHealthy } from '../judges/index.ts'
import type { Boot, Generation, GenerationRequest, ServiceProfile, TargetSpec } from '../records/index.ts'
import { lookAt } from '../run/index.ts'

/** What a watch asks of a service. */
export type WatchedService = {
  generate(request: GenerationRequest, signal: AbortSignal): Promise<Generation>
  /** Undefined where the service has no health route. */
  health(signal: AbortSignal): Promise<Health | undefined>
  /** Undefined where it has none that are its own. */
  counters(signal: AbortSignal): Promise<Counters | undefined>
  /** What it is; asked once it has answered. */
  look(signal: AbortSignal): Promise<ServiceProfile>
}

export type Health = { readonly isGreen: boolean; readonly reason?: string }

/** Since the start of the server's process. */
export type Counters = {
  readonly startedSeconds?: number
  readonly generated?: number
  readonly errors?: number
  readonly preemptions?: number
}

const [HEALTH_MS, METRICS_MS] = [5_000, 2_000]
/** Slower than this is no answer. */
export const ANSWER_MS = 30_000

type Of = { readonly spec: TargetSpec; readonly clock: Clock; readonly profile?: ServiceProfile }

/** The service behind a client. */
export function watchedService(client: Client, { spec, clock, profile: known }: Of): WatchedService {
  let profile = known
  if (profile) client.configure(profile)
  const found: Boot = { index: 0, origin: 'found', outcome: 'generating', attempts: [] }
  return {
    generate: (request, signal) => client.generate(request, { signal, timeoutMs: ANSWER_MS, once: true }),
    async health(signal) {
      if (!client.has('health') || profile?.missing.health !== undefined) return undefined
      const reply = await client.call('health', { signal, timeoutMs: HEALTH_MS, once: true })
      if (saysHealthy(reply)) return { isGreen: true }
      const reason = reply.outcome === 'failed' ? reply.message : `it says ${reply.text.slice(0, 200)}`
      return { isGreen: false, reason: client.redact(reason) }
    },
    async counters(signal) {
      if (!client.has('metrics') || !profile?.capabilities.includes('metrics')) return undefined
      if (profile.shared !== undefined && /replica/i.test(profile.shared)) return undefined
      const reply = await client.call('metrics', { signal, timeoutMs: METRICS_MS, once: true })
      return reply.outcome === 'completed' ? countersIn(reply.text) : undefined
    },
    async look(signal) {
      profile = await lookAt(client, { spec, clock, boot: found, signal })
      return profile
    },
  }
}

/** The families of vLLM that tell of requests that went wrong, and when the process began. */
export function countersIn(text: string): Counters {
  const samples = parseMetrics(text)
  const ended = samples.filter(
    ({ name, labels }) =>
      name === 'vllm:request_success_total' && ['abort', 'error'].includes(labels['finished_reason'] ?? ''),
  )
  const [startedSeconds, generated, preemptions] = [
    metricSum(samples, 'process_start_time_seconds'),
    metricSum(samples, 'vllm:generation_tokens_total'),
    metricSum(samples, 'vllm:num_preemptions_total'),
  ]
  return {
    ...(startedSeconds !== undefined && { startedSeconds }),
    ...(generated !== undefined && { generated }),
    ...(preemptions !== undefined && { preemptions }),
    ...(ended.length > 0 && { errors: ended.reduce((sum, { value }) => sum + value, 0) }),
  }
}
