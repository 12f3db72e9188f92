import { existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { HarnessError } from '../errors.ts'
import { openRunFolder } from './run-folder.ts'

const scratch = mkdtempSync(join(tmpdir(), 'infergate-folder-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

function refusal(work: () => unknown): HarnessError {
  try {
    work()
  } catch (error) {
    if (error instanceof HarnessError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

test('latest points to the newest run', () => {
  const root = join(scratch, 'whole', 'reports')
  for (const runId of ['run-1', 'run-2']) openRunFolder(root, runId).pointLatest()
  expect(readlinkSync(join(root, 'latest'))).toBe('run-2')
})

test('a reports folder that is a file, or lies below one, is refused with the folder and the next step', () => {
  const file = join(scratch, 'file')
  writeFileSync(file, '')
  for (const folder of [file, join(file, 'reports')]) {
    const error = refusal(() => openRunFolder(folder, 'run'))
    expect(error).toMatchObject({ code: 'reports-unwritable', exitCode: 30 })
    expect(error.message).toContain(folder)
    expect(error.message).toMatch(/is a file.*--reports-dir/)
  }
})

test.runIf(existsSync('/proc/self'))('a file system that cannot be written is refused, for root too', () => {
  const error = refusal(() => openRunFolder('/proc/infergate-reports', 'run'))
  expect(error.code).toBe('reports-unwritable')
  expect(error.message).toContain('/proc/infergate-reports')
})

test('a second run of the same id is refused', () => {
  const root = join(scratch, 'twice')
  openRunFolder(root, 'run')
  expect(refusal(() => openRunFolder(root, 'run')).message).toMatch(/start the run again/)
})

test('a latest that is a folder of the user stays', () => {
  const root = join(scratch, 'own')
  mkdirSync(join(root, 'latest', 'kept'), { recursive: true })
  openRunFolder(root, 'run').pointLatest()
  expect(existsSync(join(root, 'latest', 'kept'))).toBe(true)
})
