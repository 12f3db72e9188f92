import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { openHistory, readHistory } from '../index.ts'
import { emptyFolder } from '../testing/folder.ts'
import { NO_STARTS, run, start, verdict } from '../testing/runs.ts'
import { LATEST, migrate, versionOf } from './schema.ts'

/** A file that an earlier version wrote, from the statements that its tables and rows were dumped as. */
function historyOfVersion(version: number): string {
  const file = join(emptyFolder(), 'h.sqlite')
  using database = new DatabaseSync(file)
  const dump = new URL(`../../../fixtures/history/schema-${version}.sql`, import.meta.url)
  database.exec(readFileSync(dump, 'utf8'))
  return file
}

/** The tables, indices and triggers of a file. */
function shapeOf(file: string): readonly unknown[] {
  using database = new DatabaseSync(file, { readOnly: true })
  const columns = database
    .prepare(
      `SELECT m.type, m.name, (SELECT group_concat(name || ' ' || type || ' ' || "notnull", ', ') FROM
         (SELECT * FROM pragma_table_info(m.name) ORDER BY name)) AS columns
       FROM sqlite_schema AS m ORDER BY m.type, m.name`,
    )
    .all()
  return columns.map((row) => ({ ...row }))
}

const QUERY = { metric: 'e2eMsP50', limit: 9 }
const TINY = 'http://127.0.0.1:8000'

test('each released version of the tables has a stored file, and the latest is one more', () => {
  for (let version = 1; version < LATEST; version++) expect(historyOfVersion(version)).toBeTruthy()
})

test.each([1, 2, 3])(
  'a history of version %i becomes one of the latest, as if it had begun there',
  async (version) => {
    const file = historyOfVersion(version)
    await (await openHistory(file)).close()
    const fresh = join(emptyFolder(), 'h.sqlite')
    await (await openHistory(fresh)).close()
    expect(shapeOf(file)).toEqual(shapeOf(fresh))
    using database = new DatabaseSync(file)
    expect(versionOf(database)).toBe(LATEST)
    expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([])
  },
)

test.each([1, 2, 3])(
  'a history of version %i says the same after it, read alone or opened',
  async (version) => {
    const file = historyOfVersion(version)
    const look = async (open: typeof openHistory | typeof readHistory) => {
      await using history = await open(file)
      const text: string[] = []
      await history.export('jsonl', (part) => void text.push(part))
      return { points: await history.trend(QUERY), metrics: await history.metrics(), text: text.join('') }
    }
    const before = await look(readHistory)
    expect(before.points.length).toBe(version === 3 ? 6 : 2)
    expect(await look(openHistory)).toEqual(before)
    expect(await look(readHistory)).toEqual(before)
  },
)

test.each([
  [1, { verdict: 'PASS', state: 'interrupted' }],
  [2, { verdict: 'PASS', state: 'invalid' }],
])('runs of version %i are nights under what is known of their target', async (version, second) => {
  await using history = await openHistory(historyOfVersion(version))
  const keys = await history.series(TINY)
  expect(keys.map(({ metric, warmth }) => `${warmth} ${metric}`)).toEqual([
    ...['cold coldStartMs', 'warm e2eMsP50', 'warm warmToCold'],
  ])
  const nights = await history.nights(keys[1] as never)
  expect(nights).toMatchObject([{ runId: 'run-1', verdict: 'PASS', state: 'complete' }, second])
  expect(nights[0]?.attributes).toEqual({ model: 'tiny', toolVersion: '0.1.0' })
})

test('runs of version 3 have the name of the configuration, and what the last accepted one had', async () => {
  await using history = await openHistory(historyOfVersion(3))
  const targets = [...new Set((await history.series()).map(({ targetName }) => targetName))]
  expect(targets).toEqual([TINY, 'simulator', 'staging'])
  expect(await history.lastAccepted({ name: 'staging', dialect: 'openai' })).toMatchObject({
    ...{ runId: 'run-5', capabilities: ['chat', 'metrics'], routes: ['chat', 'completions'] },
  })
  expect(await history.lastAccepted({ name: 'url', dialect: 'openai', url: TINY })).toMatchObject({
    runId: 'run-6',
  })
  expect(await history.lastAccepted({ name: 'simulator', dialect: 'openai' })).toBeUndefined()
})

test('the upgrade begins no new series: the first run that says its hardware goes on where the old ones end', async () => {
  await using history = await openHistory(historyOfVersion(3))
  const before = (await history.series('staging')).length
  const fingerprint = { targetName: 'staging', cpuModel: 'Processor' } as never
  const record = (runId: string, cpuModel: string) =>
    history.record(
      { ...run, night: {}, fingerprint: { ...(fingerprint as object), cpuModel } as never },
      { ...verdict, runId, startedAt: '2026-02-01T03:00:00.000Z', measurements: [] },
      { starts: [start(0, 100)] },
    )
  await record('new', 'Processor')
  const keys = await history.series('staging')
  expect(keys.length).toBe(before)
  const warm = keys.find(({ metric }) => metric === 'e2eMsP50')
  expect(warm?.hardware).toBe('Processor')
  expect((await history.nights(warm as never)).map(({ runId }) => runId)).toEqual(['run-1', 'run-2', 'new'])
  // Another processor is another series all the same.
  await record('other', 'Another')
  expect((await history.series('staging')).length).toBe(before + 2)
})

test('a run of an older version is sealed by the upgrade', async () => {
  const file = historyOfVersion(3)
  await using history = await openHistory(file)
  await expect(history.record(run, { ...verdict, runId: 'run-1' }, NO_STARTS)).rejects.toThrow(
    /never changed/,
  )
  using database = new DatabaseSync(file)
  expect(() => database.exec("UPDATE runs SET verdict = 'FAIL'")).toThrow('a recorded run is sealed')
})

test('an upgrade that fails midway leaves the file as it was', async () => {
  const file = historyOfVersion(3)
  {
    using database = new DatabaseSync(file)
    database.exec("UPDATE runs SET target_json = 'torn' WHERE run_id = 'run-4'")
  }
  const before = shapeOf(file)
  await expect(openHistory(file)).rejects.toMatchObject({ code: 'store-unusable' })
  expect(shapeOf(file)).toEqual(before)
  using database = new DatabaseSync(file)
  expect(versionOf(database)).toBe(3)
  expect(() => migrate(database)).toThrow()
})
