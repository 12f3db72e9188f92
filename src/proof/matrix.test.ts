import { expect, test } from 'vitest'
import { FAULTS } from '../simulator/index.ts'
import { matrixOf } from './matrix.ts'
import { judgeFault } from './outcome.ts'
import type { Proof } from './proof.ts'
import type { Word } from './subject.ts'

const FAULT = 'usage-zero'

/** A proof of one fault, of which the checks said these words. */
function proofOf(words: readonly Word[], exitCode: number, id = FAULT): Proof {
  const fault = FAULTS.find((one) => one.id === id)
  const judged = {
    subject: { dialect: 'openai' as const, seed: 1, fault: id },
    ...{
      verdict: exitCode === 10 ? ('FAIL' as const) : ('PASS' as const),
      exitCode,
      words,
      reasons: [],
      durationMs: 1,
    },
  }
  return {
    ...{ toolVersion: '0.1.0', startedAt: '2026-01-01T00:00:00.000Z', durationMs: 1, jobs: 1, cores: 1 },
    ...{ faults: fault ? [judgeFault(judged, fault)] : [], clean: [], notJudged: [] },
  }
}

const [about = ''] = Object.keys(FAULTS.find(({ id }) => id === FAULT)?.caughtBy ?? {})

test('a check that is about a fault and passes is missed where nothing else proves the fault', () => {
  const [row] = matrixOf(proofOf([{ id: about, outcome: 'passed' }], 0)).faults
  expect(row).toMatchObject({
    fault: FAULT,
    outcome: 'missed',
    cells: 'M',
    why: expect.stringContaining('not caught'),
  })
})

test('each word has its sign, in the order of the checks', () => {
  const words: readonly Word[] = [
    { id: 'other.failed', outcome: 'failed', reason: 'something else' },
    { id: 'other.open', outcome: 'inconclusive', reason: 'too few' },
    { id: 'other.absent', outcome: 'not-applicable' },
    { id: 'other.passed', outcome: 'passed' },
  ]
  const { checks, faults } = matrixOf(proofOf(words, 10))
  expect(checks).toEqual(words.map(({ id }) => id))
  expect(faults[0]).toMatchObject({ cells: 'FINP', outcome: 'neighbour', by: 'other.failed', others: 0 })
})

test('a check that fails and states the cause of the fault is told from one that only fails', () => {
  const said = (reason: string): Word => ({ id: 'health.is-quick', outcome: 'failed', reason })
  const cellsOf = (reason: string) =>
    matrixOf(proofOf([said(reason)], 10, 'health-one-second-floor')).faults[0]?.cells
  expect(cellsOf('the median health answer took 1032 ms, more than 250')).toBe('C')
  expect(cellsOf('no answer')).toBe('F')
})
