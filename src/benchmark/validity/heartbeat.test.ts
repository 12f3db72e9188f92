import { expect, test } from 'vitest'
import { type Beat, Heartbeat } from './heartbeat.ts'

/** A heart whose beats come after gaps of these lengths, each in part work and in part a wait for a core. */
function heartOf(gaps: readonly Gap[]): Heartbeat {
  let last: Required<Beat> = { atMs: 1_000, wallMs: 5e12, thread: { ranMs: 3, waitedMs: 2 } }
  const heart = new Heartbeat(last)
  for (const { ms, ranMs = 1, waitedMs = 0, wallMs = ms, wasContinued } of gaps) {
    const thread = { ranMs: last.thread.ranMs + ranMs, waitedMs: last.thread.waitedMs + waitedMs }
    last = { atMs: last.atMs + ms, wallMs: last.wallMs + wallMs, thread }
    heart.add(last)
    if (wasContinued) heart.continued(last.atMs + 20)
  }
  return heart
}

type Gap = {
  readonly ms: number
  readonly ranMs?: number
  readonly waitedMs?: number
  readonly wallMs?: number
  readonly wasContinued?: boolean
}

const REGULAR = { ms: 10 }

test('regular beats tell of nothing', () => {
  const heart = heartOf([REGULAR, { ms: 11, wallMs: 10 }, REGULAR])
  expect(heart.latenessMs()).toEqual([0, 1, 0])
  expect([heart.lateTurnsSince(0), heart.pauses, heart.clockJumps]).toEqual([[], [], []])
  expect(heart.lateTimes()).toEqual({ ranMs: 0, waitedMs: 0, stoodMs: 0 })
})

test('a long turn counts for each callback that would have waited for it', () => {
  const heart = heartOf([REGULAR, { ms: 45, ranMs: 40 }])
  expect(heart.latenessMs()).toEqual([0, 35, 25, 15, 5])
  expect(heart.latenessMs({ fromMs: 0, toMs: 1_015 })).toEqual([0])
  expect(heart.lateTurnsSince(1_050)).toEqual([{ fromMs: 1_020, toMs: 1_055 }])
  expect(heart.lateTimes()).toEqual({ ranMs: 40, waitedMs: 0, stoodMs: 0 })
})

test('a turn that outlasts the window counts for the callbacks that were due in it', () => {
  const heart = heartOf([{ ms: 1_000, waitedMs: 950 }])
  const within = { fromMs: 1_500, toMs: 1_519 }
  expect(heart.latenessMs(within)).toEqual([500, 490])
  expect(heart.lateTimes(within).waitedMs).toBe(950)
  expect(heart.latenessMs({ fromMs: 2_001, toMs: 3_000 })).toEqual([])
})

test('a turn that waited for a core is told from one that worked', () => {
  const heart = heartOf([{ ms: 60, ranMs: 5, waitedMs: 44 }])
  expect(heart.lateTimes()).toEqual({ ranMs: 5, waitedMs: 44, stoodMs: 1 })
})

test('a process that neither ran nor waited has stood still: no pause counts as lateness', () => {
  const stopped = heartOf([{ ms: 1_010, ranMs: 0, wasContinued: true }])
  expect(stopped.pauses).toEqual([{ atMs: 1_000, ms: 1_000, bySignal: true }])
  expect(stopped.latenessMs()).toEqual([])
  expect(heartOf([{ ms: 1_010, ranMs: 0 }]).pauses).toEqual([{ atMs: 1_000, ms: 1_000 }])
  // Long work and a long wait are none.
  expect(heartOf([{ ms: 1_010, ranMs: 990 }]).pauses).toEqual([])
  expect(heartOf([{ ms: 1_010, waitedMs: 900, wasContinued: true }]).pauses).toEqual([])
})

test('without a signal, what a disk may do is no pause', () => {
  expect(heartOf([{ ms: 310, ranMs: 0 }]).pauses).toEqual([])
  expect(heartOf([{ ms: 310, ranMs: 0, wasContinued: true }]).pauses).toHaveLength(1)
})

test('a wall clock that moves further than the monotonic one has jumped, either way', () => {
  const heart = heartOf([
    { ms: 10, wallMs: 3_600_010 },
    { ms: 10, wallMs: -1_990 },
    { ms: 12, wallMs: 11 },
  ])
  expect(heart.clockJumps).toEqual([
    { atMs: 1_010, byMs: 3_600_000 },
    { atMs: 1_020, byMs: -2_000 },
  ])
})

test('a beat that is overdue is known before it comes, and one right after another tells nothing', () => {
  const heart = heartOf([REGULAR])
  expect([heart.isOverdue(1_029), heart.isOverdue(1_030)]).toEqual([false, true])
  heart.add({ atMs: 1_012, wallMs: 5e12 + 12 })
  expect(heart.latenessMs()).toEqual([0])
})
