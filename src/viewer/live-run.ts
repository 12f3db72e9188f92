import type { Boot, Check, Live, Policy, RunEvent, Sample } from '../records/index.ts'
import { JOURNAL_FILE, SAMPLES_FILE } from '../run/index.ts'
import { readLive } from './read-head.ts'
import { Tail } from './tail.ts'

/** Of so many answers the quantiles so far are, the newest ones: of more than that each look would take its time. */
export const NEWEST = 5_000
/** So many reasons are shown; all are counted. */
const SHOWN_FAILURES = 50

export type Latency = {
  readonly label: string
  readonly e2eMs: number[]
  readonly ttftMs: number[]
  answered: number
  failed: number
  readonly failures: Map<string, number>
}

/** What is known of a run that goes on: all of it is counted as its files grow, and no file is kept. */
export class LiveRun {
  readonly folder: string
  readonly #journal: Tail
  readonly #samples: Tail
  policy: Policy | undefined
  asked = 0
  readonly boots: Boot[] = []
  readonly outcomes = new Map<Check['outcome'], number>()
  /** The first checks that failed, each cause once. */
  readonly failed: { readonly id: string; readonly reason: string }[] = []
  readonly #causes = new Set<string>()
  causes = 0
  readonly latencies = new Map<string, Latency>()
  readonly ends: string[] = []
  unreadable = 0
  hasEnded = false
  live: Live | undefined

  constructor(folder: string) {
    this.folder = folder
    this.#journal = new Tail(folder, JOURNAL_FILE)
    this.#samples = new Tail(folder, SAMPLES_FILE)
  }

  /** Reads what has been written since. */
  async read(): Promise<void> {
    for await (const line of this.#samples.lines())
      this.#take(line, (value) => this.#sampled(value as Sample))
    for await (const line of this.#journal.lines())
      this.#take(line, (value) => this.#event(value as RunEvent))
    this.live = await readLive(this.folder)
  }

  /** A line of another program, or of a later version, is counted and stops nothing. */
  #take(line: string, take: (value: object) => void): void {
    if (line === '') return
    try {
      const value: unknown = JSON.parse(line)
      if (typeof value !== 'object' || value === null) throw new TypeError('no object')
      take(value)
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error
      this.unreadable++
    }
  }

  #event(event: RunEvent): void {
    if (event.kind === 'started') {
      this.policy = event.policy
      this.asked = event.promises.length
    } else if (event.kind === 'observed' && event.arm === undefined) this.boots.push(event.boot)
    else if (event.kind === 'checked') this.#checked(event.check)
    else if (event.kind === 'cut') this.ends.push(event.cut?.reason ?? event.error?.message ?? 'it was cut')
    else if (event.kind === 'ended') this.hasEnded = true
  }

  #checked({ id, outcome, cause, reason = '' }: Check): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1)
    const key = cause ?? id
    if (outcome !== 'failed' || this.#causes.has(key)) return
    this.causes++
    if (this.failed.length >= SHOWN_FAILURES) return
    this.#causes.add(key)
    this.failed.push({ id, reason: String(reason) })
  }

  #sampled({ warmth, scenario, arm, warmUp, outcome, e2eMs, ttftMs }: Sample): void {
    const isNamed = scenario !== warmth && warmth === 'steady'
    const label = [warmth, ...(isNamed ? [scenario] : []), ...(arm ? [arm] : [])].join(', ')
    const fresh = { label, e2eMs: [], ttftMs: [], answered: 0, failed: 0, failures: new Map() }
    const latency: Latency = this.latencies.get(label) ?? fresh
    this.latencies.set(label, latency)
    if (outcome !== 'completed') {
      latency.failed++
      latency.failures.set(outcome, (latency.failures.get(outcome) ?? 0) + 1)
    } else if (!warmUp) {
      latency.answered++
      keepNewest(latency.e2eMs, e2eMs)
      keepNewest(latency.ttftMs, ttftMs)
    }
  }
}

function keepNewest(values: number[], value: number | undefined): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) return
  values.push(value)
  if (values.length >= 2 * NEWEST) values.splice(0, values.length - NEWEST)
}
