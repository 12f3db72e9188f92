import { expect, test } from 'vitest'
import { scanWithCompatCanary } from '../../testing/compat-canary.ts'
import { startSimulator } from './start.ts'

test('CompatCanary finds nothing missing in the simulator', async () => {
  await using simulator = await startSimulator({ profile: 'instant' })
  expect(await scanWithCompatCanary(simulator.url)).toEqual({ missing: [], exit: 0, probes: 7 })
})

test('CompatCanary names what a broken one lacks', async () => {
  await using simulator = await startSimulator({ profile: 'instant', faults: ['constraint-not-enforced'] })
  const { missing, exit } = await scanWithCompatCanary(simulator.url)
  expect([missing, exit]).toEqual([expect.arrayContaining(['chat.structured_output']), 1])
})
