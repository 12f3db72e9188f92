import { expect, test } from 'vitest'
import { Slots } from './slots.ts'

const never = new AbortController().signal

test('slots are given in order of arrival, and nobody overtakes', async () => {
  const slots = new Slots(1, 5)
  const order: number[] = []
  const first = await slots.take(never)
  const others = [1, 2, 3].map(async (index) => {
    const release = await slots.take(never)
    order.push(index)
    release()
  })
  expect([slots.running, slots.waiting]).toEqual([1, 3])
  first()
  await Promise.all(others)
  expect([order, slots.running, slots.waiting]).toEqual([[1, 2, 3], 0, 0])
})

test('a full queue refuses at once with 503', async () => {
  const slots = new Slots(1, 0)
  const release = await slots.take(never)
  await expect(slots.take(never)).rejects.toMatchObject({ status: 503, kind: 'busy' })
  release()
  await slots.take(never)
})

test('one that leaves while waiting gives its place up', async () => {
  const slots = new Slots(1, 5)
  const release = await slots.take(never)
  const leaving = new AbortController()
  const waiting = slots.take(leaving.signal)
  leaving.abort(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  release()
  expect([slots.running, slots.waiting]).toEqual([0, 0])
})

test('releasing twice frees one slot', async () => {
  const slots = new Slots(2, 0)
  const [release] = [await slots.take(never), await slots.take(never)]
  release?.()
  release?.()
  expect(slots.running).toBe(1)
})

test('a frozen queue gives nothing more out', async () => {
  const slots = new Slots(2, 5)
  const release = await slots.take(never)
  slots.freeze()
  const leaving = new AbortController()
  const waiting = slots.take(leaving.signal)
  release()
  expect(slots.waiting).toBe(1)
  leaving.abort(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
})
