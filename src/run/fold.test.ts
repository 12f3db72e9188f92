import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Boot, LoadRun, RunEvent } from '../records/index.ts'
import { decide } from '../verdict/index.ts'
import { fold } from './fold.ts'
import { EVENTS, sample, start } from './testing/small-run.ts'

const ended: RunEvent = { kind: 'ended', atMs: 50 }
const cut: RunEvent = { kind: 'cut', atMs: 45, error: { code: 'store-unusable', message: 'disk full' } }

test('a whole journal is a complete run, its checks in the order of the closed list', () => {
  const run = fold([...EVENTS, ended])
  expect(run).toMatchObject({ ...start, target: { model: 'm' }, state: 'complete', durationMs: 50 })
  expect(run.checks.map(({ id }) => id)).toEqual(['x.one', 'x.two'])
  expect([run.boots.length, run.samples.length, run.profile?.engine]).toEqual([1, 1, 'vllm'])
  expect(run).not.toHaveProperty('decision')
})

test('a journal without an end is a killed run that lasted until its last event', () => {
  expect(fold(EVENTS)).toMatchObject({ state: 'killed', durationMs: 105 })
})

test('what a pair is made of is in no number of the run itself', () => {
  const boot: Boot = { index: 1, origin: 'started', outcome: 'generating', attempts: [] }
  const slow = { ...sample(0), boot: 1, e2eMs: 9_999 }
  const ofPairs: readonly RunEvent[] = [
    {
      ...{ kind: 'observed', atMs: 60, boot, arm: 'baseline' },
      target: { kind: 'url', dialect: 'ananke' },
    },
    { kind: 'sampled', sample: { ...slow, arm: 'baseline' } },
    { kind: 'sampled', sample: { ...slow, index: 1, arm: 'candidate' } },
    { kind: 'compared', atMs: 70, end: { by: 'cap', reason: 'as many as were asked for' } },
  ]
  const [alone, both] = [fold([...EVENTS, ended]), fold([...EVENTS, ...ofPairs, ended])]
  expect([both.boots, both.samples, both.target]).toEqual([alone.boots, alone.samples, alone.target])
  expect(decide(both).measurements).toEqual(decide(alone).measurements)
  expect(both.pairedSamples?.map(({ arm }) => arm)).toEqual(['baseline', 'candidate'])
  expect(both.pairsEnd).toMatchObject({ by: 'cap' })
})

test('a run that was cut is interrupted, and says by what', () => {
  expect(fold([...EVENTS, cut, ended])).toMatchObject({
    state: 'interrupted',
    error: { code: 'store-unusable', message: 'disk full' },
  })
})

test('an event of a kind that is not known here changes nothing', () => {
  const foreign = { kind: 'from-a-newer-version', atMs: 1, what: [] } as unknown as RunEvent
  expect(fold([...EVENTS, foreign, ended])).toEqual(fold([...EVENTS, ended]))
})

test('wherever a journal breaks off, what was written before is there, and nothing of it is a PASS', () => {
  expect(decide(fold([...EVENTS, ended])).verdict).toBe('PASS')
  for (let length = 1; length <= EVENTS.length; length++) {
    const run = fold(EVENTS.slice(0, length))
    const of = (kind: RunEvent['kind']) =>
      EVENTS.slice(0, length).filter((event) => event.kind === kind).length
    expect([run.boots.length, run.samples.length, run.checks.length]).toEqual(
      (['observed', 'sampled', 'checked'] as const).map(of),
    )
    expect(decide(run)).toMatchObject({ verdict: 'INCONCLUSIVE', state: 'killed' })
  }
})

test('whatever is missing from a journal, or stands twice in it, is no PASS', () => {
  const whole = [...EVENTS, ended]
  const places = fc.array(fc.nat(whole.length - 1), { minLength: 0, maxLength: whole.length + 2 })
  fc.assert(
    fc.property(places, (picked) => {
      const [first, ...rest] = whole
      const events = [
        first as RunEvent,
        ...picked.filter((place) => place > 0).map((place) => whole[place] as RunEvent),
      ]
      const needed = rest.filter(
        (event) => event.kind === 'observed' || event.kind === 'checked' || event.kind === 'ended',
      )
      const isWhole = needed.every((event) => events.includes(event))
      const hasCopies =
        events.filter((event) => event.kind === 'checked' || event.kind === 'sampled').length !==
        new Set(events.filter((event) => event.kind === 'checked' || event.kind === 'sampled')).size
      if (decide(fold(events)).verdict === 'PASS') expect([isWhole, hasCopies]).toEqual([true, false])
    }),
    { seed: 5, numRuns: 300 },
  )
})

test('each load has what was counted of the service while it was sent', () => {
  const driven = (scenario: string): RunEvent => ({
    kind: 'driven',
    atMs: 50,
    driven: { scenario } as LoadRun,
  })
  const counted = (scenario: string, waiting: number): RunEvent => ({
    ...{ kind: 'counted', atMs: 49, scenario },
    use: { series: [{ atMs: 48, waiting }] },
  })
  const events = [counted('step-1', 3), driven('step-1'), counted('step-2', 9), driven('step-2')]
  const { loads, serviceUse } = fold([...EVENTS, ...events, ended])
  expect(loads?.map((load) => load.serviceUse?.series?.[0]?.waiting)).toEqual([3, 9])
  expect(serviceUse?.series?.[0]?.waiting).toBe(9)
})
