import { expect, test } from 'vitest'
import { startSimulator } from '../start.ts'
import { look } from '../testing/observe.ts'
import { FAULTS, findFaults } from './catalogue.ts'
import { FAMILIES, type FaultyServer } from './fault.ts'

test('ids are words, and unique; each fault says its symptom, its family and its source', () => {
  expect(new Set(FAULTS.map(({ id }) => id)).size).toBe(FAULTS.length)
  for (const fault of FAULTS) {
    expect(fault.id).toMatch(/^[a-z\d]+(-[a-z\d]+)+$/)
    expect(FAMILIES).toHaveProperty(fault.family)
    expect(fault.says).not.toBe('')
    expect(fault.source).not.toBe('')
    expect(fault.dialects.length).toBeGreaterThan(0)
  }
})

test('an unknown id is refused with the nearest one', () => {
  expect(() => findFaults(['usage-zeor'], 'openai')).toThrow(
    'There is no fault "usage-zeor". Did you mean "usage-zero"?',
  )
  expect(() => findFaults(['qqqqqqqqqqqqqq'], 'openai')).toThrow(/lists? all|shows all/)
})

test('a fault that cannot show in a dialect is refused there', async () => {
  const starting = startSimulator({ profile: 'instant', dialect: 'ananke', faults: ['no-finish-no-done'] })
  await expect(starting).rejects.toThrow('no-finish-no-done cannot show in the dialect ananke')
})

test('several faults show together', async () => {
  const faults = ['usage-zero', 'length-masked', 'health-one-second-floor']
  await look('openai', faults, async ({ ask, get }) => {
    expect(await ask({ maxTokens: 3 })).toMatchObject({ finish: 'stop', completionTokens: 0 })
    expect((await get('/health')).tookMs).toBeGreaterThan(900)
  })
})

test('a fault with a factor takes another one, and one without has none', () => {
  const pace = (typed: string) =>
    findFaults([typed], 'openai')[0]
      ?.arm({} as FaultyServer)
      .pace?.({ firstTokenMs: 100, tokenMs: 10 })
  expect(pace('ttft-regression')).toEqual({ firstTokenMs: 300, tokenMs: 10 })
  expect(pace('ttft-regression:factor=1.5')).toEqual({ firstTokenMs: 150, tokenMs: 10 })
  expect(pace('throughput-drop:factor=1.5')).toEqual({ firstTokenMs: 150, tokenMs: 15 })
  expect(() => findFaults(['usage-zero:factor=2'], 'openai')).toThrow('The fault usage-zero has no factor')
  for (const wrong of ['factor=0.5', 'factor=', 'factor=1e9', 'rate=2'])
    expect(() => findFaults([`ttft-regression:${wrong}`], 'openai')).toThrow('ttft-regression:factor=1.1')
})
