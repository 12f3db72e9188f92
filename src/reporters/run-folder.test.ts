import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { HarnessError } from '../errors.ts'
import type { Sample } from '../records/index.ts'
import { findRunFolder, readRunFolder } from './read-run.ts'
import type { Report } from './reporter.ts'
import { openRunFolder } from './run-folder.ts'

const scratch = mkdtempSync(join(tmpdir(), 'infergate-folder-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
const { run, verdict }: Report = JSON.parse(
  readFileSync(new URL('../../fixtures/reports/fail.json', import.meta.url), 'utf8'),
)
const sample = (index: number): Sample => ({
  scenario: 'warm',
  warmth: 'warm',
  boot: 0,
  index,
  outcome: 'completed',
  sentAtMs: index * 10,
  e2eMs: 5,
})

const refusal = async (work: () => unknown): Promise<HarnessError> => {
  try {
    await work()
  } catch (error) {
    if (error instanceof HarnessError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

test('a run that was written reads back, and latest points to the newest', async () => {
  const root = join(scratch, 'whole', 'reports')
  using first = await openRunFolder(root, 'run-1')
  first.writeRun(run)
  using second = await openRunFolder(root, 'run-2')
  for (let index = 0; index < 3; index++) second.appendSample(sample(index))
  second.writeReports(run, verdict)

  expect(readlinkSync(join(root, 'latest'))).toBe('run-2')
  const saved = readRunFolder(findRunFolder('latest', root, scratch))
  expect(saved.run).toEqual(run)
  expect(saved.samples).toEqual([0, 1, 2].map(sample))
  expect(saved.torn).toBe(false)
  expect(JSON.parse(readFileSync(join(root, 'run-2', 'verdict.json'), 'utf8'))).toEqual(verdict)
  for (const name of ['report.md', 'junit.xml']) expect(existsSync(join(root, 'run-2', name))).toBe(true)
  expect(findRunFolder('run-1', root, scratch)).toBe(
    findRunFolder(join(root, 'run-1', 'run.json'), root, scratch),
  )
})

test('a reports folder that is a file, or lies below one, is refused with the folder and the next step', async () => {
  const file = join(scratch, 'file')
  writeFileSync(file, '')
  for (const folder of [file, join(file, 'reports')]) {
    const error = await refusal(() => openRunFolder(folder, 'run'))
    expect(error).toMatchObject({ code: 'reports-unwritable', exitCode: 30 })
    expect(error.message).toContain(folder)
    expect(error.message).toMatch(/is a file.*--reports-dir/)
  }
})

test.runIf(existsSync('/proc/self'))(
  'a file system that cannot be written is refused, for root too',
  async () => {
    const error = await refusal(() => openRunFolder('/proc/infergate-reports', 'run'))
    expect(error.code).toBe('reports-unwritable')
    expect(error.message).toContain('/proc/infergate-reports')
  },
)

test.runIf(existsSync('/dev/full'))('a write to a full disk is refused with what to free', async () => {
  const root = join(scratch, 'full')
  using folder = await openRunFolder(root, 'run')
  const { symlinkSync } = await import('node:fs')
  symlinkSync('/dev/full', `${folder.file('run.json')}.${process.pid}.tmp`)
  const error = await refusal(() => folder.writeRun(run))
  expect(error.message).toMatch(/ENOSPC.*free some space/)
})

test('a second run of the same id is refused', async () => {
  const root = join(scratch, 'twice')
  using _ = await openRunFolder(root, 'run')
  expect((await refusal(() => openRunFolder(root, 'run'))).message).toMatch(/start the run again/)
})

test('a latest that is a folder of the user stays', async () => {
  const root = join(scratch, 'own')
  mkdirSync(join(root, 'latest', 'kept'), { recursive: true })
  using folder = await openRunFolder(root, 'run')
  expect(existsSync(folder.path)).toBe(true)
  expect(existsSync(join(root, 'latest', 'kept'))).toBe(true)
})

test('samples of a process killed while it writes read up to the last whole line', async () => {
  const root = join(scratch, 'killed')
  const script = `
    import { openRunFolder } from ${JSON.stringify(new URL('./run-folder.ts', import.meta.url).href)}
    const folder = await openRunFolder(${JSON.stringify(root)}, 'run')
    folder.writeRun(${JSON.stringify(run)})
    for (let index = 0; ; index++) {
      folder.appendSample({ scenario: 'w', warmth: 'warm', boot: 0, index, outcome: 'completed', sentAtMs: 1, e2eMs: 1 })
      if (index === 200) process.stdout.write('enough')
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')

  const saved = readRunFolder(join(root, 'run'))
  expect(saved.samples.length).toBeGreaterThan(200)
  expect(saved.samples.map(({ index }) => index)).toEqual(saved.samples.map((_, index) => index))

  const whole = saved.samples.length
  appendFileSync(join(root, 'run', 'samples.jsonl'), `${saved.torn ? '' : '{"scenario":"w'}`)
  expect(readRunFolder(join(root, 'run'))).toMatchObject({ torn: true, samples: { length: whole } })
})

test('a run that cannot be read says which file, and what to do', async () => {
  const root = join(scratch, 'unreadable')
  mkdirSync(join(root, 'empty'), { recursive: true })
  mkdirSync(join(root, 'torn'))
  writeFileSync(join(root, 'torn', 'run.json'), '{"runId":')
  mkdirSync(join(root, 'other'))
  writeFileSync(join(root, 'other', 'run.json'), '{"runId":7}')
  const refused = async (name: string) => refusal(() => readRunFolder(findRunFolder(name, root, scratch)))
  for (const name of ['nowhere', 'empty', 'torn', 'other']) {
    const error = await refused(name)
    expect(error.code).toBe('run-unreadable')
    expect(error.message).toMatch(/run again|infergate gate/)
  }
  expect((await refused('other')).message).toContain('runId')
})
