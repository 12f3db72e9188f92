import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { startSimulator } from './start.ts'
import { exchange } from './testing/exchange.ts'

test('faults that begin later leave the server as it is until then', async () => {
  let passedMs = 0
  const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + passedMs }
  await using simulator = await startSimulator({
    ...{ profile: 'instant', faults: ['health-green-generate-error'], faultAfterMs: 600_000, clock },
  })
  const ask = async (): Promise<string> => {
    const body = { model: 'infergate-simulated', prompt: 'Say hello.', max_tokens: 4 }
    return (await exchange(simulator.url, '/v1/completions', { method: 'POST', body })).text
  }
  expect(JSON.parse(await ask()).choices[0].finish_reason).not.toBe('error')
  passedMs = 600_000
  expect(JSON.parse(await ask()).choices[0].finish_reason).toBe('error')
})
