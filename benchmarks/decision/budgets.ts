import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { openHistory } from '../../src/history/index.ts'
import { createRandom, normal } from '../../src/random.ts'
import type { ComparedMetric, Pair, Run, StartFigures, Verdict } from '../../src/records/index.ts'
import { median } from '../../src/statistics/index.ts'
import { DEFAULT_RULE, decidePairs } from '../../src/verdict/index.ts'
import { keepResult, type Provenance, provenanceOf } from './results.ts'
import { infergateNightly } from './trend-alarms.ts'
import { FAMILIES, type Family, nightsOf } from './trend-families.ts'

/** Processor time of what people wait for, in milliseconds, but for the disk's part of what is appended. */
export type BudgetResults = Provenance & {
  readonly processor: string
  /** All series of a year, from nights in memory to sentences. */
  readonly allSeriesMs: number
  /** One night more in a history that has a year, by series: the median of so many nights; it waits for the disk. */
  readonly appendMs: number
  readonly appended: number
  /** 20 pairs of 40 metrics: the slowest of so many. */
  readonly verdictMs: number
}

export const [SERIES, NIGHTS, PAIRS, METRICS] = [10_000, 365, 20, 40]
const [ROUNDS, APPENDED] = [7, 40]

export type BudgetWork = { readonly seed: number; readonly today: Date; readonly say: (line: string) => void }

export async function runBudgets({ seed, today, say }: BudgetWork): Promise<void> {
  const sources = ['src/{trend,statistics,history,verdict}/**/*.ts', 'benchmarks/decision/budgets.ts']
  const results: BudgetResults = {
    ...provenanceOf(seed, sources, today),
    processor: cpus()[0]?.model ?? 'unknown',
    allSeriesMs: Math.round(allSeries(seed)),
    ...{ appendMs: await appendOne(seed), appended: APPENDED },
    verdictMs: Math.max(...Array.from({ length: ROUNDS }, (_, i) => oneVerdict(seed + i))),
  }
  keepResult('budgets', results)
  const { allSeriesMs, appendMs, verdictMs } = results
  say(
    `all series ${allSeriesMs} ms, append ${appendMs.toFixed(2)} ms a series, verdict ${verdictMs.toFixed(0)} ms`,
  )
}

function processorMs(act: () => void): number {
  const before = process.cpuUsage()
  act()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

/** AR(1) 0.3; each year counts ten times, so that they fit into memory. */
function allSeries(seed: number): number {
  const family = FAMILIES.find(({ name }) => name === 'AR 0.3') as Family
  const years = Array.from({ length: SERIES / 10 }, (_, series) =>
    nightsOf(family, { seed, series, count: NIGHTS }),
  )
  return processorMs(() => {
    for (let round = 0; round < 10; round++) for (const nights of years) infergateNightly(nights, NIGHTS)
  })
}

/** A year of nights of one target, then some more, each timed: its metrics are the series. */
async function appendOne(seed: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'infergate-budgets-'))
  try {
    await using history = await openHistory(join(folder, 'history.sqlite'))
    const random = createRandom(`append ${seed}`)
    const times: number[] = []
    for (let night = 0; night < NIGHTS + APPENDED; night++) {
      const starts = Array.from({ length: 3 }, (_, boot) => figuresOf(boot, random, COMPARED))
      const [run, verdict] = nightly(night, seed)
      const startedMs = performance.now()
      await history.record(run, verdict, { starts })
      times.push((performance.now() - startedMs) / COMPARED.length)
    }
    return median(times.slice(NIGHTS))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const COMPARED: readonly ComparedMetric[] = [
  ...(['coldStartMs', 'outputTokensPerSecond'] as const),
  ...(['ttftMs', 'tpotMs', 'e2eMs'] as const).flatMap((time) =>
    (['P50', 'P90', 'P99'] as const).map((share) => `${time}${share}` as const),
  ),
]

function figuresOf(
  boot: number,
  random: ReturnType<typeof createRandom>,
  metrics: readonly ComparedMetric[],
): StartFigures {
  const values = Object.fromEntries(metrics.map((metric) => [metric, 100 * Math.exp(0.03 * normal(random))]))
  return { boot, values, requests: 30, failed: 0, outputTokens: 32 }
}

/** As little of a run as a history keeps of one. */
function nightly(night: number, seed: number): readonly [Run, Verdict] {
  const startedAt = new Date(Date.UTC(2025, 0, 1 + night, 3)).toISOString()
  const common = { runId: `night-${night}`, startedAt, seed, toolVersion: '0.1.0' }
  const target = { kind: 'url', dialect: 'openai', url: 'http://127.0.0.1:8000' }
  const run = { ...common, command: 'nightly', night: {}, checks: [], boots: [], samples: [], target }
  const verdict = {
    ...{
      ...common,
      schemaVersion: 2,
      verdict: 'PASS',
      exitCode: 0,
      state: 'complete',
      durationMs: 1,
      target,
    },
    ...{ reasons: [], comparisons: [], measurements: [], unmeasured: [], checks: [], findings: [] },
  }
  return [run as unknown as Run, verdict as unknown as Verdict]
}

/** All metrics are gated, which is more than a rule would. */
function oneVerdict(seed: number): number {
  const random = createRandom(`verdict ${seed}`)
  const metrics = Array.from({ length: METRICS }, (_, i) => `metric${i}Ms` as ComparedMetric)
  const margins = Object.fromEntries(metrics.map((metric) => [metric, 0.05]))
  const rule = { ...DEFAULT_RULE, margins, mostGated: METRICS }
  const pairs = Array.from(
    { length: PAIRS },
    (_, index): Pair => ({
      ...{ index, first: 'baseline', baseline: figuresOf(index, random, metrics) },
      candidate: figuresOf(index, random, metrics),
    }),
  )
  return processorMs(() => decidePairs(pairs, rule))
}
