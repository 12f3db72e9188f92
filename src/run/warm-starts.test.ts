import { expect, test } from 'vitest'
import type { Run, RunEvent, TargetSpec } from '../records/index.ts'
import { fold } from './fold.ts'
import { run } from './run.ts'
import { planFor } from './testing/plan-for.ts'
import { shareOf } from './warm-shares.ts'
import type { World } from './world.ts'

const simulator: TargetSpec = {
  ...{
    kind: 'simulator',
    dialect: 'openai',
    profile: 'instant',
    faults: [],
    seed: 1,
    readyTimeoutMs: 30_000,
  },
}

async function bench(spec: TargetSpec, coldStarts: number, warmRequests: number): Promise<Run> {
  const events: RunEvent[] = []
  const world: World = {
    journal: { append: (event) => void events.push(event), sync() {} },
    progress: { phase() {}, step() {}, began() {}, saw() {}, status() {}, note() {}, warn() {} },
    signal: new AbortController().signal,
    ...{ begun() {}, publish() {}, record() {} },
  }
  const plan = await planFor(spec, { command: 'bench' })
  await run({ ...plan, coldStarts, bench: { coldStarts, warmRequests, warmup: 1 } }, world)
  return fold(events)
}

test('the shares of all starts are as many answers as were asked for', () => {
  for (const [requests, starts] of [
    [30, 3],
    [20, 3],
    [1, 3],
    [31, 4],
  ] as const) {
    const shares = Array.from({ length: starts }, (_, start) => shareOf(requests, start, starts))
    expect(shares.reduce((sum, one) => sum + one)).toBe(requests)
  }
})

test('bench measures every start while it is warm, each with its share, and judges all of them together', async () => {
  const { samples, decision } = await bench(simulator, 2, 5)
  const counted = samples.filter(({ warmth, warmUp }) => warmth === 'warm' && !warmUp)
  const byBoot = [0, 1].map((boot) => counted.filter((sample) => sample.boot === boot).length)
  expect(byBoot).toEqual([2, 3])
  expect(decision?.measurements.find(({ name }) => name === 'e2eMsP50')?.n).toBe(5)
  expect(decision?.measurements.find(({ name }) => name === 'secondToFirstStart')?.n).toBe(2)
})

test('a start whose warm request fails is left, and no start before the last is measured after it', async () => {
  const { samples } = await bench({ ...simulator, faults: ['gpu-fault-health-200'] }, 4, 80)
  const failed = samples.filter(({ warmth, outcome }) => warmth === 'warm' && outcome !== 'completed')
  const ofStart = (boot: number) => failed.filter((sample) => sample.boot === boot).length
  expect([ofStart(0), ofStart(1), ofStart(2)]).toEqual([1, 0, 0])
  expect(ofStart(3)).toBe(2)
  expect(samples.some(({ warmth, boot }) => warmth === 'warm' && (boot === 1 || boot === 2))).toBe(false)
})
