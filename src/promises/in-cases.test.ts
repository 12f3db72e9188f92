import { expect, test } from 'vitest'
import { Cases } from '../checks/cases.ts'
import type { CheckTools } from './definition.ts'
import { inCases } from './in-cases.ts'
import { notApplicable, verify } from './outcome.ts'

const none = async () => notApplicable('there are no tools')
const good = async () => verify(true, 'never')
const bad = async () => verify(false, 'it calls another tool')

/** What the cases came to, and how the whole ended. */
async function judged(cases: Parameters<typeof inCases>[1]) {
  const kept = new Cases()
  const tools = { inCase: (name, task) => kept.judge(name, task) } satisfies Pick<CheckTools, 'inCase'>
  const ended = await inCases(tools as CheckTools, cases).then(
    () => 'went on',
    (thrown: Error) => thrown.message,
  )
  return { ended, outcomes: kept.results.map(({ outcome }) => outcome) }
}

test('each case is judged, and one that concerns the service makes the check concern it', async () => {
  expect(await judged({ a: none, b: good, c: bad })).toEqual({
    ended: 'went on',
    outcomes: ['not-applicable', 'passed', 'failed'],
  })
  expect(await judged({ a: none, b: bad })).toMatchObject({ ended: 'went on' })
})

test('where no case concerns the service the check does not either, for the reason of the first', async () => {
  const other = async () => notApplicable('there are no streams')
  expect(await judged({ a: none, b: other })).toMatchObject({ ended: 'a: there are no tools' })
})
