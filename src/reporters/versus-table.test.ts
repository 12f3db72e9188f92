import { expect, test } from 'vitest'
import type { Verdict, Versus } from '../records/index.ts'
import { renderVersus } from './markdown.ts'
import { verdictLine } from './verdict-line.ts'
import { describeVersus, versusRemarks, versusTable } from './versus-table.ts'

const stored: Versus = {
  ...{ mode: 'stored', baseline: 'RUN-A', candidate: 'RUN-B', differences: ['image: a → b', 'model: x → y'] },
  allowed: ['model: x → y'],
  remarks: ['The baseline is stored.'],
  errors: { baseline: [0, 60], candidate: [3, 60], p: 0.12, outcome: 'open' },
  changes: [
    {
      ...{ metric: 'ttftMsP50', baseline: 100, candidate: 112, change: 0.12, low: 0.1, high: 0.14 },
      ...{ n: 5, margin: 0.05, p: 0.001, outcome: 'worse' },
    },
    {
      ...{ metric: 'outputTokensPerSecond', baseline: 64, candidate: 65, change: -0.0156, n: 5 },
      ...{ margin: 0.05, outcome: 'kept' },
    },
    { metric: 'ttftMsP90', baseline: 130, candidate: 131, change: 0.0077, n: 1, outcome: 'reported' },
  ],
}
const paired: Versus = {
  ...{
    mode: 'paired',
    baseline: 'production',
    candidate: 'staging',
    differences: [],
    changes: stored.changes,
  },
  pairs: { used: 10, voids: ['the client was late'] },
}

test('failed requests stand first, then each metric with its interval, margin and word', () => {
  expect(versusTable({ versus: stored })?.rows).toEqual([
    ['failed requests', '0 of 60', '3 of 60', '+5 %', '–', '–', 'open'],
    ['ttftMsP50', '100 ms', '112 ms', '+12 %', '+10 % to +14 %', '+5 %', 'worse'],
    [
      'outputTokensPerSecond',
      ...['64 tokens/s', '65 tokens/s', '-1.56 %', '–', '+5 %', 'kept within the margin'],
    ],
    ['ttftMsP90', '130 ms', '131 ms', '+0.77 %', '–', '–', 'reported, not gated'],
  ])
  expect(versusTable({})).toBeUndefined()
})

test('a stored run and a target beside it are each said as what they are', () => {
  expect(describeVersus(stored)).toBe('RUN-B against the stored run RUN-A')
  expect(describeVersus(paired)).toBe(
    'staging against production, side by side: 10 pairs of starts, 1 more tell nothing',
  )
})

test('what was allowed stands before what is only named, and limits come last', () => {
  expect(versusRemarks(stored)).toEqual([
    'The two are unlike, which was allowed (--allow-difference): model: x → y.',
    'They differ beside their speed: image: a → b.',
    'The baseline is stored.',
  ])
})

test('the report has a section of it, and none where there is no baseline', () => {
  expect(renderVersus({ versus: stored }).join('\n')).toMatch(
    /^## Against the baseline[\s\S]*\| ttftMsP50 \| 100 ms \| 112 ms \| .*\| worse \|/,
  )
  expect(renderVersus({})).toEqual([])
})

test('the last line names the baseline, and of a PASS the metric closest to its margin', () => {
  const [, kept] = stored.changes
  const verdict = {
    ...{ verdict: 'PASS', exitCode: 0, state: 'complete', reasons: ['x'], checks: [], comparisons: [] },
    ...{ findings: [], measurements: [], unmeasured: [], target: { kind: 'url', dialect: 'openai' } },
    versus: { ...stored, changes: kept ? [kept] : [] },
  } as unknown as Verdict
  expect(verdictLine(verdict)).toContain(
    'Held against the stored run RUN-A, though unlike: model: x → y; closest to its margin: outputTokensPerSecond -1.56 % (at most +5 %).',
  )
  expect(verdictLine({ ...verdict, versus: paired })).toContain('Held against production, side by side')
})
