import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openHistory } from '../index.ts'
import { child, orSay } from '../testing/child.ts'
import { run, verdict } from '../testing/runs.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'infergate-history-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test.each<[string, RegExp, (file: string) => void | Promise<void>]>([
  ['a folder', /cannot be opened: name a file/, (file) => mkdirSync(file)],
  ['text', /is not a database: name another file/, (file) => writeFileSync(file, 'plain text '.repeat(200))],
  ['damaged', /is (damaged|not a database): /, (file) => damage(file)],
  [
    'of another program',
    /is a database of another program \(it has a table other\)/,
    (file) => makeOther(file),
  ],
  ['newer', /written by a newer infergate \(version 99.*update infergate/, (file) => makeNewer(file)],
])('a file that is %s is refused with the next step', async (_, message, make) => {
  const file = join(folder, 'h.sqlite')
  await make(file)
  const refused = { name: 'HarnessError', code: 'store-unusable', exitCode: 30 }
  await expect(openHistory(file)).rejects.toThrow(
    expect.objectContaining({ ...refused, message: expect.stringMatching(message) }),
  )
})

test('a folder that is a file is refused with the next step', async () => {
  writeFileSync(join(folder, 'file'), '')
  await expect(openHistory(join(folder, 'file', 'h.sqlite'))).rejects.toThrow(/cannot be opened: name a file/)
})

test('a file that cannot be written is refused before anything is measured', async () => {
  const file = join(folder, 'h.sqlite')
  await (await openHistory(file)).close()
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
  await using history = await openHistory(file)
  expect((await history.trend({ metric: 'e2eMsP50', limit: 1_000 })).length).toBe(4 * 20)
})

test('opening waits for a writer that holds up the switch to WAL', async () => {
  const file = join(folder, 'h.sqlite')
  const writer = new DatabaseSync(file)
  writer.exec('BEGIN IMMEDIATE; CREATE TABLE other (a); DROP TABLE other')
  const opened = child(OPEN, [file])
  await new Promise((resolve) => setTimeout(resolve, 700))
  writer.exec('COMMIT')
  writer.close()
  expect(await opened).toEqual({ code: 0, output: '' })
})

const OPEN = orSay('await openHistory(file)')
const WRITE = `
  const { run, verdict } = JSON.parse(readFileSync(data, 'utf8'))
  for (let i = 0; i < 20; i++) {
    await using history = await openHistory(file)
    await history.record(run, { ...verdict, runId: name + i }, { starts: [] })
  }`

async function damage(file: string): Promise<void> {
  await (await openHistory(file)).close()
  const bytes = readFileSync(file)
  bytes.fill(0xa5, 100)
  writeFileSync(file, bytes)
}

function makeOther(file: string): void {
  using database = new DatabaseSync(file)
  database.exec('CREATE TABLE other (a)')
}

async function makeNewer(file: string): Promise<void> {
  await (await openHistory(file)).close()
  const database = new DatabaseSync(file)
  database.exec('INSERT INTO schema_version VALUES (99)')
  database.close()
}

test.runIf(existsSync('/proc/self'))('a folder that cannot be made is refused at once', async () => {
  await expect(openHistory('/proc/nowhere/deep/history.sqlite')).rejects.toThrow(
    expect.objectContaining({ code: 'store-unusable' }),
  )
})
