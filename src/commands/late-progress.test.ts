import { expect, test } from 'vitest'
import { HandClock } from '../reporters/testing/hand-clock.ts'
import { lateProgress } from './late-progress.ts'
import { recordedIo } from './testing/recorded-io.ts'

test('work that is done within a second says nothing', async () => {
  const io = recordedIo()
  const clock = new HandClock()
  {
    using progress = lateProgress('series', io, 'plain', clock)
    await progress.step(0, 2)
    await progress.step(1, 2)
  }
  expect(io.err()).toBe('')
})

test('longer work says how far it is, and that it is done', async () => {
  const io = recordedIo()
  const clock = new HandClock()
  {
    using progress = lateProgress('series', io, 'plain', clock)
    await progress.step(0, 12)
    await clock.move(2_000)
    await progress.step(3, 12)
    await clock.move(6_000)
    await progress.step(9, 12)
  }
  const lines = io.err().trimEnd().split('\n')
  expect(lines[0]).toContain('series 0/12')
  expect(lines.slice(1, -1).join()).toContain('series 3/12')
  expect(lines.at(-1)).toMatch(/series 9\/12 in 6\.0 s/)
})

test('Ctrl-C ends it at the next step', async () => {
  const stopped = new AbortController()
  using progress = lateProgress('series', recordedIo({ signal: stopped.signal }))
  await progress.step(0, 2)
  stopped.abort(new Error('interrupted'))
  await expect(progress.step(1, 2)).rejects.toThrow('interrupted')
})
