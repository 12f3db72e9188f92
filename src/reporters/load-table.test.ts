import { expect, test } from 'vitest'
import type { Measurement } from '../records/index.ts'
import { measure } from '../verdict/index.ts'
import { LOAD, steadySamples } from '../verdict/testing/load-samples.ts'
import { alignTable, coldWarmTable, loadTable } from './load-table.ts'

const tableOf = (measurements: readonly Measurement[]) => loadTable({ measurements })?.rows ?? []
const cells = (rows: readonly (readonly string[])[], name: string) => rows.find(([first]) => first === name)

test('a measure of a load has one line: its quantiles, n, intervals and the error of the client', () => {
  const of = (value: number) => ({ p50: value, p99: 2 * value, max: 3 * value })
  const found = { load: '20/s', stubLateMs: of(0.01), stubCore: { pinnedTo: 1 } } as const
  const error = { answers: 9, events: 90, receiptMs: of(0.1), ttftMs: of(0.2), gapMs: of(0.3) }
  const { measurements } = measure(
    steadySamples(400, (i) => ({
      ttftMs: 20 + ((i * 151) % 400) / 10,
      ...(i === 9 && { spoiledBy: ['paused'] }),
    })),
    { loads: [{ ...LOAD, calibration: { ...found, state: 'valid', error } }] },
  )
  const rows = tableOf(measurements)
  expect(cells(rows, 'ttftMs')).toEqual([
    ...['ttftMs', '40 ms', '55.9 ms', '59.5 ms', '400 (1 spoiled)'],
    ...['p50 37.9 to 41.9 ms, p99 59.1 to 59.9 ms', '0.2 ms, –, 0.4 ms'],
  ])
  expect(cells(rows, 'requestsPerSecond')).toEqual([
    ...['requestsPerSecond', '19.6 requests/s', '–', '–', '393', '18.9 to 20.4 requests/s', '–'],
  ])
  expect(rows.map(([name]) => name)).toContain('interChunkMs (= ITL)')
})

test('what is not estimable is a dash, and a run without a load has no table', () => {
  const { measurements } = measure(steadySamples(20), { loads: [LOAD] })
  expect(cells(tableOf(measurements), 'e2eMs')).toEqual(
    expect.arrayContaining(['e2eMs', '362 ms', '–', '20']),
  )
  expect(
    loadTable({ measurements: measurements.filter(({ warmth }) => warmth !== 'steady') }),
  ).toBeUndefined()
})

test('the start, the warm answer and their ratio stand side by side where a start was timed', () => {
  const one = (name: string, warmth: 'cold' | 'warm', value: number, n: number): Measurement => ({
    ...{ name, warmth, unit: name === 'warmToCold' ? 'ratio' : 'ms', value, n },
  })
  const measurements = [
    one('coldStartMs', 'cold', 4_000, 3),
    one('e2eMsP50', 'warm', 200, 30),
    one('warmToCold', 'warm', 0.05, 30),
  ]
  const table = coldWarmTable({ measurements }) ?? expect.fail('no table')
  expect(alignTable(table)).toEqual([
    'cold start  warm p50  warm / cold  starts  warm answers',
    '4.0 s       200 ms    5 %          3       30',
  ])
  expect(coldWarmTable({ measurements: measurements.slice(1) })).toBeUndefined()
})
