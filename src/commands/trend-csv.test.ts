import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRandom, normal } from '../random.ts'
import { csvFlagsOf } from './csv-flags.ts'
import { recordedIo } from './testing/recorded-io.ts'
import { type CsvFlags, runTrendCsv } from './trend-csv.ts'

/** 120 nights, 10 % slower from row 80 on. */
const random = createRandom('csv')
const NIGHTS = Array.from({ length: 120 }, (_, i) => (i < 80 ? 100 : 110) * Math.exp(0.03 * normal(random)))
const day = (i: number): string => new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10)

const near = (row: number) => row >= 78 && row <= 82

/** What the command says of a file. */
async function trendOf(text: string, flags: Partial<CsvFlags> = {}) {
  const io = recordedIo()
  writeFileSync(join(io.cwd, 'nights.csv'), text)
  const exit = await runTrendCsv({ csv: 'nights.csv', ...flags }, io)
  return { exit, out: io.out(), err: io.err(), file: () => readFileSync(join(io.cwd, 'nights.csv'), 'utf8') }
}
const jsonOf = async (text: string, flags: Partial<CsvFlags> = {}) =>
  JSON.parse((await trendOf(text, { ...flags, json: true })).out)

const lines = (...rows: readonly (string | number)[]): string => rows.join('\n')

test('a step in one column is told with the row of the first value at the new level, from 0', async () => {
  const { changePoints, ...rest } = await jsonOf(lines('ttftMs', ...NIGHTS))
  expect(rest).toEqual({ file: 'nights.csv', column: 'ttftMs', values: 120, leftOut: [], notes: [] })
  expect(changePoints).toHaveLength(1)
  expect(changePoints[0]).toMatchObject({ kind: 'step', effect: expect.closeTo(0.1, 1) })
  expect(near(changePoints[0].index)).toBe(true)
  expect(changePoints[0].interval).toHaveLength(2)
})

test('for people it is a table in words, and --fail-on-change exits 10', async () => {
  const { out, exit } = await trendOf(lines('ttftMs', ...NIGHTS), { failOnChange: true })
  expect(out).toMatch(/^ttftMs of nights.csv: 120 values, 1 change\n/)
  expect(out).toMatch(/step +\d+\S* +1\d\d\S* +\+\d+\.\d %/)
  expect(exit).toBe(10)
  const quiet = await trendOf(lines('ttftMs', ...NIGHTS.slice(0, 80)), { failOnChange: true })
  expect(quiet).toMatchObject({ exit: 0, out: 'ttftMs of nights.csv: 80 values, no change\n' })
})

test('rows without a value keep their number, are left out and listed', async () => {
  const cells = NIGHTS.map((value, i) => (i === 3 ? '' : i === 4 ? 'NaN' : i === 90 ? 'inf' : String(value)))
  for (const text of [lines('ttftMs', ...cells), lines('host,ttftMs', ...cells.map((cell) => `a,${cell}`))]) {
    const { leftOut, notes, values, changePoints } = await jsonOf(text, { column: 'ttftMs' })
    expect(leftOut).toEqual([
      { row: 3, reason: 'no value' },
      { row: 4, reason: 'no value: NaN' },
      { row: 90, reason: 'not finite: inf' },
    ])
    expect(values).toBe(117)
    expect(notes).toEqual(['3 rows left out: 3 (no value), 4 (no value: NaN), 90 (not finite: inf).'])
    expect(near(changePoints[0].index)).toBe(true)
  }
})

test('rows in any order are sorted by their time, which is said; the row is still that of the file', async () => {
  const rows = NIGHTS.map((value, i) => `${day(i)},${value}`).reverse()
  const { changePoints, notes } = await jsonOf(lines('day,ttftMs', ...rows), {
    column: 'ttftMs',
    time: 'day',
  })
  expect(notes).toEqual([
    'The rows are not in the order of day: they were sorted. Row numbers are those of the file.',
  ])
  expect(near(119 - changePoints[0].index)).toBe(true)
  expect(changePoints[0].time).toBe(day(119 - changePoints[0].index))
  expect(changePoints[0].effect).toBeGreaterThan(0)
})

test('gaps in time and rows at the same time are said, and a row without a time is left out', async () => {
  const times = NIGHTS.map((_, i) => (i === 5 ? '' : i === 21 ? day(20) : day(i < 50 ? i : i + 30)))
  const rows = NIGHTS.map((value, i) => `${times[i]},${value}`)
  const { leftOut, notes } = await jsonOf(lines('day,ttftMs', ...rows), { column: 'ttftMs', time: 'day' })
  expect(leftOut).toEqual([{ row: 5, reason: 'no time' }])
  expect(notes.slice(1)).toEqual([
    '1 gap in time, more than 3 times the usual distance: nothing was filled in.',
    '1 row at the same time as another: each counts, in the order of the file.',
  ])
})

test('quotes, a byte order mark, Windows line ends, semicolons and tabs are read', async () => {
  const quoted = lines('"name, long","ttft ""ms"""', ...NIGHTS.map((value) => `"a, b\nc","${value}"`))
  expect((await jsonOf(quoted, { column: 'ttft "ms"' })).values).toBe(120)
  const windows = `\uFEFFttftMs\r\n${NIGHTS.join('\r\n')}\r\n`
  expect((await jsonOf(windows, { column: 'ttftMs' })).values).toBe(120)
  for (const between of [';', '\t']) {
    const text = lines(['host', 'ttftMs'].join(between), ...NIGHTS.map((value) => `a${between}${value}`))
    expect((await jsonOf(text, { column: 'ttftMs' })).values).toBe(120)
  }
})

test.each<[string, string, Partial<CsvFlags>, RegExp]>([
  ['an empty file', '', {}, /nights\.csv is empty/],
  ['a header alone', 'ttftMs\n', {}, /a header and no row below it/],
  ['no header', '100\n101\n', {}, /has no header: its first row holds numbers alone \(100\)/],
  ['a misspelled column', 'a,ttftMs\n1,2\n', { column: 'tftMs' }, /did you mean "ttftMs"\?/],
  ['no column named', 'a,ttftMs\n1,2\n', {}, /2 columns: say which one with --column NAME. Known: a, ttftMs/],
  ['a missing time column', 'a,b\n1,2\n', { column: 'a', time: 'day' }, /no column "day"/],
  ['two columns of one name', 'a,a\n1,2\n', { column: 'a' }, /two columns "a"/],
  [
    'words for numbers',
    'a,b\n1,2\n3,12ms\n',
    { column: 'b' },
    /line 3 \(row 1\): "12ms" in column "b" is not a number/,
  ],
  [
    'a day that means two',
    'a,b\n1,01/02/26\n',
    { column: 'a', time: 'b' },
    /"01\/02\/26" in column "b" is not a time/,
  ],
  ['no value at all', 'a,b\n1,\n2,NaN\n', { column: 'b' }, /holds no value in 2 rows/],
  ['a row too long', 'a,b\n1,2,3\n', { column: 'b' }, /no CSV file that can be read: .*line 2/],
  [
    'a quote that does not end',
    'a,b\n1,"2\n',
    { column: 'b' },
    /no CSV file that can be read: Quote Not Closed/,
  ],
  ['another encoding', 'a\0,\0b\0\n\0', {}, /is not text in UTF-8/],
  ['too many values', lines('a', ...Array(50_001).fill(1)), {}, /50001 values, more than 50000/],
])('%s is wrong usage, with what to do', async (_, text, flags, message) => {
  await expect(trendOf(text, flags)).rejects.toThrow(message)
  await expect(trendOf(text, flags)).rejects.toMatchObject({ exitCode: 2 })
})

test('a file that is not there is wrong usage', async () => {
  await expect(runTrendCsv({ csv: 'none.csv' }, recordedIo())).rejects.toThrow(
    /none\.csv: there is no such file/,
  )
})

test('flags of the history and of a file do not mix', () => {
  expect(csvFlagsOf({}, 'e2eMsP50')).toBeUndefined()
  expect(csvFlagsOf({ csv: 'a', column: 'b', json: true }, undefined)).toEqual({
    csv: 'a',
    column: 'b',
    json: true,
  })
  expect(() => csvFlagsOf({ time: 'day' }, undefined)).toThrow(/--time names a column of a CSV file/)
  expect(() => csvFlagsOf({ csv: 'a' }, 'e2eMsP50')).toThrow(/with --column/)
  expect(() => csvFlagsOf({ csv: 'a', target: 'staging' }, undefined)).toThrow(
    /--target is about the history/,
  )
})

test('a level of 0 has no share that it moved by, and a few values are said to be few', async () => {
  const steps = lines('a', ...Array.from({ length: 40 }, (_, i) => (i < 20 ? 0 : 5)))
  const { changePoints } = await jsonOf(steps)
  expect(changePoints).toMatchObject([{ index: 20, before: 0, after: 5 }])
  expect(changePoints[0]).not.toHaveProperty('effect')
  expect((await trendOf(lines('a', 1, 2, 3))).err).toMatch(/Fewer than 30 values/)
})
