import { readFileSync } from 'node:fs'
import type { Measurement, Run, StartFigures, Verdict } from '../../records/index.ts'
import { verdictOf } from '../../verdict/index.ts'
import type { History, RunFigures } from '../types.ts'

const passing = JSON.parse(
  readFileSync(new URL('../../../fixtures/verdict/passing.json', import.meta.url), 'utf8'),
)

/** A run that passed, and its verdict. */
export const run: Run = passing
export const verdict: Verdict = verdictOf(passing)

/** The passing run on another day, with one measurement of its own. */
export const on = (
  day: number,
  value: number,
  changes: Partial<Measurement> = {},
  target = verdict.target,
): Verdict => ({
  ...verdict,
  runId: `run-${day}`,
  startedAt: `2026-01-0${day}T00:00:00.000Z`,
  target,
  measurements: [{ name: 'e2eMsP50', warmth: 'warm', unit: 'ms', value, n: 30, ...changes }],
})

/** Nothing that a start measured. */
export const NO_STARTS: RunFigures = { starts: [] }

/** A start with this warm p50, and a cold start ten times as long. */
export const start = (boot: number, e2eMsP50: number): StartFigures => ({
  ...{ boot, values: { coldStartMs: 10 * e2eMsP50, e2eMsP50 }, requests: 30, failed: 0, outputTokens: 32 },
})

const FINGERPRINT = {
  ...{ targetHash: 'sha256:t', policyHash: 'sha256:p', promptSetHash: 'sha256:s' },
  ...{ host: 'host-a', kernel: '6.1', cpuModel: 'Processor', revision: 'r1' },
}

export type NightOf = {
  readonly target?: string
  readonly starts?: readonly StartFigures[]
  readonly reference?: readonly StartFigures[]
  readonly fingerprint?: Partial<Run['fingerprint'] & object>
  readonly changes?: Partial<Verdict>
  readonly command?: Run['command']
}

/** The passing run in another night, of a named target. */
export async function keepNight(history: History, night: number, how: NightOf = {}): Promise<string> {
  const { target = 'staging', starts = [90, 100, 130].map((ms, boot) => start(boot, ms)), reference } = how
  const runId = `night-${String(night).padStart(3, '0')}`
  const startedAt = new Date(Date.UTC(2026, 0, night, 3)).toISOString()
  await history.record(
    {
      ...run,
      night: {},
      ...(how.command && { command: how.command }),
      fingerprint: { ...FINGERPRINT, targetName: target, ...how.fingerprint },
    },
    { ...verdict, runId, startedAt, measurements: [], ...how.changes },
    { starts, ...(reference && { reference }) },
  )
  return runId
}
