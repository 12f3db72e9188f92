import { expect, test } from 'vitest'
import type { Calibration, RunEvent } from '../records/index.ts'
import { LOAD, steadySamples } from '../verdict/testing/load-samples.ts'
import { calibrateLoad } from './calibrate-load.ts'
import { fold } from './fold.ts'
import { planFor } from './testing/plan-for.ts'
import { quietWorld } from './testing/quiet-world.ts'
import { start } from './testing/small-run.ts'

test('where nothing streamed there is no error of a client to find, and nothing is started', async () => {
  const plan = await planFor({
    kind: 'url',
    dialect: 'openai',
    baseUrl: 'http://127.0.0.1:9',
    readyTimeoutMs: 1,
  })
  const said: string[] = []
  const world = {
    ...quietWorld(),
    progress: { ...quietWorld().progress, phase: (name: string) => said.push(name) },
  }
  const samples = steadySamples(9, () => ({ chunkAtMs: [50] }))
  expect(await calibrateLoad({ plan, world }, samples)).toBeUndefined()
  expect(said).toEqual([])
})

test('what was found stands with the load that it is about', () => {
  const of = { p50: 0.1, p99: 0.2, max: 0.3 }
  const calibration: Calibration = {
    ...{ state: 'void', reason: 'late', load: 'one', stubLateMs: of, stubCore: { pinnedTo: 1 } },
  }
  const events: RunEvent[] = [
    { kind: 'started', ...start },
    { kind: 'driven', atMs: 1, driven: { ...LOAD, scenario: 'load/1' } },
    { kind: 'driven', atMs: 2, driven: { ...LOAD, scenario: 'load/2' } },
    { kind: 'calibrated', atMs: 3, scenario: 'load/2', calibration },
  ]
  const [first, second] = fold(events).loads ?? []
  expect(first).not.toHaveProperty('calibration')
  expect(second).toMatchObject({ calibration })
})
