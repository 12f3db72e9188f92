import { readFileSync } from 'node:fs'
import hdr from 'hdr-histogram-js'
import { expect, test } from 'vitest'
import type { Sample } from '../records/index.ts'
import { quantile } from '../statistics/index.ts'
import { steadySamples } from '../verdict/testing/load-samples.ts'
import { csvReporter } from './csv.ts'
import { hdrReporter } from './hdr.ts'
import type { Report } from './reporter.ts'

const passing: Report = JSON.parse(
  readFileSync(new URL('../../fixtures/reports/pass.json', import.meta.url), 'utf8'),
)
const withSamples = (samples: readonly Sample[]): Report => ({
  ...passing,
  run: { ...passing.run, samples },
})

test('a table of samples has a line a sample, and nothing where a sample has nothing', () => {
  const [first] = steadySamples(1)
  const failed: Sample = {
    ...{ scenario: 'load', warmth: 'steady', boot: 0, index: 1, outcome: 'http-status' },
    ...{ sentAtMs: 5, e2eMs: 2, turnedAway: {}, message: '=cmd("x"), "full"' },
  }
  const [head, one, two, end] = csvReporter.render(withSamples(first ? [first, failed] : [])).split('\r\n')
  const cells = (line = '') => line.split(',')
  const at = (name: string) => cells(head).indexOf(name)
  expect(cells(one)[at('ttftMs')]).toBe('50')
  expect(cells(one)[at('chunks')]).toBe('32')
  expect(cells(two)[at('ttftMs')]).toBe('')
  expect(cells(two)[at('turnedAway')]).toBe('true')
  expect(two).toMatch(/,"'=cmd\(""x""\), ""full"""$/)
  expect(end).toBe('')
})

test('histograms of a load are read back by the library of their format, with its times to three digits', () => {
  const samples = steadySamples(400, (i) => ({ ttftMs: 20 + ((i * 151) % 400) / 7 }))
  const report = withSamples(samples)
  const text = hdrReporter.render(report)
  const read = (tag: string) => {
    const reader = new hdr.HistogramLogReader(text)
    for (let one = reader.nextIntervalHistogram(); one; one = reader.nextIntervalHistogram())
      if (one.tag === tag) return one
    return expect.fail(`no histogram of ${tag}`)
  }
  expect(read('interChunk').totalCount).toBe(400 * 31)
  expect(read('interChunk').getValueAtPercentile(50) / 10_000).toBeCloseTo(1, 2)
  const p99 = quantile(
    samples.flatMap(({ ttftMs }) => ttftMs ?? []),
    0.99,
  )
  expect(read('ttft').getValueAtPercentile(99) / 1_000 / p99).toBeCloseTo(1, 2)
})

test('a run without a load has no histograms', () => {
  expect(hdrReporter.isAbout?.(withSamples([]))).toBe(false)
  expect(hdrReporter.isAbout?.(withSamples(steadySamples(1)))).toBe(true)
})
