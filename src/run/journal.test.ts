import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { RunEvent } from '../records/index.ts'
import { fold } from './fold.ts'
import { openJournal } from './journal.ts'
import { readJournal } from './read-journal.ts'
import { findRunFolder, readRun } from './read-run.ts'
import { EVENTS, start } from './testing/small-run.ts'

const scratch = mkdtempSync(join(tmpdir(), 'infergate-journal-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

function folderOf(name: string): string {
  const path = join(scratch, name)
  mkdirSync(path)
  return path
}

function written(name: string, events: readonly RunEvent[]): string {
  const path = folderOf(name)
  using journal = openJournal(path)
  for (const event of events) journal.append(event)
  journal.sync()
  return path
}

test('what was appended reads back as the same run, by id, path and file', () => {
  const path = written('whole', EVENTS)
  const expected = fold(EVENTS)
  for (const name of ['whole', path, join(path, 'journal.jsonl')]) {
    const { run, torn } = readRun(findRunFolder(name, scratch, scratch))
    expect(run).toEqual(expected)
    expect(torn).toEqual([])
  }
})

test('an event of an unknown kind is kept as it stands', () => {
  for (const kind of ['from-a-newer-version', 'constructor']) {
    const foreign = { kind, what: ['it', 1] } as unknown as RunEvent
    expect(readJournal(written(`foreign-${kind}`, [...EVENTS, foreign])).events).toContainEqual(foreign)
  }
})

test.runIf(existsSync('/dev/full'))('a full disk is refused with what to free, for each file', () => {
  for (const file of ['journal.jsonl', 'samples.jsonl']) {
    const path = folderOf(`full-${file}`)
    symlinkSync('/dev/full', join(path, file))
    using journal = openJournal(path)
    const append = () => {
      for (const event of EVENTS) journal.append(event)
    }
    expect(append).toThrow(expect.objectContaining({ code: 'reports-unwritable', exitCode: 30 }))
    expect(append).toThrow(/ENOSPC.*free some space/)
  }
})

test('a process killed while it writes has lost nothing that append returned for', async () => {
  const path = folderOf('killed')
  const script = `
    import { writeSync } from 'node:fs'
    import { openJournal } from ${JSON.stringify(new URL('./journal.ts', import.meta.url).href)}
    const journal = openJournal(${JSON.stringify(path)})
    journal.append(${JSON.stringify({ kind: 'started', ...start })})
    for (let index = 0; ; index++) {
      journal.append({ kind: 'checked', atMs: index, check: { id: 'x.' + index, suite: 'x', says: '', required: true, outcome: 'passed', durationMs: 1 } })
      writeSync(1, index + '\\n')
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes
    if (said.length > 2_000) child.kill('SIGKILL')
  })
  await once(child, 'close')
  const acknowledged = said.trimEnd().split('\n').length
  const { run } = readRun(path)
  expect(acknowledged).toBeGreaterThan(200)
  expect(run.checks.length).toBeGreaterThanOrEqual(acknowledged - 1)
  expect(run.checks.map(({ id }) => id)).toEqual(run.checks.map((_, index) => `x.${index}`))
  expect(run.state).toBe('killed')
})

test('a torn last line is left out and named', () => {
  const path = written('torn', EVENTS)
  appendFileSync(join(path, 'journal.jsonl'), '{"kind":"checked","at')
  appendFileSync(join(path, 'samples.jsonl'), '{"scenario":"w')
  const { run, torn } = readRun(path)
  expect(run).toEqual(fold(EVENTS))
  expect(torn).toEqual([join(path, 'journal.jsonl'), join(path, 'samples.jsonl')])
})

test('a run that cannot be read says which file, which line, and what to do', () => {
  folderOf('empty')
  for (const [name, text] of [
    ['no-json', '{"kind":\n'],
    ['headless', '{"kind":"cut","atMs":1}\n'],
    ['other', '{"kind":"started","runId":7}\n'],
  ] as const)
    writeFileSync(join(folderOf(name), 'journal.jsonl'), text)
  const message = (name: string): string => {
    try {
      return JSON.stringify(readRun(findRunFolder(name, scratch, scratch)))
    } catch (error) {
      expect(error).toMatchObject({ code: 'run-unreadable', exitCode: 30 })
      return (error as Error).message
    }
  }
  expect(message('nowhere')).toMatch(/no run nowhere.*infergate gate/)
  expect(message('empty')).toMatch(/journal\.jsonl cannot be read.*run again/)
  expect(message('no-json')).toMatch(/journal\.jsonl:1 is no JSON/)
  expect(message('headless')).toMatch(/does not begin with the start/)
  expect(message('other')).toMatch(/journal\.jsonl:1 .*runId/)
})

test('a run of version 1 still reads, its warmth called temperature, its decision made anew', () => {
  const path = folderOf('version-1')
  const { promises: _, ...facts } = start
  const check = { id: 'mine.own', suite: 'mine', says: 's', required: true, outcome: 'passed', durationMs: 1 }
  const boot = { index: 0, origin: 'found', outcome: 'generating', attempts: [] }
  writeFileSync(
    join(path, 'run.json'),
    JSON.stringify({ ...facts, durationMs: 9, boots: [boot], checks: [check] }),
  )
  const old = {
    scenario: 'warm',
    temperature: 'warm',
    boot: 0,
    index: 0,
    outcome: 'completed',
    sentAtMs: 1,
    e2eMs: 2,
  }
  writeFileSync(join(path, 'samples.jsonl'), `${JSON.stringify(old)}\n`)
  expect(readRun(path).run).toMatchObject({ state: 'killed', samples: [{ warmth: 'warm' }], checks: [check] })
  writeFileSync(join(path, 'verdict.json'), '{}')
  const { run } = readRun(path)
  expect(run.state).toBe('complete')
  expect(run.promises).toContainEqual(expect.objectContaining({ id: 'mine.own', tags: [] }))
})
