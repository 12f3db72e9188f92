import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openHistory, readHistory } from '../index.ts'
import { child, orSay } from '../testing/child.ts'
import { NO_STARTS, on, run } from '../testing/runs.ts'
import { LATEST, migrate, versionOf } from './schema.ts'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'infergate-history-'))
  file = join(folder, 'h.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const QUERY = { metric: 'e2eMsP50', limit: 9 }
const values = async (): Promise<readonly number[]> => {
  await using history = await readHistory(file)
  return (await history.trend(QUERY)).map(({ value }) => value)
}

async function keep(...days: readonly number[]): Promise<void> {
  await using history = await openHistory(file)
  for (const day of days) await history.record(run, on(day, day * 100), NO_STARTS)
}

test.each(['IMMEDIATE', 'EXCLUSIVE'])('a look waits for no writer, whatever it holds (%s)', async (lock) => {
  await keep(1, 2)
  const writer = new DatabaseSync(file)
  writer.exec(`BEGIN ${lock}; DELETE FROM runs`)
  expect(await values()).toEqual([100, 200])
  writer.exec('COMMIT')
  writer.close()
  expect(await values()).toEqual([])
})

test('what a killed writer left in the WAL is read too', async () => {
  await keep(1)
  const writer = await openHistory(file)
  await writer.record(run, on(2, 200), NO_STARTS)
  const copy = join(folder, 'killed')
  mkdirSync(copy)
  for (const name of readdirSync(folder).filter((name) => name.startsWith('h.sqlite')))
    cpSync(join(folder, name), join(copy, name))
  await writer.close()
  file = join(copy, 'h.sqlite')
  expect(await values()).toEqual([100, 200])
})

test.each([
  ['a file', 0o444, 0o755],
  ['a file in a folder', 0o444, 0o555],
])('%s that cannot be written can be read', async (_, fileMode, folderMode) => {
  await keep(1, 2)
  chmodSync(file, fileMode)
  chmodSync(folder, folderMode)
  const look = `console.log((await (await readHistory(file)).trend(${JSON.stringify(QUERY)})).map(({ value }) => value).join())`
  const seen = await child(orSay(look), [file], { asNobody: true })
  chmodSync(folder, 0o755)
  expect(seen).toEqual({ code: 0, output: '100,200\n' })
})

/** A history as version 1 kept it, when the warmth of a measurement was called its temperature. */
function makeVersion1(): void {
  const database = new DatabaseSync(file)
  migrate(database, 1)
  const runs =
    "('run-1', '2026-01-01', 'gate', 'PASS', 0, 0, 1, 1, '0.1.0', 't', 'url', NULL, 'p', '{}', '{}')"
  database.exec(`INSERT INTO runs VALUES ${runs}`)
  database.exec("INSERT INTO measurements VALUES ('run-1', 'e2eMsP50', 'cold', 'ms', 7, 1, NULL, NULL)")
  database.close()
}

test('a file of an older version is read as it stands, and stays so until a run is kept in it', async () => {
  makeVersion1()
  const version = () => {
    using database = new DatabaseSync(file)
    return versionOf(database)
  }
  {
    await using history = await readHistory(file)
    expect(await history.trend(QUERY)).toMatchObject([{ runId: 'run-1', value: 7, warmth: 'cold' }])
    expect(await history.metrics()).toMatchObject([{ name: 'e2eMsP50', warmth: 'cold', runs: 1 }])
  }
  expect(version()).toBe(1)
  await keep(2)
  expect(version()).toBe(LATEST)
  expect(await values()).toEqual([7, 200])
})

test('a file without tables is a history without runs', async () => {
  writeFileSync(file, '')
  expect(await values()).toEqual([])
})

test.each<[string, RegExp, () => void | Promise<void>]>([
  ['a folder', /cannot be opened|could not be read/, () => mkdirSync(file)],
  ['absent', /cannot be opened/, () => {}],
  ['text', /is not a database/, () => writeFileSync(file, 'plain text '.repeat(200))],
  ['newer', /written by a newer infergate \(version 99/, () => makeNewer()],
])('a file that is %s is refused with the next step', async (_, message, make) => {
  await make()
  await expect(readHistory(file)).rejects.toThrow(
    expect.objectContaining({ code: 'store-unusable', message: expect.stringMatching(message) }),
  )
})

async function makeNewer(): Promise<void> {
  await keep(1)
  using database = new DatabaseSync(file)
  database.exec('INSERT INTO schema_version VALUES (99)')
}
