import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LoadSpec, planLoad } from '../benchmark/index.ts'
import { unwritable } from '../disk.ts'
import { HarnessError } from '../errors.ts'
import type { Run, RunEvent, Sample, StatedLoad, TargetSpec, Verdict } from '../records/index.ts'
import { PROFILES, type RunningSimulator, startSimulator } from '../simulator/index.ts'
import type { Plan } from './plan.ts'
import { run } from './run.ts'
import { planFor } from './testing/plan-for.ts'
import { startProxy } from './testing/proxy.ts'
import { quietWorld } from './testing/quiet-world.ts'

let simulator: RunningSimulator
let plan: Plan
beforeAll(async () => {
  simulator = await startSimulator({ profile: { ...PROFILES.instant, firstTokenMs: [5, 5] } })
  plan = await planFor({ kind: 'url', dialect: 'openai', readyTimeoutMs: 10_000 }, { command: 'bench' })
})
afterAll(() => simulator[Symbol.asyncDispose]())

const closed = (concurrency: number, maxRequests: number): StatedLoad => ({
  arrivals: { shape: 'concurrency', concurrency },
  maxRequests,
})
const open = (rate: number, durationMs: number): StatedLoad => ({
  arrivals: { shape: 'rate', rate, spacing: { kind: 'constant' } },
  durationMs,
})

const SHORT = { kind: 'fixed', low: 16, high: 16 } as const
/** Prompts of a file need no counting beforehand. */
const PROMPTS = join(mkdtempSync(join(tmpdir(), 'infergate-load-')), 'prompts.jsonl')
writeFileSync(PROMPTS, '{"prompt":"Tell me a story."}\n')

type Options = Partial<LoadSpec> & {
  readonly url?: string
  readonly signal?: AbortSignal
  readonly maxSeconds?: number
  /** What becomes of an event that is kept. */
  readonly onEvent?: (event: RunEvent, steady: number) => void
}

/** A benchmark with a load, after three warm answers. */
async function bench(stated: StatedLoad, options: Options = {}) {
  const { url = simulator.url, signal, maxSeconds, onEvent = () => {}, ...spec } = options
  const target: TargetSpec = { kind: 'url', dialect: 'openai', baseUrl: url, readyTimeoutMs: 10_000 }
  const workloads = [{ source: { kind: 'file', path: PROMPTS }, output: SHORT } as const]
  const load = await planLoad({ stated, workloads, ...spec }, 1)
  const kept: RunEvent[] = []
  let published: Run | undefined
  const world = quietWorld()
  const verdict: Verdict = await run(
    { ...plan, spec: target, load, ...(maxSeconds !== undefined && { maxSeconds, isBudgetGiven: true }) },
    {
      ...world,
      ...(signal && { signal }),
      journal: {
        append(event) {
          onEvent(event, kept.filter(isSteady).length)
          kept.push(event)
        },
        sync() {},
      },
      publish: (ended) => {
        published = ended
      },
    },
  )
  const samples = kept.flatMap((event) => (isSteady(event) ? [event.sample] : []))
  return { verdict, run: published, samples, driven: published?.loads?.[0], kept }
}

const isSteady = (event: RunEvent): event is { kind: 'sampled'; sample: Sample } =>
  event.kind === 'sampled' && event.sample.warmth === 'steady'

const said = (verdict: Verdict, id: string) => verdict.comparisons.find((one) => one.id === id)

test('a load that fails more than it answers ends early, and is a FAIL with the first cause', async () => {
  let warm = true
  await using broken = await startProxy(simulator.url, ({ url }, response) => {
    if (warm || !url?.includes('completions')) return false
    response
      .writeHead(500, { 'content-type': 'application/json' })
      .end('{"error":{"message":"no attribute llm"}}')
    return true
  })
  const { verdict, driven, samples } = await bench(closed(4, 500), {
    url: broken.url,
    onEvent: ({ kind }) => {
      if (kind === 'scheduled') warm = false
    },
  })
  expect(verdict).toMatchObject({ verdict: 'FAIL', exitCode: 10 })
  expect(said(verdict, 'load-errors')?.reason).toMatch(
    /^\d+ of \d+ requests under load failed, first with .*no attribute llm/,
  )
  expect(driven?.end).toMatchObject({
    by: 'errors',
    reason: expect.stringMatching(/^20 of the last 20 answers failed/),
  })
  expect(said(verdict, 'load-sent')).toMatchObject({ outcome: 'inconclusive' })
  expect(samples.length).toBeLessThan(30)
})

test('what a full service turns away is counted with its Retry-After, and fails nothing', async () => {
  let [posts, isLoaded] = [0, false]
  await using full = await startProxy(simulator.url, ({ url }, response) => {
    if (!isLoaded || !url?.includes('completions') || posts++ % 3 > 0) return false
    response
      .writeHead(429, { 'content-type': 'application/json', 'retry-after': '7' })
      .end('{"error":{"message":"full"}}')
    return true
  })
  const { verdict, samples } = await bench(closed(4, 60), {
    url: full.url,
    onEvent: ({ kind }) => {
      isLoaded ||= kind === 'scheduled'
    },
  })
  const away = samples.filter(({ turnedAway }) => turnedAway)
  expect(away.length).toBeGreaterThan(10)
  expect(away.every(({ turnedAway }) => turnedAway?.retryAfterMs === 7_000)).toBe(true)
  expect(said(verdict, 'load-errors')).toMatchObject({ outcome: 'passed', value: 0 })
  expect(said(verdict, 'load-sent')?.reason).toContain(`${away.length} turned away (Retry-After up to 7 s)`)
})

test('a service that ends each answer after one token is named, however fast it is', async () => {
  let isLoaded = false
  await using hasty = await startProxy(simulator.url, ({ url = '' }, response, body) => {
    if (!isLoaded || !url.includes('completions')) return false
    const shorter = JSON.stringify({ ...JSON.parse(body), max_tokens: 1, max_completion_tokens: undefined })
    const headers = { 'content-type': 'application/json' }
    void request(new URL(url, simulator.url), { method: 'POST', headers, body: shorter }).then(
      async (answer) => {
        response.writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type']) })
        response.end(await answer.body.text())
      },
    )
    return true
  })
  const { verdict } = await bench(closed(4, 60), {
    url: hasty.url,
    onEvent: ({ kind }) => {
      isLoaded ||= kind === 'scheduled'
    },
  })
  expect(verdict.verdict).toBe('FAIL')
  expect(said(verdict, 'load-lengths')).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/^the answers end after 1 of 16 tokens/),
  })
})

test('Ctrl-C ends a load with all that was complete in the journal, its phases and exit 130', async () => {
  const interrupt = new AbortController()
  const {
    verdict,
    driven,
    samples,
    run: ended,
  } = await bench(open(50, 60_000), {
    signal: interrupt.signal,
    onEvent: (event, steady) => {
      if (isSteady(event) && steady === 20)
        interrupt.abort(new HarnessError('interrupted', 'Stopped by Ctrl-C'))
    },
  })
  expect(verdict).toMatchObject({ exitCode: 130, state: 'interrupted' })
  expect(driven).toMatchObject({ end: { by: 'interrupted' } })
  expect(samples.length).toBeGreaterThanOrEqual(21)
  expect(
    ended?.samples.filter(({ warmth, phase }) => warmth === 'steady' && phase !== undefined),
  ).toHaveLength(samples.length)
})

test('a disk that is full while samples are appended ends the load with a clear error; what was kept is judged', async () => {
  const { verdict, samples } = await bench(closed(4, 500), {
    onEvent: (event, steady) => {
      if (isSteady(event) && steady >= 30)
        throw unwritable('/reports/x', Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }))
    },
  })
  expect(samples).toHaveLength(30)
  expect(verdict).toMatchObject({ verdict: 'INCONCLUSIVE', exitCode: 30 })
  expect(verdict.reasons.join()).toMatch(/reports-unwritable.*ENOSPC/)
})

test('a time budget that the user set ends a load, and the run says so', async () => {
  const { verdict, driven } = await bench(open(50, 60_000), { maxSeconds: 1 })
  expect(driven?.end).toMatchObject({ by: 'max-seconds' })
  expect(verdict).toMatchObject({ verdict: 'INCONCLUSIVE', state: 'interrupted' })
})

test('a budget of tokens ends a load', async () => {
  const closed: StatedLoad = { arrivals: { shape: 'concurrency', concurrency: 2 }, durationMs: 20_000 }
  const spent = await bench(closed, { maxTokens: 20 })
  expect(spent.run?.loads?.map(({ end }) => end.by)).toEqual(['max-tokens'])
})
