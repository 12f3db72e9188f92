import type { Clock } from '../clock.ts'
import { metricSum, parseMetrics } from '../judges/index.ts'
import type { CallOptions, Client } from './client.ts'

const NAME = 'process_start_time_seconds'

/** When the process started that answers `/metrics`, in its own seconds since 1970; or why that is not known. */
export type ProcessStart =
  | {
      readonly startedS: number
      /** The service's clock less ours, in milliseconds, to half a second: from the Date header. Absent without one. */
      readonly clockAheadMs?: number
    }
  | { readonly unknown: string }

/** What tells one process from another: of a service that slept, whether it did. */
export async function readProcessStart(
  client: Client,
  clock: Clock,
  call: CallOptions,
): Promise<ProcessStart> {
  if (!client.has('metrics')) return { unknown: 'the dialect has no route for metrics' }
  const reply = await client.call('metrics', { ...call, once: true })
  if (reply.outcome !== 'completed') return { unknown: `GET metrics failed: ${reply.message}` }
  const startedS = metricSum(parseMetrics(reply.text), NAME)
  if (startedS === undefined || !Number.isFinite(startedS)) return { unknown: `its metrics hold no ${NAME}` }
  const date = Date.parse(reply.received?.headers['date'] ?? '')
  return {
    startedS,
    // The header has whole seconds.
    ...(Number.isFinite(date) && { clockAheadMs: date + 500 - clock.now().getTime() }),
  }
}
