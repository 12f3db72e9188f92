import { virtualClock } from '../../benchmark/testing/virtual-clock.ts'
import type { Clock } from '../../clock.ts'
import { createRandom, normal } from '../../random.ts'
import type { Completed, Failed, Generation, Sample } from '../../records/index.ts'
import { beginWatch, type Terms, type WatchState } from '../state.ts'
import { Watch, type WatchEnd } from '../watch.ts'
import type { Counters, WatchedService } from '../watched-service.ts'

const EXCHANGE = {
  sent: { method: 'POST', url: 'http://127.0.0.1/v1/completions', headers: {} },
} as const
const AT = { chunkAtMs: [], reads: 1 } as const

export const good = (e2eMs: number): Completed => ({
  ...EXCHANGE,
  outcome: 'completed',
  text: '{"answer": true}',
  finishReason: 'stop',
  usage: { promptTokens: 12, completionTokens: 16 },
  timing: { ...AT, sentAtMs: 0, e2eMs },
  reported: {},
})

export const failing = (change: Partial<Failed> = {}): Failed => ({
  ...EXCHANGE,
  outcome: 'failed',
  failure: 'connect',
  message: 'connection refused',
  timing: { ...AT, sentAtMs: 0, e2eMs: 1 },
  ...change,
})

/** What a service of a test does with its request of this number, at this moment. */
export type Behaviour = (index: number, atMs: number) => Generation | 'nothing'

export type VirtualWatch = {
  readonly behaves: Behaviour
  readonly everyMs?: number
  readonly forMs?: number
  readonly state?: WatchState
  readonly health?: (atMs: number) => boolean
  readonly healthMs?: number
  readonly lateMs?: (fromMs: number, toMs: number) => number
  readonly counters?: (atMs: number) => Counters
  readonly terms?: Partial<Terms>
  readonly signal?: AbortSignal
  readonly clock?: Clock
  readonly prepare?: (watch: Watch, clock: Clock) => void
}

export type VirtualEnd = WatchEnd & {
  readonly samples: readonly Sample[]
  readonly keeps: readonly WatchState[]
}

export const HOUR_MS = 3_600_000

/** A whole watch in virtual time. */
export async function watchVirtually({
  behaves,
  everyMs = 5_000,
  forMs = HOUR_MS,
  state,
  health = () => true,
  healthMs = 0,
  lateMs,
  counters,
  terms,
  signal = new AbortController().signal,
  clock = virtualClock(),
  prepare,
}: VirtualWatch): Promise<VirtualEnd> {
  const samples: Sample[] = []
  const keeps: WatchState[] = []
  let index = 0
  const service: WatchedService = {
    async generate(_request, stop) {
      const does = behaves(index++, clock.monotonicMs())
      const ms = does === 'nothing' ? 30_000 : does.timing.e2eMs
      await clock.sleep(ms, stop).catch(() => {})
      const sentAtMs = clock.monotonicMs() - ms
      return does === 'nothing'
        ? failing({ failure: 'timeout', message: 'no answer', timing: { ...AT, sentAtMs, e2eMs: ms } })
        : { ...does, timing: { ...does.timing, sentAtMs } }
    },
    async health(stop) {
      if (healthMs > 0) await clock.sleep(healthMs, stop).catch(() => {})
      return { isGreen: health(clock.monotonicMs()) }
    },
    counters: async () => counters?.(clock.monotonicMs()),
    look: async () => ({ engine: 'vllm', capabilities: ['chat', 'stream', 'json-schema'], missing: {} }),
  }
  const watch = new Watch({
    ...{ service, seed: 1, clock, signal, pace: () => ({ everyMs, forMs }) },
    state: state ?? beginWatch({ ...TERMS, ...terms }, '2026-01-01T00:00:00.000Z'),
    keep: (one) => void keeps.push(one),
    sampled: (one) => void samples.push(one),
    profiled: () => {},
    ...(lateMs && { lateMs }),
  })
  prepare?.(watch, clock)
  return { ...(await watch.run()), samples, keeps }
}

export const TERMS: Terms = { targetName: 'staging', alpha: 0.001, looks: 730, first: 10 }

/** Of about 300 ms, one much like another. */
export function usual(seed: string): () => number {
  const random = createRandom(seed)
  return () => 300 * Math.exp(0.2 * normal(random))
}
