import { expect, test } from 'vitest'
import { alarmsOf, judgeFault } from './outcome.ts'
import type { Judged, Word } from './subject.ts'

const FAULT = { caughtBy: { 'a.about-it': /0 tokens/ } }

const judged = (words: readonly Word[], exitCode = 10): Judged => ({
  subject: { dialect: 'openai', seed: 1, fault: 'some-fault' },
  ...{ verdict: exitCode === 0 ? 'PASS' : 'FAIL', exitCode, words },
  ...{ reasons: ['a reason of the verdict'], durationMs: 9_000 },
})
const failed = (id: string, reason: string, atMs = 1_000): Word => ({ id, outcome: 'failed', reason, atMs })

test('a check that is about the fault and states its cause proves it, and stands first', () => {
  const words = [failed('b.other', 'HTTP 500', 700), failed('a.about-it', 'a text counts 0 tokens', 900)]
  expect(judgeFault(judged(words), FAULT)).toMatchObject({
    outcome: 'proven',
    proof: { id: 'a.about-it' },
    failed: [{ id: 'a.about-it' }, { id: 'b.other' }],
    firstFailureMs: 700,
  })
})

test('the same check with another reason does not prove it', () => {
  expect(judgeFault(judged([failed('a.about-it', 'it broke')]), FAULT)).toMatchObject({ outcome: 'unstated' })
})

test('the right words of another check do not prove it', () => {
  const found = judgeFault(judged([failed('b.other', 'a text counts 0 tokens')]), FAULT)
  expect(found).toMatchObject({ outcome: 'neighbour' })
  expect(found.proof).toBeUndefined()
})

test('a gate that does not fail has missed it, whatever its checks say', () => {
  const words = [failed('a.about-it', 'a text counts 0 tokens')]
  expect(judgeFault(judged(words, 20), FAULT).outcome).toBe('missed')
  expect(judgeFault(judged([], 0), FAULT).outcome).toBe('missed')
})

test('a healthy simulator is silent only with exit 0 and no word', () => {
  expect(alarmsOf(judged([{ id: 'a.about-it', outcome: 'passed' }], 0))).toEqual([])
  expect(alarmsOf(judged([], 20))).toEqual(['a reason of the verdict'])
  expect(alarmsOf(judged([{ id: 'b.other', outcome: 'inconclusive', reason: 'too few' }], 0))).toEqual([
    'b.other inconclusive: too few',
  ])
})
