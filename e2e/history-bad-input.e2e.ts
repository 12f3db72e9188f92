import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { openHistory } from '../src/history/index.ts'
import { keepNight } from '../src/history/testing/runs.ts'
import { emptyFolder, runCli } from '../testing/run-cli.ts'

/** A folder with a history of three nights. */
async function withHistory() {
  const cwd = emptyFolder()
  const file = join(cwd, '.infergate', 'history.sqlite')
  await using history = await openHistory(file)
  for (const night of [1, 2, 3]) await keepNight(history, night)
  return { cwd, file }
}

const COMMANDS = [
  ...[
    ['history', 'show'],
    ['history', 'export'],
    ['history', 'prune', '--older-than', '1'],
  ],
  ...[
    ['baseline', 'show'],
    ['baseline', 'promote', 'night-001', '--reason', 'x'],
    ['trend', 'e2eMsP50'],
  ],
  ['check', '--target', 'simulator', '--suite', 'health'],
]

test.each<[string, RegExp, (file: string) => void]>([
  ['text', /is not a database: name another file/, (file) => writeFileSync(file, 'plain text '.repeat(900))],
  [
    'damaged',
    /is (damaged|not a database): /,
    (file) => writeFileSync(file, `SQLite format 3\0${'x'.repeat(9_000)}`),
  ],
  [
    'newer',
    /written by a newer infergate \(version 99 of its tables\): update infergate/,
    (file) => {
      using database = new DatabaseSync(file)
      database.exec('INSERT INTO schema_version VALUES (99)')
    },
  ],
])('each command refuses a history that is %s with the next step: exit 30', async (_, says, spoil) => {
  const { cwd, file } = await withHistory()
  spoil(file)
  for (const args of COMMANDS) {
    const run = await runCli(args, { cwd })
    expect([run.code, run.stderr], args.join(' ')).toEqual([30, expect.stringMatching(says)])
  }
  expect(existsSync(join(cwd, 'reports'))).toBe(false)
})

test('without a history each look says how to get one, and makes none: exit 2', async () => {
  for (const args of COMMANDS.slice(0, 5)) {
    const run = await runCli(args)
    expect([run.code, run.stderr], args.join(' ')).toEqual([
      2,
      expect.stringMatching(/no history at .* yet: run `infergate gate` first/),
    ])
    expect(existsSync(join(run.cwd, '.infergate'))).toBe(false)
  }
})

test('a deleted baseline stops a gate before any load, with the next step', async () => {
  const { cwd, file } = await withHistory()
  expect((await runCli(['baseline', 'promote', 'night-003', '--reason', 'first'], { cwd })).code).toBe(0)
  {
    using database = new DatabaseSync(file)
    database.exec("DELETE FROM runs WHERE run_id = 'night-003'")
  }
  writeFileSync(
    join(cwd, 'infergate.config.json'),
    JSON.stringify({ targets: { staging: { kind: 'url', url: 'http://127.0.0.1:9' } } }),
  )
  for (const args of [
    ['baseline', 'show'],
    ['check', '--target', 'staging'],
  ]) {
    const run = await runCli(args, { cwd })
    expect([run.code, run.stderr]).toEqual([
      30,
      expect.stringMatching(
        /The baseline of staging, run night-003, is not in the history .* any more: promote another run/,
      ),
    ])
  }
})

test('a clock that runs backwards removes nothing, and says what is later than now', async () => {
  const { cwd, file } = await withHistory()
  {
    await using history = await openHistory(file)
    await keepNight(history, 400_000)
  }
  const run = await runCli(['history', 'prune', '--older-than', '1'], { cwd })
  expect([run.code, run.stderr]).toEqual([
    2,
    expect.stringMatching(
      /The clock of this machine says .* night-400000 started later.*Nothing was removed/,
    ),
  ])
  expect(JSON.parse((await runCli(['history', 'show', '--json'], { cwd })).stdout).length).toBe(4)
})

/** A disk of 1 MB, or why there is none. */
function smallDisk(): { readonly folder: string } | string {
  const folder = join(emptyFolder(), 'disk')
  mkdirSync(folder)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'pipe' })
    return { folder }
  } catch (error) {
    return `no disk of its own can be mounted here (${(error as Error).message.split('\n')[0]})`
  }
}

test('a full disk keeps nothing of the run that it has no room for, all of the others, and goes on once there is room', async ({
  skip,
}) => {
  const disk = smallDisk()
  if (typeof disk === 'string') return skip(disk)
  try {
    const file = join(disk.folder, 'history.sqlite')
    await using history = await openHistory(file)
    const kept = [await keepNight(history, 1)]
    fill(disk.folder)
    let refused: unknown
    for (let night = 2; refused === undefined; night++)
      await keepNight(history, night).then(
        (runId) => void kept.push(runId),
        (error) => {
          refused = error
        },
      )
    expect(refused).toMatchObject({
      ...{
        code: 'store-unusable',
        message: `The history ${file} could not grow: the disk is full: free some space and run again.`,
      },
    })
    const ids = async () => (await history.runs({ limit: 999 })).map(({ runId }) => runId).toReversed()
    expect(await ids()).toEqual(kept)
    rmSync(join(disk.folder, 'ballast'))
    kept.push(await keepNight(history, 500))
    expect(await ids()).toEqual(kept)
    await history.export('jsonl', () => {})
  } finally {
    execFileSync('umount', ['--lazy', disk.folder])
  }
})

/** Leaves room for a few pages. */
function fill(folder: string): void {
  const { bavail, bsize } = statfsSync(folder)
  writeFileSync(join(folder, 'ballast'), Buffer.alloc(Math.max(0, (bavail - 8) * bsize)))
}
