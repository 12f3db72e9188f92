import { expect, test } from 'vitest'
import { after, deadline, systemClock } from './clock.ts'

test('what is set for later happens once, and not at all after it was disposed', async () => {
  const calls: string[] = []
  after(systemClock, 5, () => calls.push('kept'))
  after(systemClock, 5, () => calls.push('dropped'))[Symbol.dispose]()
  await systemClock.sleep(30)
  expect(calls).toEqual(['kept'])
})

test('a deadline aborts with the error that undici and Node use for it', async () => {
  using limit = deadline(systemClock, 5)
  expect(limit.signal.aborted).toBe(false)
  await systemClock.sleep(30)
  expect(limit.signal.reason).toMatchObject({ name: 'TimeoutError' })
})

test('a sleep longer than any timer does not end at once', async () => {
  const leave = new AbortController()
  const slept = systemClock.sleep(2 ** 40, leave.signal).then(
    () => 'slept',
    () => 'left',
  )
  await systemClock.sleep(20)
  leave.abort()
  expect(await slept).toBe('left')
})
