import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openHistory, proveHistoryWritable } from '../index.ts'
import { child, orSay } from '../testing/child.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'infergate-history-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('where a history can be kept nothing is thrown, and nothing is made', () => {
  proveHistoryWritable(join(folder, 'new', 'folders', 'h.sqlite'))
  expect(readdirSync(folder)).toEqual([])
})

test('a folder that is a file is refused with the next step', () => {
  writeFileSync(join(folder, 'file'), '')
  expect(() => proveHistoryWritable(join(folder, 'file', 'new', 'h.sqlite'))).toThrow(/name a file/)
})

test.each([
  ['a file', 0o444, 0o755],
  ['a folder', 0o644, 0o555],
])('%s that cannot be written is refused with the next step', async (_, fileMode, folderMode) => {
  const file = join(folder, 'h.sqlite')
  await (await openHistory(file)).close()
  chmodSync(file, fileMode)
  chmodSync(folder, folderMode)
  const { code, output } = await child(orSay('proveHistoryWritable(file)'), [file], { asNobody: true })
  chmodSync(folder, 0o755)
  expect(output).toContain('cannot be written: make it and its folder writable')
  expect(code).toBe(1)
})
