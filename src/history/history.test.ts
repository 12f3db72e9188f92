import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TargetDescription } from '../records/index.ts'
import { openHistory, targetKey } from './index.ts'
import { child, orSay } from './testing/child.ts'
import { on, run, verdict } from './testing/runs.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'infergate-history-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a trend lists the newest values, oldest first, also after the file was closed', () => {
  const file = join(folder, 'new', 'folders', 'history.sqlite')
  {
    using history = openHistory(file)
    for (const day of [3, 1, 2]) history.record(run, on(day, 100 * day))
  }
  using history = openHistory(file)
  const values = (limit: number) => history.trend({ metric: 'e2eMsP50', limit }).map(({ value }) => value)
  expect(values(10)).toEqual([100, 200, 300])
  expect(values(2)).toEqual([200, 300])
  expect(history.trend({ metric: 'unheard-of', limit: 5 })).toEqual([])
})

test('a point says what was measured, and a bound that was not measured is absent', () => {
  using history = openHistory(join(folder, 'h.sqlite'))
  history.record(run, on(1, 100, { low: 90, high: 120 }))
  history.record(run, on(2, 110))
  expect(history.trend({ metric: 'e2eMsP50', limit: 5 })).toEqual([
    {
      runId: 'run-1',
      startedAt: '2026-01-01T00:00:00.000Z',
      verdict: 'PASS',
      target: 'simulator/openai/sim/default',
      warmth: 'warm',
      unit: 'ms',
      value: 100,
      n: 30,
      low: 90,
      high: 120,
    },
    expect.not.objectContaining({ low: expect.anything() }),
  ])
})

test('the limit holds for each series: one that is measured often hides no other', () => {
  using history = openHistory(join(folder, 'h.sqlite'))
  for (const day of [1, 2, 3, 4]) history.record(run, on(day, day))
  for (const day of [5, 6]) history.record(run, on(day, day, { warmth: 'steady' }))
  history.record(run, on(7, 7, {}, { ...verdict.target, profile: 'a100' }))
  const values = (limit: number) => history.trend({ metric: 'e2eMsP50', limit }).map(({ value }) => value)
  expect(values(1)).toEqual([4, 6, 7])
  expect(values(2)).toEqual([3, 4, 5, 6, 7])
})

test('a trend can be of one warmth and of one target', () => {
  const other: TargetDescription = {
    kind: 'url',
    dialect: 'openai',
    model: 'tiny',
    url: 'http://127.0.0.1:8000',
  }
  using history = openHistory(join(folder, 'h.sqlite'))
  history.record(run, on(1, 1))
  history.record(run, on(2, 2, { warmth: 'steady' }))
  history.record(run, on(3, 3, {}, other))
  const values = (query: object) =>
    history.trend({ metric: 'e2eMsP50', limit: 9, ...query }).map(({ value }) => value)
  expect(values({ warmth: 'warm' })).toEqual([1, 3])
  for (const target of ['url', 'tiny', 'http://127.0.0.1:8000', 'url/openai/tiny/http://127.0.0.1:8000'])
    expect(values({ target })).toEqual([3])
  expect(values({ target: 'simulator', warmth: 'steady' })).toEqual([2])
  expect(history.metrics()).toEqual([
    { name: 'e2eMsP50', warmth: 'steady', unit: 'ms', runs: 1 },
    { name: 'e2eMsP50', warmth: 'warm', unit: 'ms', runs: 2 },
  ])
})

test('a run that is judged again replaces itself', () => {
  using history = openHistory(join(folder, 'h.sqlite'))
  history.record(run, verdict)
  history.record(run, verdict)
  expect(history.metrics().every(({ runs }) => runs === 1)).toBe(true)
  expect(history.metrics().length).toBe(verdict.measurements.length)
})

test('a fault of the simulator makes another series, a port does not', () => {
  const { target } = verdict
  expect(targetKey({ ...target, faults: ['usage-zero'] })).not.toBe(targetKey(target))
  expect(targetKey({ ...target, url: 'http://127.0.0.1:4711' })).toBe(targetKey(target))
})

test('a measurement that is no number is a bug of ours and keeps nothing', () => {
  using history = openHistory(join(folder, 'h.sqlite'))
  expect(() => history.record(run, on(1, Number.NaN))).toThrow('no finite number')
  expect(history.metrics()).toEqual([])
})

test.each<[string, RegExp, (file: string) => void]>([
  ['a folder', /cannot be opened: name a file/, (file) => mkdirSync(file)],
  ['text', /is not a database: name another file/, (file) => writeFileSync(file, 'plain text '.repeat(200))],
  ['damaged', /is (damaged|not a database): /, (file) => damage(file)],
  ['newer', /written by a newer infergate \(version 99.*update infergate/, (file) => makeNewer(file)],
])('a file that is %s is refused with the next step', (_, message, make) => {
  const file = join(folder, 'h.sqlite')
  make(file)
  const refused = { name: 'HarnessError', code: 'store-unusable', exitCode: 30 }
  expect(() => openHistory(file)).toThrow(
    expect.objectContaining({ ...refused, message: expect.stringMatching(message) }),
  )
})

test('a folder that is a file is refused with the next step', () => {
  writeFileSync(join(folder, 'file'), '')
  expect(() => openHistory(join(folder, 'file', 'h.sqlite'))).toThrow(/cannot be opened: name a file/)
})

test('a file that cannot be written is refused before anything is measured', async () => {
  const file = join(folder, 'h.sqlite')
  openHistory(file).close()
  chmodSync(file, 0o444)
  chmodSync(folder, 0o555)
  const { code, output } = await child(OPEN, [file], { asNobody: true })
  chmodSync(folder, 0o755)
  expect(output).toContain(
    `store-unusable The history ${file} cannot be written: make it and its folder writable`,
  )
  expect(code).toBe(1)
})

test('four processes that open a new file and write at once all succeed', async () => {
  const file = join(folder, 'h.sqlite')
  const data = join(folder, 'data.json')
  writeFileSync(data, JSON.stringify({ run, verdict }))
  const writers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => child(WRITE, [file, data, name])))
  expect(writers).toEqual(writers.map(() => ({ code: 0, output: '' })))
  using history = openHistory(file)
  expect(history.trend({ metric: 'e2eMsP50', limit: 1_000 }).length).toBe(4 * 20)
})

test('opening waits for a writer that holds up the switch to WAL', async () => {
  const file = join(folder, 'h.sqlite')
  const writer = new DatabaseSync(file)
  writer.exec('BEGIN IMMEDIATE; CREATE TABLE other (a)')
  const opened = child(OPEN, [file])
  await new Promise((resolve) => setTimeout(resolve, 700))
  writer.exec('COMMIT')
  writer.close()
  expect(await opened).toEqual({ code: 0, output: '' })
})

const OPEN = orSay('openHistory(file)')
const WRITE = `
  const { run, verdict } = JSON.parse(readFileSync(data, 'utf8'))
  for (let i = 0; i < 20; i++) {
    using history = openHistory(file)
    history.record(run, { ...verdict, runId: name + i })
  }`

function damage(file: string): void {
  openHistory(file).close()
  const bytes = readFileSync(file)
  bytes.fill(0xa5, 100)
  writeFileSync(file, bytes)
}

function makeNewer(file: string): void {
  openHistory(file).close()
  const database = new DatabaseSync(file)
  database.exec('INSERT INTO schema_version VALUES (99)')
  database.close()
}

test.runIf(existsSync('/proc/self'))('a folder that cannot be made is refused at once', () => {
  expect(() => openHistory('/proc/nowhere/deep/history.sqlite')).toThrow(
    expect.objectContaining({ code: 'store-unusable' }),
  )
})
