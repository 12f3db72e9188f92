import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { unwritable } from '../disk.ts'
import { HarnessError } from '../errors.ts'
import type { Run, RunEvent, TargetSpec, Verdict } from '../records/index.ts'
import { type RunningSimulator, startSimulator } from '../simulator/index.ts'
import { fold } from './fold.ts'
import type { Journal } from './journal.ts'
import { run } from './run.ts'
import { planFor } from './testing/plan-for.ts'
import type { World } from './world.ts'

let simulator: RunningSimulator
let url: TargetSpec

beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant' })
  url = { kind: 'url', dialect: 'openai', baseUrl: simulator.url, readyTimeoutMs: 10_000 }
})
afterAll(() => simulator[Symbol.asyncDispose]())

const started: TargetSpec = {
  kind: 'simulator',
  dialect: 'openai',
  profile: 'instant',
  faults: [],
  seed: 1,
  readyTimeoutMs: 30_000,
}

/** A world that remembers what reached it; its journal keeps events until `refuse` says what becomes of one. */
function recorded(refuse: (event: RunEvent | 'sync', count: number) => void = () => {}) {
  const kept: RunEvent[] = []
  const published: { readonly run: Run; readonly verdict: Verdict }[] = []
  const warnings: string[] = []
  let count = 0
  const journal: Journal = {
    append(event) {
      refuse(event, ++count)
      kept.push(event)
    },
    sync: () => refuse('sync', ++count),
  }
  const world: World = {
    journal,
    progress: {
      phase() {},
      step() {},
      began() {},
      saw() {},
      status() {},
      note() {},
      warn: (text) => void warnings.push(text),
    },
    signal: new AbortController().signal,
    begun() {},
    publish: (ended, verdict) => void published.push({ run: ended, verdict }),
    record() {},
  }
  return { world, kept, published, warnings, count: () => count }
}

const full = () => {
  throw unwritable('/reports/x', Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }))
}

test('the journal of a run folds to what was published, and its decision is the verdict', async () => {
  const { world, kept, published } = recorded()
  const verdict = await run(await planFor(url), world)
  expect([verdict.verdict, verdict.exitCode, verdict.state]).toEqual(['PASS', 0, 'complete'])
  expect(published).toEqual([{ run: fold(kept), verdict }])
  expect(fold(kept).decision).toMatchObject({ verdict: 'PASS', reasons: verdict.reasons })
  expect(kept.map(({ kind }) => kind).filter((kind) => kind !== 'checked')).toEqual([
    ...['started', 'observed', 'profiled', 'ended'],
  ])
  expect(kept[0]).toMatchObject({
    fingerprint: {
      targetName: 'it',
      policyHash: expect.stringMatching(/^sha256:/),
      host: expect.any(String),
    },
  })
})

test('wherever the disk refuses, once or for good, the verdict is shown once and is no PASS', async () => {
  const plan = await planFor(url)
  const whole = recorded()
  await run(plan, whole.world)
  expect(whole.count()).toBeGreaterThan(15)
  for (const forGood of [false, true])
    for (let point = 3; point <= whole.count(); point++) {
      const { world, published, warnings } = recorded((_event, count) => {
        if (forGood ? count >= point : count === point) full()
      })
      const verdict = await run(plan, world)
      expect([point, published.length, verdict.verdict, verdict.exitCode, verdict.state]).toEqual([
        ...[point, 1, 'INCONCLUSIVE', 30, 'interrupted'],
      ])
      expect(warnings.join()).toMatch(/ENOSPC.*free some space/)
    }
})

test('a run whose beginning cannot be kept is not begun', async () => {
  for (const point of [1, 2]) {
    const { world, published } = recorded((_event, count) => (count === point ? full() : undefined))
    await expect(run(await planFor(url), world)).rejects.toMatchObject({ code: 'reports-unwritable' })
    expect(published).toEqual([])
  }
})

test('a disk that fills up in the middle of a cold start leaves no service behind', async () => {
  let address = ''
  const { world, published } = recorded((event) => {
    if (event === 'sync') return
    if (event.kind === 'observed') address = event.target.url ?? ''
    if (event.kind === 'sampled') full()
  })
  const verdict = await run(await planFor(started, { command: 'gate' }), world)
  expect([verdict.exitCode, published.length]).toEqual([30, 1])
  const socket = connect(Number(new URL(address).port), '127.0.0.1')
  const [error] = await once(socket, 'error')
  expect(error).toMatchObject({ code: 'ECONNREFUSED' })
})

test('a run of whose service nothing was left to measure is interrupted by its budget, and the checks before it are kept', async () => {
  const { world, kept } = recorded()
  const plan = { ...(await planFor(url, { command: 'gate' })), maxSeconds: 0.000_001 }
  const verdict = await run(plan, world)
  expect(verdict).toMatchObject({ verdict: 'INCONCLUSIVE', exitCode: 20, state: 'interrupted' })
  expect(kept.filter(({ kind }) => kind === 'checked').length).toBe(plan.asked.length)
})

test('the wall clock decides nothing: a run under one that jumps by hours is as long and as good as any', async () => {
  let jumps = 0
  const clock = {
    ...systemClock,
    now: () => new Date(Date.UTC(2026, 0, 1) + (jumps++ % 2 ? 1 : -1) * 86_400_000),
  }
  const { world } = recorded()
  const verdict = await run(await planFor(url, { clock }), world)
  expect([verdict.verdict, verdict.state]).toEqual(['PASS', 'complete'])
  expect(verdict.durationMs).toBeGreaterThan(0)
  expect(verdict.durationMs).toBeLessThan(60_000)
})

test('an interrupt keeps what was seen, says so, and is no PASS', async () => {
  const stop = new AbortController()
  const { world, kept, published } = recorded((event) => {
    if (event !== 'sync' && event.kind === 'checked')
      stop.abort(new HarnessError('interrupted', 'Stopped by Ctrl-C (SIGINT): run it again for a verdict.'))
  })
  const verdict = await run(await planFor(url), { ...world, signal: stop.signal })
  expect([verdict.verdict, verdict.exitCode, verdict.state]).toEqual(['INCONCLUSIVE', 130, 'interrupted'])
  expect(published).toHaveLength(1)
  expect(kept.some(({ kind }) => kind === 'checked')).toBe(true)
  expect(kept.at(-1)).toMatchObject({ kind: 'ended', decision: { exitCode: 130 } })
})

test('an interrupt after the last check, while the service is being stopped, is one too', async () => {
  const stop = new AbortController()
  const { world, published } = recorded((event, count) => {
    if (event === 'sync' && count > 15)
      stop.abort(new HarnessError('interrupted', 'Stopped by Ctrl-C (SIGINT): run it again for a verdict.'))
  })
  const verdict = await run(await planFor(url), { ...world, signal: stop.signal })
  expect([verdict.verdict, verdict.exitCode]).toEqual(['INCONCLUSIVE', 130])
  expect(published).toHaveLength(1)
})

test('a journal that lost an event and why keeps no decision: read back it is no complete run', async () => {
  const { world, kept } = recorded((event) => {
    if (event !== 'sync' && (event.kind === 'profiled' || event.kind === 'cut')) full()
  })
  const verdict = await run(await planFor(url), world)
  expect([verdict.verdict, verdict.exitCode]).toEqual(['INCONCLUSIVE', 30])
  expect(fold(kept)).toMatchObject({ state: 'killed' })
  expect(fold(kept)).not.toHaveProperty('decision')
})

test('checks that the budget left no time for make an interrupted run', async () => {
  const { world } = recorded()
  const verdict = await run({ ...(await planFor(url)), maxSeconds: 0.000_001 }, world)
  expect(verdict).toMatchObject({ verdict: 'INCONCLUSIVE', exitCode: 20, state: 'interrupted' })
})

test('a promise that a check left behind fails the run, not the process', async () => {
  const { world } = recorded()
  const plan = await planFor(url)
  const [first] = plan.asked
  if (!first) throw new Error('nothing is asked')
  const definition: typeof first.definition = {
    ...first.definition,
    async check({ service }) {
      void service.health().then(() => Promise.reject(new Error('too late')))
      await service.health()
      await systemClock.sleep(50)
    },
  }
  const verdict = await run({ ...plan, asked: [{ ...first, definition }, ...plan.asked.slice(1)] }, world)
  expect([verdict.verdict, verdict.exitCode]).toEqual(['INCONCLUSIVE', 30])
  expect(verdict.reasons[0]).toMatch(/left a promise behind.*too late.*await it/)
})

test('a crash of ours is thrown, publishes nothing, and stops what was started', async () => {
  let address = ''
  const { world, published } = recorded((event) => {
    if (event !== 'sync' && event.kind === 'observed') {
      address = event.target.url ?? ''
      throw new TypeError('a bug')
    }
  })
  await expect(run(await planFor(started), world)).rejects.toThrow('a bug')
  expect(published).toEqual([])
  const socket = connect(Number(new URL(address).port), '127.0.0.1')
  await once(socket, 'error')
})
