import { expect, test } from 'vitest'
import type { Reading } from './events.ts'
import { isBack, isNew } from './readings.ts'

const said = (version: string, boot?: string) => ({
  kind: 'version' as const,
  version,
  ...(boot !== undefined && { boot }),
})
const nobody: Reading = { kind: 'none', why: 'nobody answers' }

test('the new version is the one that was named, or any other where none was', () => {
  expect(isNew(said('v2'), said('v1'), 'v2')).toBe(true)
  expect(isNew(said('v1'), said('v1'), 'v2')).toBe(false)
  expect(isNew(said('v3'), said('v1'), 'v2')).toBe(false)
  expect(isNew(said('v3'), said('v1'), undefined)).toBe(true)
  expect(isNew(said('v1'), said('v1'), undefined)).toBe(false)
  expect(isNew(said('v2'), nobody, 'v2')).toBe(true)
  expect(isNew(nobody, said('v1'), undefined)).toBe(false)
})

test('a new start of the same version is told by its boot alone', () => {
  expect(isNew(said('v1', 'b'), said('v1', 'a'), 'v1')).toBe(true)
  expect(isNew(said('v1', 'a'), said('v1', 'a'), 'v1')).toBe(false)
  expect(isNew(said('v1'), said('v1', 'a'), 'v1')).toBe(false)
})

test('an old version is back when it answers, and is not the start that was to be replaced', () => {
  expect(isBack(said('v1', 'c'), said('v1', 'a'), said('v2', 'b'))).toBe(true)
  expect(isBack(said('v2'), said('v1'), said('v2'))).toBe(false)
  expect(isBack(said('v1', 'b'), said('v1', 'a'), said('v1', 'b'))).toBe(false)
  expect(isBack(said('v1', 'c'), said('v1', 'a'), said('v1', 'b'))).toBe(true)
  expect(isBack(nobody, said('v1'), nobody)).toBe(false)
})
