import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { DecodeQueue } from './decode-queue.ts'

test('work is done after the turn in which it came: the ends of answers first, then beginnings', async () => {
  const queue = new DecodeQueue(systemClock)
  const done: string[] = []
  queue.begin(() => {
    done.push('beginning')
    return false
  })
  let left = 3
  const end = queue.end(() => {
    done.push(`step ${left}`)
    return --left === 0 ? { done } : undefined
  })
  expect(done).toEqual([])
  await end
  await new Promise(setImmediate)
  expect(done).toEqual(['step 3', 'step 2', 'step 1', 'beginning'])
})

test('between two slices the loop turns, however much there is to do', async () => {
  let nowMs = 0
  const clock = { ...systemClock, monotonicMs: () => (nowMs += 0.2) }
  const queue = new DecodeQueue(clock)
  let steps = 0
  const end = queue.end(() => (++steps === 100 ? {} : undefined))
  const seen: number[] = []
  const look = () => {
    seen.push(steps)
    if (steps < 100) setImmediate(look)
  }
  look()
  await end
  expect(seen.length).toBeGreaterThan(10)
})

test('what a step throws rejects its own end and no other', async () => {
  const queue = new DecodeQueue(systemClock)
  const broken = queue.end(() => {
    throw new RangeError('mine')
  })
  const whole = queue.end(() => ({}))
  await expect(broken).rejects.toThrow('mine')
  expect(await whole).toEqual({})
})
