import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Run, Waiver } from '../records/index.ts'
import { countingComparisons, decide, isWaivable, startFigures, verdictOf } from './index.ts'

const passing: Run = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/verdict/passing.json'), 'utf8'),
)
const DAY = passing.startedAt.slice(0, 10)
const starts = startFigures(passing.samples, passing.boots)

/** The passing run beside a baseline that had its cold starts in half the time, each start of it three times. */
const heldRun = (waivers: readonly Partial<Waiver>[] = []): Run => ({
  ...passing,
  policy: {
    ...passing.policy,
    regression: { e2eMsP50: false, ttftMsP50: false, tpotMsP50: false, outputTokensPerSecond: false },
  },
  baseline: {
    ...{ runId: 'A', startedAt: passing.startedAt },
    starts: [...starts, ...starts].map((one, boot) => ({
      ...{ ...one, boot },
      values: { ...one.values, coldStartMs: (one.values.coldStartMs ?? 0) / 2 },
    })),
    drift: { coldStartMs: { sd: 0.001, runs: 9 } },
  },
  ...(waivers.length > 0 && {
    waivers: waivers.map((one) => ({ id: 'regression.coldStartMs', reason: 'known', until: DAY, ...one })),
  }),
})

test('a regression is FAIL; waived, it leaves a PASS that says so', () => {
  const bare = decide(heldRun())
  expect([bare.verdict, bare.exitCode], bare.reasons.join('\n')).toEqual(['FAIL', 10])
  expect(bare.reasons[0]).toMatch(/^regression\.coldStartMs failed: 100 % worse/)
  expect(countingComparisons(bare.comparisons)).toEqual([{ id: 'regression.coldStartMs' }])
  const waived = verdictOf(heldRun([{}]))
  expect([waived.verdict, waived.waivers?.[0]?.state]).toEqual(['PASS', 'used'])
  expect(waived.reasons[0]).toContain('1 failure is waived: regression.coldStartMs (known; until')
  expect(waived.findings).toMatchObject([{ required: false, checks: ['regression.coldStartMs'] }])
  expect(countingComparisons(waived.comparisons)).toEqual([])
})

test('a waiver of a regression ends on its day', () => {
  const before = new Date(Date.parse(DAY) - 86_400_000).toISOString().slice(0, 10)
  const { verdict, reasons } = decide(heldRun([{ until: before }]))
  expect([verdict, reasons[0]]).toEqual(['FAIL', expect.stringContaining(`its waiver ended on ${before}`)])
})

test('a limit that fails can be waived, and a waiver of one that holds is not needed', () => {
  const tight = { ...passing, policy: { ...passing.policy, limits: { 'warm.e2eMsP50': { max: 0.001 } } } }
  const waiver = { id: 'limits.warm.e2eMsP50', reason: 'known', until: DAY }
  expect(decide(tight).verdict).toBe('FAIL')
  expect(decide({ ...tight, waivers: [waiver] }).verdict).toBe('PASS')
  const held = decide({ ...passing, waivers: [{ ...waiver, id: 'warm-budget' }] })
  expect(held.waivers?.[0]?.state).toBe('unneeded')
})

test('what fails of requests, and what is no limit, cannot be waived', () => {
  for (const id of [
    'regression.errors',
    'limits.warm.errorRate',
    'warm-errors',
    'cold-starts',
    'load-errors',
  ])
    expect(isWaivable(id), id).toBe(false)
  for (const id of ['regression.ttftMsP50', 'limits.steady.ttftMsP99', 'warm-budget', 'warm-to-cold'])
    expect(isWaivable(id), id).toBe(true)
})
