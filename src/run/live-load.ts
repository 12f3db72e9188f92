import type { LoadClient } from '../client/index.ts'
import { after, type Clock } from '../clock.ts'
import type { Sample, StatedLoad } from '../records/index.ts'
import { quantile } from '../statistics/index.ts'
import type { RunProgress } from './world.ts'

/** What is said speaks of this time. */
const LAST_MS = 5_000
const SAY_MS = 1_000

type Ended = {
  readonly atMs: number
  readonly isGood: boolean
  readonly ttftMs?: number | undefined
  readonly e2eMs: number
}

/** What people see of a load while it is sent: the last seconds in figures, once a second. */
export class LiveLoad {
  readonly #clock: Clock
  readonly #durationMs: number | undefined
  readonly #startMs: number
  #last: Ended[] = []
  /** Known where the run's own thread sends. */
  #inFlight: number | undefined
  #failed = 0

  constructor(clock: Clock, { durationMs }: Pick<StatedLoad, 'durationMs'>) {
    this.#clock = clock
    this.#durationMs = durationMs
    this.#startMs = clock.monotonicMs()
  }

  /** The client, with its requests in flight counted. */
  counting(client: LoadClient): LoadClient {
    const change = (by: number) => {
      this.#inFlight = (this.#inFlight ?? 0) + by
    }
    change(0)
    return {
      close: () => client.close(),
      [Symbol.asyncDispose]: () => client.close(),
      prepare: (request) => client.prepare(request),
      send: async (prepared, options) => {
        change(1)
        try {
          return await client.send(prepared, options)
        } finally {
          change(-1)
        }
      },
    }
  }

  add({ outcome, ttftMs, e2eMs }: Sample): void {
    const isGood = outcome === 'completed'
    if (!isGood) this.#failed++
    this.#last.push({ atMs: this.#clock.monotonicMs(), isGood, ttftMs, e2eMs })
  }

  /** `ttft p50 34 ms, p99 210 ms; 19.8 requests/s; 0 failed; 12 in flight; 12 s left`. */
  text(): string {
    const nowMs = this.#clock.monotonicMs()
    const spanMs = Math.max(1, Math.min(LAST_MS, nowMs - this.#startMs))
    this.#last = this.#last.filter(({ atMs }) => nowMs - atMs <= spanMs)
    const good = this.#last.filter(({ isGood }) => isGood)
    return [
      ...latency(good),
      `${((1_000 * good.length) / spanMs).toFixed(1)} requests/s`,
      `${this.#failed} failed`,
      ...(this.#inFlight === undefined ? [] : [`${this.#inFlight} in flight`]),
      ...(this.#durationMs === undefined ? [] : [timeLeft(this.#startMs + this.#durationMs - nowMs)]),
    ].join('; ')
  }

  /** Says it once a second until it is disposed. */
  saying(progress: Pick<RunProgress, 'status'>): Disposable {
    let next = after(this.#clock, SAY_MS, () => say())
    const say = () => {
      progress.status(this.text())
      next = after(this.#clock, SAY_MS, say)
    }
    return { [Symbol.dispose]: () => next[Symbol.dispose]() }
  }
}

const timeLeft = (ms: number): string =>
  ms > 0 ? `${Math.ceil(ms / 1_000)} s left` : 'the last answers are awaited'

function latency(good: readonly Ended[]): readonly string[] {
  if (good.length === 0) return []
  const first = good.flatMap(({ ttftMs }) => ttftMs ?? [])
  const [name, values] = first.length > 0 ? ['ttft', first] : ['e2e', good.map(({ e2eMs }) => e2eMs)]
  const shown = (p: number) => `${Math.round(quantile(values, p))} ms`
  return [`${name} p50 ${shown(0.5)}, p99 ${shown(0.99)}`]
}
