import { expect, test } from 'vitest'
import type { ClientFigures } from '../../records/index.ts'
import { judgeClients } from './judge-client.ts'
import { QUIET } from './testing/quiet-client.ts'

const judged = (figures: Partial<ClientFigures>) => judgeClients([{ ...QUIET, ...figures }])
const kinds = (figures: Partial<ClientFigures>) => judged(figures).reasons.map(({ kind }) => kind)
const LATE = { p50: 1, p99: 12.3, low: 11, n: 2_000 }

test('a quiet client is valid, also beside a target that uses most of the machine', () => {
  expect(judged({})).toEqual({ reasons: [], warnings: [], clients: [QUIET] })
  const processors = { cores: 2, own: 0.3, target: 1.6, others: 0.05, stolen: 0.01 }
  expect(judged({ processors })).toMatchObject({ reasons: [], warnings: [] })
})

test('each limit is broken above it alone', () => {
  expect(kinds({ sendLagMs: { ...LATE, p99: 5, low: 5 } })).toEqual([])
  expect(kinds({ sendLagMs: { ...LATE, p99: 5.1, low: 5.01 } })).toEqual(['saturated'])
  expect(kinds({ loopDelayMs: { ...LATE, p99: 10, low: 10 } })).toEqual([])
  expect(kinds({ loopDelayMs: { ...LATE, p99: 10.1, low: 10.01 } })).toEqual(['saturated'])
  expect(kinds({ loopUtilization: 0.85 })).toEqual([])
  expect(kinds({ loopUtilization: 0.86 })).toEqual(['saturated'])
  expect(kinds({ loopUtilization: 0.99, watchedMs: 900 })).toEqual([])
})

test('a p99 that one late request of twenty makes is a warning', () => {
  const { reasons, warnings } = judged({ sendLagMs: { p50: 0.1, p99: 6, low: 0.4, n: 20 } })
  expect(reasons).toEqual([])
  expect(warnings).toEqual([
    'send lag p99 6 ms (limit 5 ms, n = 20): too few late ones to invalidate the load.',
  ])
})

test('a loop that has too much to do is saturated, with figure, threshold and advice', () => {
  const { reasons } = judged({
    sendLagMs: { p50: 2, p99: 61.27, low: 40, n: 400 },
    loopUtilization: 0.934,
    late: { ranMs: 9_000, waitedMs: 500, stoodMs: 10 },
  })
  expect(reasons).toEqual([
    {
      kind: 'saturated',
      says: 'The generator was saturated: send lag p99 61.3 ms (limit 5 ms, n = 400), event-loop utilisation 0.93 (limit 0.85).',
      next: 'Ask for fewer streams or a lower rate, share the load among processes with --workers, or use a quiet machine or a core of its own.',
    },
  ])
})

test('a client that wanted a core and had none names who had it', () => {
  const starved = { loopDelayMs: LATE, late: { ranMs: 100, waitedMs: 900, stoodMs: 0 } }
  const busy = { cores: 2, own: 0.1, target: 0.3, others: 1.58, stolen: 0.01 }
  const { reasons, warnings } = judged({
    ...starved,
    processors: busy,
    thread: { ranMs: 400, waitedMs: 2_980 },
  })
  expect(reasons).toMatchObject([
    {
      kind: 'starved',
      says: 'Others held the client’s cores (of 2 cores, other processes used 1.58, the service that this run started used 0.30): event-loop delay p99 12.3 ms (limit 10 ms, n = 2000), wait for a core 0.88 of the time that it wanted one (limit 0.6); it waited for one for 2.98 s and had one for 400 ms.',
    },
  ])
  expect(warnings).toHaveLength(1)
  const target = { cores: 1, own: 0.1, target: 0.88, others: 0.01, stolen: 0 }
  expect(judged({ ...starved, processors: target }).reasons[0]?.says).toContain(
    '(of 1 core, the service that this run started used 0.88)',
  )
  const stolen = { ...target, target: 0.1, stolen: 0.8 }
  expect(judged({ ...starved, processors: stolen }).reasons[0]?.says).toContain('the hypervisor used 0.80')
})

test('others that hold the core make a load invalid, also where no turn is late by much', () => {
  const hogged = {
    processors: { cores: 1, own: 0.08, target: 0.14, others: 0.76, stolen: 0 },
    thread: { ranMs: 1_340, waitedMs: 3_600 },
  }
  expect(judged(hogged).reasons).toMatchObject([{ kind: 'starved' }])
  expect(judged(hogged).reasons[0]?.says).toContain(
    'wait for a core 0.73 of the time that it wanted one (limit 0.6)',
  )
  // The service that the run started is no hog while the client keeps its limits, and a short wait is none.
  expect(
    kinds({ ...hogged, processors: { cores: 1, own: 0.08, target: 0.9, others: 0.01, stolen: 0 } }),
  ).toEqual([])
  expect(kinds({ ...hogged, thread: { ranMs: 400, waitedMs: 1_000 } })).toEqual([])
})

test('a late send without a late turn is judged by the whole time', () => {
  expect(kinds({ sendLagMs: LATE, thread: { ranMs: 300, waitedMs: 1_000 } })).toEqual(['starved'])
  expect(kinds({ sendLagMs: LATE, thread: { ranMs: 3_000, waitedMs: 100 } })).toEqual(['saturated'])
})

test('where the kernel keeps no account of waiting, full cores that others used are the cause', () => {
  const { thread: _, ...silent } = QUIET
  const of = (others: number) => ({ ...silent, loopDelayMs: LATE, processors: { ...NOBODY, others } })
  expect(judgeClients([of(1.7)]).reasons.map(({ kind }) => kind)).toEqual(['starved'])
  expect(judgeClients([of(0.2)]).reasons.map(({ kind }) => kind)).toEqual(['saturated'])
})

test('a quota that held the client back is the cause', () => {
  const processors = { ...NOBODY, throttledMs: 4_200 }
  const late = { ranMs: 100, waitedMs: 100, stoodMs: 800 }
  expect(judged({ loopDelayMs: LATE, late, processors }).reasons).toMatchObject([
    {
      kind: 'throttled',
      says: 'A CPU quota held the client back for 4.2 s of 20 s: event-loop delay p99 12.3 ms (limit 10 ms, n = 2000).',
    },
  ])
})

test('a pause and a clock jump are causes of their own, and come first', () => {
  const { reasons } = judged({
    loopDelayMs: LATE,
    late: { ranMs: 900, waitedMs: 0, stoodMs: 0 },
    pauses: [
      { atMs: 2_000, ms: 120, bySignal: true },
      { atMs: 3_180, ms: 998.75, bySignal: true },
    ],
    clockJumps: [{ atMs: 3_150, byMs: -3_600_000.6 }],
  })
  expect(reasons.map(({ kind }) => kind)).toEqual(['paused', 'clock-jump', 'saturated'])
  expect(reasons[0]?.says).toBe(
    'The client was paused for 999 ms (the longest of 2 pauses), 3.18 s after the start of the run: stopped by a signal.',
  )
  expect(reasons[1]?.says).toBe('The wall clock jumped back by 3600 s, 3.15 s after the start of the run.')
  expect(judged({ pauses: [{ atMs: 1, ms: 700 }] }).reasons[0]?.says).toContain(
    'it neither ran nor waited for a core',
  )
})

test('a loop above 0.6 is a warning', () => {
  expect(judged({ loopUtilization: 0.6 }).warnings).toEqual([])
  expect(judged({ loopUtilization: 0.61 })).toMatchObject({
    reasons: [],
    warnings: [
      'The generator is near its end: event-loop utilisation 0.61 (warning above 0.6, invalid above 0.85): share the load with --workers.',
    ],
  })
})

test('one late client of several makes the load invalid, and the same cause is said once', () => {
  const late = { ...QUIET, loopDelayMs: LATE }
  const { reasons, clients } = judgeClients([QUIET, late, late])
  expect([reasons.length, clients.length]).toEqual([1, 3])
})

const NOBODY = { cores: 2, own: 0.2, target: 0, others: 0, stolen: 0 }
