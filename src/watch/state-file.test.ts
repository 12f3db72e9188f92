import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { beginWatch } from './state.ts'
import { readState, writeState } from './state-file.ts'
import { TERMS } from './testing/virtual-watch.ts'

function file(): string {
  const folder = mkdtempSync(join(tmpdir(), 'infergate-state-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'state.json')
}

const state = { ...beginWatch(TERMS, '2026-01-01T00:00:00.000Z', [100, 200], 150), requests: 7 }

test('what is kept is read back as it was, and one that has ended is none', () => {
  const path = file()
  expect(readState(path, TERMS)).toBeUndefined()
  writeState(path, { state, place: { inode: 3, offset: 4 } })
  expect(readState(path, TERMS)).toEqual({ state, place: { inode: 3, offset: 4 } })
  writeState(path, { state: { ...state, ended: true } })
  expect(readState(path, TERMS)).toBeUndefined()
})

test('the state of another watch is refused with what differs, and so is a file that is none', () => {
  const path = file()
  writeState(path, { state })
  for (const [change, says] of [
    [{ targetName: 'prod' }, 'its target is staging, not prod'],
    [{ url: 'http://x' }, 'its service is at no URL, not http://x'],
    [{ alpha: 0.01 }, 'its alpha is 0.001, not 0.01'],
  ] as const)
    expect(() => readState(path, { ...TERMS, ...change })).toThrow(says)
  for (const text of ['{', '{}', '[]', readFileSync(path, 'utf8').replace('"judged"', '"jugded"')]) {
    writeFileSync(path, text)
    expect(() => readState(path, TERMS)).toThrow(/is no state of infergate watch/)
  }
})

test('the state of another version is refused by that name: its evidence means something else', () => {
  const path = file()
  for (const [version, says] of [
    [1, 'an older infergate'],
    [3, 'a newer infergate'],
  ] as const) {
    writeState(path, { state: { ...state, schemaVersion: version as 2 } })
    expect(() => readState(path, TERMS)).toThrow(says)
  }
})

test('a place that cannot be written is said, with the next step', () => {
  expect(() => writeState('/proc/none/state.json', { state })).toThrow(/give --state another file/)
})
