import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { planLoad, workloadsOf } from '../benchmark/index.ts'
import type { RunEvent, Sample } from '../records/index.ts'
import { stubHere } from '../stub/testing/ask-stub.ts'
import { run } from './run.ts'
import { planFor } from './testing/plan-for.ts'
import { quietWorld } from './testing/quiet-world.ts'

const schema = JSON.parse(
  readFileSync(new URL('../../fixtures/schemas/samples.schema.json', import.meta.url), 'utf8'),
)
const validate = new Ajv2020().compile(schema)
const errorsOf = (sample: unknown) => (validate(sample) ? [] : validate.errors)
/** As they are written. */
const written = (sample: object): unknown => JSON.parse(JSON.stringify(sample))

const FULL: Sample = {
  ...{ scenario: 'load', warmth: 'steady', boot: 0, index: 0, outcome: 'http-status', message: 'full' },
  ...{ sentAtMs: 10.25, e2eMs: 5, phase: 'steady', dueAtMs: 10, sendLagMs: 0.25, maxTokens: 8 },
  ...{ workload: 'short', session: { id: 'a', turn: 1 }, worker: 1, spoiledBy: ['late-loop'] },
  ...{ connection: { dnsMs: 1, connectMs: 2, tlsMs: 3 }, turnedAway: { retryAfterMs: 1_000 } },
} as Sample

test('each sample of a run with a load keeps the published schema', async () => {
  await using stub = await stubHere({ ttftMs: 1, gapMs: 1 })
  const plan = await planFor(
    { kind: 'url', dialect: 'openai', baseUrl: stub.url, readyTimeoutMs: 10_000 },
    { command: 'bench' },
  )
  const events: RunEvent[] = []
  const journal = { append: (event: RunEvent) => void events.push(event), sync() {} }
  const spec = { stated: { arrivals: { shape: 'concurrency', concurrency: 2 }, maxRequests: 6 } } as const
  const load = await planLoad({ ...spec, workloads: workloadsOf({}) }, 1)
  await run({ ...plan, load }, { ...quietWorld(), journal })
  const samples = events.flatMap((event) => (event.kind === 'sampled' ? [event.sample] : []))
  expect(new Set(samples.map(({ warmth }) => warmth))).toEqual(new Set(['warm', 'steady']))
  for (const sample of [...samples, FULL])
    expect(errorsOf(written(sample)), JSON.stringify(sample)).toEqual([])
})

test('the schema refuses what no sample may be', () => {
  const wrong = [
    { ...FULL, e2eMs: null },
    { ...FULL, warmth: 'hot' },
    { ...FULL, outcome: 'bad' },
    { ...FULL, extra: 1 },
    { ...FULL, chunkAtMs: [null] },
    { ...FULL, scenario: undefined },
  ]
  expect(wrong.filter((sample) => errorsOf(written(sample))?.length === 0)).toEqual([])
})
