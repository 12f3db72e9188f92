import { expect, test } from 'vitest'
import { inconclusive, notApplicable, verify } from '../promises/index.ts'
import { Cases, type Ended } from './cases.ts'

const PASSED: Ended = { outcome: 'passed' }
const fails = (reason: string) => () => verify(false, reason)

test('a broken case hides no other, and each stands by itself', async () => {
  const cases = new Cases()
  expect(await cases.judge('a', fails('no a'))).toBeUndefined()
  expect(await cases.judge('b', () => 7)).toBe(7)
  await cases.judge('c', async () => fails('no c')())
  expect(cases.results).toEqual([
    { name: 'a', outcome: 'failed', reason: 'no a' },
    { name: 'b', outcome: 'passed' },
    { name: 'c', outcome: 'failed', reason: 'no c' },
  ])
  expect(cases.concluded(PASSED)).toMatchObject({
    outcome: 'failed',
    reason: '2 of 3 cases failed: a: no a; c: no c',
  })
})

test('without a broken case a check is what it says itself', async () => {
  const cases = new Cases()
  const ends: readonly Ended[] = [PASSED, { outcome: 'failed', reason: 'x' }, { outcome: 'not-applicable' }]
  for (const ended of ends) expect(cases.concluded(ended)).toEqual(ended)
  await cases.judge('a', () => {})
  await cases.judge('b', () => notApplicable('not here'))
  for (const ended of ends) expect(cases.concluded(ended)).toEqual(ended)
  expect(cases.results).toHaveLength(2)
})

test('a check of which no case concerns the service does not concern it', async () => {
  const cases = new Cases()
  for (const name of ['a', 'b']) await cases.judge(name, () => notApplicable(`no ${name} here`))
  expect(cases.concluded(PASSED)).toEqual({ outcome: 'not-applicable', reason: 'a: no a here' })
})

test('what ends the check besides its cases stands among them: no waiver of a case hides it', async () => {
  const cases = new Cases()
  await cases.judge('a', fails('no a'))
  expect(cases.concluded({ outcome: 'failed', reason: 'the service is gone' }).reason).toContain('2 of 2')
  expect(cases.results.at(-1)).toEqual({
    ...{ name: 'outside the cases', outcome: 'failed', reason: 'the service is gone' },
  })
})

test('an undecided case leaves its check undecided, a check out of time with a broken case has failed', async () => {
  const cases = new Cases()
  await cases.judge('a', () => inconclusive('cannot tell'))
  expect(cases.concluded(PASSED)).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringContaining('a: cannot tell'),
  })
  await cases.judge('b', fails('no b'))
  expect(
    cases.concluded({ outcome: 'inconclusive', reason: 'its time was spent', late: true }),
  ).toMatchObject({
    outcome: 'failed',
    late: true,
  })
})

test('a case that is judged several times is as bad as the worst of them', async () => {
  const cases = new Cases()
  for (const task of [() => {}, fails('once'), () => {}]) await cases.judge('a', task)
  expect(cases.results).toEqual([{ name: 'a', outcome: 'failed', reason: 'once' }])
})

test('an error of the check itself is no verdict on a case', async () => {
  const cases = new Cases()
  const broken = () => Promise.reject(new TypeError('x is undefined'))
  await expect(cases.judge('a', broken)).rejects.toThrow('x is undefined')
  expect(cases.results).toEqual([])
})
