import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLanes } from './lanes.ts'

test('whatever comes in whatever order, an alone task has nobody beside it and the limit holds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3 })), { maxLength: 30 }),
      fc.integer({ min: 1, max: 5 }),
      async (tasks, limit) => {
        const lanes = createLanes(limit)
        const running = new Set<boolean>()
        let [now, most] = [0, 0]
        const order: number[] = []
        const run = (isAlone: boolean, turns: number, index: number) =>
          lanes.run(isAlone, async () => {
            order.push(index)
            now += 1
            most = Math.max(most, now)
            running.add(isAlone)
            if (isAlone) expect(now).toBe(1)
            for (let turn = 0; turn < turns; turn++) await setImmediate()
            if (isAlone) expect(now).toBe(1)
            now -= 1
          })
        await Promise.all(tasks.map(([isAlone, turns], index) => run(isAlone, turns, index)))
        expect(most).toBeLessThanOrEqual(limit)
        expect(order).toEqual(tasks.map((_, index) => index))
      },
    ),
    { seed: 7, numRuns: 100 },
  )
})

test('shared tasks do run side by side', async () => {
  const lanes = createLanes(2)
  const both = Promise.withResolvers<void>()
  let running = 0
  const task = async () => {
    running += 1
    if (running === 2) both.resolve()
    await both.promise
  }
  await Promise.all([lanes.run(false, task), lanes.run(false, task)])
  expect(running).toBe(2)
})

test('a task that throws leaves its lane', async () => {
  const lanes = createLanes(1)
  await expect(lanes.run(true, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(await lanes.run(true, () => Promise.resolve('next'))).toBe('next')
})
