import { readFileSync } from 'node:fs'
import type { Measurement, Run, Verdict } from '../../records/index.ts'
import { verdictOf } from '../../verdict/index.ts'

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
