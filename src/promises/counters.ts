import type { Clock } from '../clock.ts'
import { type MetricSample, metricSum } from '../judges/index.ts'
import type { Service } from './service.ts'

/** How often the counters are read while they are waited for: vLLM refreshes them once a step. */
const POLL_MS = 20

/** Reads the counters until `holds`; the last reading, and whether it held within the time. */
export async function metricsUntil(
  service: Service,
  clock: Clock,
  withinMs: number,
  holds: (samples: readonly MetricSample[]) => boolean,
): Promise<{ readonly held: boolean; readonly samples: readonly MetricSample[]; readonly afterMs: number }> {
  const startedMs = clock.monotonicMs()
  for (;;) {
    const samples = await service.metrics()
    const afterMs = clock.monotonicMs() - startedMs
    if (holds(samples)) return { held: true, samples, afterMs }
    if (afterMs >= withinMs) return { held: false, samples, afterMs }
    await clock.sleep(POLL_MS)
  }
}

/** How much each counter grew; absent where either reading lacks it. */
export function growth(
  before: readonly MetricSample[],
  after: readonly MetricSample[],
  name: string,
): number | undefined {
  const [from, to] = [metricSum(before, name), metricSum(after, name)]
  return from === undefined || to === undefined ? undefined : to - from
}
