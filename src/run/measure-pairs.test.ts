import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HarnessError } from '../errors.ts'
import type { Run, RunEvent, TargetSpec, Verdict } from '../records/index.ts'
import { type RunningSimulator, startSimulator } from '../simulator/index.ts'
import { startFigures } from '../verdict/index.ts'
import { fold } from './fold.ts'
import { firstOf } from './measure-pairs.ts'
import { run } from './run.ts'
import { planFor } from './testing/plan-for.ts'
import { startProxy } from './testing/proxy.ts'
import { quietWorld } from './testing/quiet-world.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant' })
})
afterAll(() => simulator[Symbol.asyncDispose]())

const at = (baseUrl: string, readyTimeoutMs = 10_000): TargetSpec => ({
  ...{ kind: 'url', dialect: 'openai', baseUrl, readyTimeoutMs },
})
const started: TargetSpec = {
  ...{
    kind: 'simulator',
    dialect: 'openai',
    profile: 'instant',
    faults: [],
    seed: 1,
    readyTimeoutMs: 30_000,
  },
}

type Told = { readonly run: Run; readonly events: readonly RunEvent[]; readonly verdict: Verdict }

/** A `bench` of few requests against another target. `saw` is told each event once it is kept. */
async function compare(
  candidate: TargetSpec,
  baseline: TargetSpec,
  { pairs = 2, saw }: { pairs?: number; saw?: (event: RunEvent, stop: () => void) => void } = {},
): Promise<Told> {
  const plan = await planFor(candidate, { command: 'bench', against: baseline, pairs })
  const stop = new AbortController()
  const events: RunEvent[] = []
  const append = (event: RunEvent) => {
    events.push(event)
    saw?.(event, () => stop.abort(new HarnessError('interrupted', 'Stopped by Ctrl-C.')))
  }
  const verdict = await run(
    {
      ...plan,
      bench: { coldStarts: 1, warmRequests: 4, warmup: 1 },
    },
    { ...quietWorld(), journal: { append, sync() {} }, signal: stop.signal },
  )
  return { run: fold(events), events, verdict }
}

test('a pair is kept before the next begins, with samples that name their arm and give its figures again', async () => {
  const { run: whole, events } = await compare(at(simulator.url), at(simulator.url), { pairs: 3 })
  const ofPairs = events.flatMap((event) => {
    if (event.kind === 'observed' && event.arm) return ['start']
    return event.kind === 'paired' || event.kind === 'compared' ? [event.kind] : []
  })
  const pair = ['start', 'start', 'paired']
  expect(ofPairs.slice(0, 4)).toEqual(['start', ...pair])
  expect(ofPairs.at(-1)).toBe('compared')
  for (const { baseline, candidate } of whole.pairs ?? [])
    for (const [arm, figures] of Object.entries({ baseline, candidate })) {
      const own = whole.pairedSamples?.filter((sample) => sample.boot === figures.boot) ?? []
      expect(new Set(own.map((sample) => sample.arm))).toEqual(new Set([arm]))
      const boots = events.flatMap((event) => (event.kind === 'observed' ? [event.boot] : []))
      expect(startFigures(own, boots)).toEqual([figures])
    }
  expect(whole.samples.every(({ arm }) => arm === undefined)).toBe(true)
  expect(whole.boots).toHaveLength(1)
})

test('which arm is first is a coin flip that the seed decides', () => {
  const flips = (seed: number) => Array.from({ length: 1_000 }, (_, index) => firstOf(seed, index))
  expect(flips(7)).toEqual(flips(7))
  expect(flips(8)).not.toEqual(flips(7))
  const heads = flips(7).filter((first) => first === 'baseline').length
  expect(heads).toBeGreaterThan(440)
  expect(heads).toBeLessThan(560)
})

test('as many pairs are measured at most as were asked for, or as the last look of the rule has', async () => {
  const most = async (pairs?: number) => {
    const { start } = await planFor(at(simulator.url), {
      against: at(simulator.url),
      ...(pairs && { pairs }),
    })
    return start.against?.rule.looks.at(-1)?.pairs
  }
  expect([await most(), await most(3), await most(40)]).toEqual([20, 3, 40])
})

test('a baseline that does not generate is named, and is not held against the candidate', async () => {
  await using broken = await failingWhile(() => true)
  const { verdict, run: whole } = await compare(at(simulator.url), at(broken.url, 300))
  expect(verdict.verdict).toBe('INCONCLUSIVE')
  expect(verdict.reasons.join('\n')).toMatch(
    /regression\.baseline is inconclusive: the baseline cannot be measured: at its first start it did not generate: .*name another one with --against/,
  )
  expect(whole.pairs).toBeUndefined()
})

test('a request that fails beside a baseline that answers all of them fails the run before any time is looked at', async () => {
  let isBroken = false
  await using failing = await failingWhile(() => isBroken)
  const { verdict, run: whole } = await compare(at(failing.url), at(simulator.url), {
    saw: (event) => {
      if (event.kind === 'sampled' && event.sample.arm === 'candidate') isBroken = true
    },
  })
  expect([verdict.verdict, verdict.exitCode]).toEqual(['FAIL', 10])
  expect(whole.pairsEnd?.by).toBe('candidate')
  expect(verdict.reasons[0]).toMatch(/^regression\.starts failed: in pair 1 the candidate failed 3 requests/)
})

test('Ctrl-C in a pair keeps the pairs before it and leaves nothing running', async () => {
  const urls: string[] = []
  const { verdict, run: whole } = await compare(at(simulator.url), started, {
    pairs: 5,
    saw(event, stop) {
      if (event.kind !== 'observed' || event.arm !== 'baseline') return
      if (event.target.url !== undefined) urls.push(event.target.url)
      // Its first start counts nowhere, and the first pair has one.
      if (urls.length === 3) stop()
    },
  })
  expect([verdict.exitCode, verdict.state, whole.pairs?.length]).toEqual([130, 'interrupted', 1])
  expect(await Promise.all(urls.map(isListening))).toEqual(urls.map(() => false))
})

test('a run that fails without them measures no pairs', async () => {
  let isBroken = false
  await using failing = await failingWhile(() => isBroken)
  const saw = (event: RunEvent) => {
    if (event.kind === 'profiled') isBroken = true
  }
  const { verdict, run: whole } = await compare(at(failing.url), at(simulator.url), { saw })
  expect(verdict.verdict).toBe('FAIL')
  expect(whole.pairsEnd).toEqual({ by: 'not-needed', reason: 'the run fails without them' })
  expect(whole.pairs).toBeUndefined()
})

/** The simulator behind a proxy that answers each generation with HTTP 500 while it is broken. */
const failingWhile = (isBroken: () => boolean) =>
  startProxy(simulator.url, (request, response) => {
    if (!isBroken() || request.method !== 'POST') return false
    response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"no engine"}}')
    return true
  })

const isListening = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    socket.once('connect', () => socket.destroy() && resolve(true)).once('error', () => resolve(false))
  })
