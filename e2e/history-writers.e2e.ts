import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { readHistory } from '../src/history/index.ts'
import { NO_STARTS, run, start, verdict } from '../src/history/testing/runs.ts'
import { createRandom, type Random } from '../src/random.ts'
import { emptyFolder, ended, root } from '../testing/run-cli.ts'

const WRITERS = 8
const KILLS_EACH = Number(process.env['INFERGATE_E2E_KILLS'] ?? 200)

/** What writers said before they were killed. */
type Said = { readonly kept: string[]; readonly inFlight: string[]; beforeReady: number }

test(`${WRITERS} processes append to one history at once, each killed ${KILLS_EACH} times: nothing acknowledged is lost, nothing is half written`, async ({
  annotate,
}) => {
  const folder = emptyFolder()
  const file = join(folder, 'history.sqlite')
  const figures = { ...NO_STARTS, starts: [start(0, 90), start(1, 100), start(2, 130)] }
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ run: { ...run, night: {} }, verdict, figures }))
  const said: Said = { kept: [], inFlight: [], beforeReady: 0 }
  // One that ends by itself leaves its compiled code to all the others.
  expect(await ended(startWriter(folder, 'first', '1'))).toMatchObject({ code: 0, stderr: '' })
  said.kept.push('first-0')
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const random = createRandom(`writer-${writer}`)
      for (let life = 0; life < KILLS_EACH; life++)
        await oneLife(folder, `writer-${writer}-life-${life}`, random, said)
    }),
  )
  expect(said.inFlight.length, 'writes that were in flight at a kill').toBeGreaterThan(0)
  expect(said.beforeReady, 'kills while the history was being opened').toBeGreaterThan(0)
  expect(said.kept.length, 'acknowledged runs').toBeGreaterThan(WRITERS * KILLS_EACH)
  const inFlightKept = await expectWhole(file, said)
  await annotate(
    `${said.kept.length} acknowledged, ${said.inFlight.length} in flight at a kill (${inFlightKept} of them kept whole), ${said.beforeReady} kills before the history was open`,
  )
}, 600_000)

const SCRIPT = join(root, 'testing', 'append-runs.ts')

function startWriter(folder: string, ...args: readonly string[]) {
  const words = [SCRIPT, join(folder, 'history.sqlite'), join(folder, 'run.json'), ...args]
  return spawn(process.execPath, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
  })
}

/** One process: killed at a moment of its own, counted from one of its words, or (one in eight) from its start. */
async function oneLife(folder: string, name: string, random: Random, said: Said): Promise<void> {
  const child = startWriter(folder, name)
  let [out, err] = ['', '']
  const isEarly = random.integer(1, 8) === 1
  // From when it has said so much: a slow machine makes it slower, not emptier.
  const words = random.integer(1, 8)
  const afterMs = random.integer(0, isEarly ? 300 : 5)
  const kill = () => setTimeout(() => child.kill('SIGKILL'), afterMs)
  let isDoomed = isEarly
  if (isEarly) kill()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    if (isDoomed || out.split('\n').length <= words) return
    isDoomed = true
    kill()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const signal = await new Promise((resolve) => child.once('close', (_, by) => resolve(by)))
  expect([signal, err]).toEqual(['SIGKILL', ''])
  const lines = out.split('\n').slice(0, -1)
  const idsOf = (word: string) =>
    lines.flatMap((line) => (line.startsWith(word) ? line.slice(word.length + 1) : []))
  const kept = idsOf('kept')
  said.kept.push(...kept)
  said.inFlight.push(...idsOf('begun').filter((id) => !kept.includes(id)))
  if (!lines.includes('ready')) said.beforeReady++
}

/** Holds the file against what was said; how many of the writes in flight it has. */
async function expectWhole(file: string, said: Said): Promise<number> {
  await using history = await readHistory(file)
  const there = new Map<string, object>()
  // Throws where a seal does not fit its content.
  await history.export('jsonl', (text) => {
    const entry = JSON.parse(text)
    if (entry.kind === 'run') there.set(entry.record.runId, entry.record)
  })
  expect(said.kept.filter((id) => !there.has(id))).toEqual([])
  const known = new Set([...said.kept, ...said.inFlight])
  expect([...there.keys()].filter((id) => !known.has(id))).toEqual([])
  using database = new DatabaseSync(file, { readOnly: true })
  const counts = database
    .prepare(
      `SELECT (SELECT count(*) FROM points WHERE points.run_id = runs.run_id) AS points,
         (SELECT count(*) FROM measurements WHERE measurements.run_id = runs.run_id) AS measurements, count(*) AS runs
       FROM runs GROUP BY points, measurements`,
    )
    .all()
  expect(counts.map((row) => ({ ...row }))).toEqual([
    { points: expect.any(Number), measurements: verdict.measurements.length, runs: there.size },
  ])
  expect(database.prepare('PRAGMA integrity_check').all().map(Object.values)).toEqual([['ok']])
  return said.inFlight.filter((id) => there.has(id)).length
}
