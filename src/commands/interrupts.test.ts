import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { Hangups, watchInterrupts } from './interrupts.ts'

function stage(launched = false, hangups = new Hangups()) {
  const time = { ms: 1_000 }
  const exits: number[] = []
  const process = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) })
  const clock = { monotonicMs: () => time.ms, now: () => new Date(time.ms), sleep: async () => {} }
  return { process, exits, time, signal: watchInterrupts(process, launched, clock, hangups) }
}

test('the first Ctrl-C aborts with the exit code of an interruption, the second leaves at once', () => {
  const { process, exits, time, signal } = stage()
  expect(signal.aborted).toBe(false)
  process.emit('SIGINT')
  expect(signal.reason).toMatchObject({ code: 'interrupted', exitCode: 130 })
  expect(exits).toEqual([])
  time.ms += 400
  process.emit('SIGINT')
  expect(exits).toEqual([130])
})

test('one press that npm and the launcher pass on is one press', () => {
  const { process, exits, time } = stage()
  for (let copy = 0; copy < 3; copy++) {
    process.emit('SIGINT')
    time.ms += 20
  }
  expect(exits).toEqual([])
})

test('SIGTERM and SIGHUP are a termination', () => {
  for (const name of ['SIGTERM', 'SIGHUP']) {
    const { process, signal } = stage()
    process.emit(name)
    expect(signal.reason).toMatchObject({ code: 'terminated', exitCode: 143 })
  }
})

test('a launcher that was killed ends the run; without a launcher a lost channel means nothing', () => {
  for (const launched of [true, false]) {
    const { process, signal } = stage(launched)
    process.emit('disconnect')
    expect(signal.aborted).toBe(launched)
  }
})

test('SIGHUP ends nothing while somebody takes it, and ends the run again afterwards', () => {
  const hangups = new Hangups()
  const { process, signal } = stage(false, hangups)
  let calls = 0
  const taken = hangups.take(() => void calls++)
  process.emit('SIGHUP')
  expect([calls, signal.aborted]).toEqual([1, false])
  taken[Symbol.dispose]()
  process.emit('SIGHUP')
  expect([calls, signal.aborted]).toEqual([1, true])
})
