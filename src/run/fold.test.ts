import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RunEvent } from '../records/index.ts'
import { decide } from '../verdict/index.ts'
import { fold } from './fold.ts'
import { EVENTS, start } from './testing/small-run.ts'

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
