import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { scoresOf, type TcpdResults } from './decision/tcpd.ts'
import { annotatedSeries } from './decision/tcpd-folder.ts'
import { tcpdPage } from './decision/tcpd-page.ts'
import { scoreOf } from './decision/tcpd-score.ts'

test('what an annotator marked scores 1, nothing where there is nothing as well', () => {
  expect(scoreOf({ a: [40], b: [40] }, [40], 100)).toEqual({ f1: 1, cover: 1 })
  expect(scoreOf({ a: [], b: [] }, [], 100)).toEqual({ f1: 1, cover: 1 })
})

test('precision counts what anybody marked, recall is the mean over annotators: by hand', () => {
  // 0 and 44 are met, 80 is not: 2 / 3. Of a: 0 and 40, 2 / 2; of b: 0 alone, 1 / 1; of c: 0 and 44 but not 60, 2 / 3.
  const { f1 } = scoreOf({ a: [40], b: [], c: [44, 60] }, [44, 80], 100)
  const recall = (1 + 1 + 2 / 3) / 3
  expect(f1).toBeCloseTo((2 * (2 / 3) * recall) / (2 / 3 + recall), 12)
})

test('a change six values away is missed, one five away is met', () => {
  expect(scoreOf({ a: [40] }, [45], 100).f1).toBe(1)
  expect(scoreOf({ a: [40] }, [46], 100).f1).toBe(0.5)
})

test('one prediction meets one mark', () => {
  // Marks 0, 40, 44; predicted 0, 42.
  expect(scoreOf({ a: [40, 44] }, [42], 100).f1).toBeCloseTo((2 * 1 * (2 / 3)) / (1 + 2 / 3), 12)
})

test('cover weighs the best Jaccard index of each marked segment by its length: by hand', () => {
  // Marked 0–40–100, found 0–50–100: 0.4 · 40/50 + 0.6 · 50/60.
  expect(scoreOf({ a: [40] }, [50], 100).cover).toBeCloseTo(0.4 * 0.8 + (0.6 * 50) / 60, 12)
  // Nothing found: 0.4² + 0.6².
  expect(scoreOf({ a: [40] }, [], 100).cover).toBeCloseTo(0.52, 12)
})

test('a folder is read, gaps are left out, and dimensions that change together change once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'infergate-tcpd-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'datasets', 'two'), { recursive: true })
  const raw = [1, null, 2, 3, 4]
  writeFileSync(join(folder, 'annotations.json'), JSON.stringify({ one: { 6: [3] }, two: { 6: [] } }))
  writeFileSync(join(folder, 'datasets', 'one.json'), JSON.stringify({ series: [{ raw }] }))
  writeFileSync(join(folder, 'datasets', 'two', 'two.json'), JSON.stringify({ series: [{ raw }, { raw }] }))
  const series = annotatedSeries(folder)
  const seen: number[][] = []
  const scores = scoresOf(series, (many) => {
    seen.push(...many.map((values) => [...values]))
    return many.map(() => [2])
  })
  expect(seen).toEqual(Array(3).fill([1, 2, 3, 4]))
  // Place 2 of the values is place 3 of the series.
  expect(scores).toMatchObject([
    { name: 'one', values: 5, found: 1, f1: 1, cover: 1 },
    { name: 'two', values: 5, found: 1 },
  ])
  expect(() => annotatedSeries(join(folder, 'datasets'))).toThrow(/No annotations.json/)
  const results: TcpdResults = {
    ...{ seed: 0, date: '2026-01-01', commit: 'abc', sources: '' },
    procedures: [{ name: 'infergate', series: scores }],
  }
  expect(tcpdPage(results)).toContain('| one | 5 | 1 | 1.000 | 1.000 | yes |')
})
