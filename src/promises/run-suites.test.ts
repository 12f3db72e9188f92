import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient, profileService } from '../client/index.ts'
import type { Boot, Check } from '../records/index.ts'
import { startSimulator } from '../simulator/index.ts'
import { loadPromises } from './closed-list.ts'
import { type RunSuitesOptions, runSuites, type SuitesResult } from './run-suites.ts'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'infergate-suites-'))
})

afterAll(() => rm(folder, { recursive: true }))

test('a healthy service keeps every promise of a suite, and each is handed on as it ends', async () => {
  const seen: Check[] = []
  const totals: number[] = []
  const result = await judge([], {
    suites: ['health'],
    onCheck: (check) => seen.push(check),
    onStart: (n) => totals.push(n),
  })
  const listed = loadPromises().filter(({ suite }) => suite === 'health')
  expect(result.errors).toEqual([])
  expect(result.checks.map(({ id }) => id)).toEqual(listed.map(({ id }) => id))
  expect(result.checks.filter(({ outcome }) => outcome === 'failed' || outcome === 'inconclusive')).toEqual(
    [],
  )
  expect(seen).toEqual(result.checks)
  expect(totals).toEqual([listed.length])
})

test('the seed of it all, health green while generation fails with 200, is caught with the bytes that show it', async () => {
  const result = await judge(
    ['health-green-generate-error'],
    { suites: ['health', 'generation'] },
    'not-generating',
  )
  const failed = result.checks.filter(({ outcome }) => outcome === 'failed')
  expect(failed.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['health.agrees-with-generation', 'generation.answers']),
  )
  const evidence = failed.find(({ id }) => id === 'generation.answers')?.evidence?.[0]
  expect(evidence?.response).toMatchObject({ status: 200, body: expect.stringContaining('"error"') })
  expect(result.checks.some(({ reason }) => reason === 'not run: no generation succeeded')).toBe(true)
})

test('a suite file of a user imports infergate, and its promises are judged beside the others', async () => {
  const file = await suite(
    'mine.suite.ts',
    `import { promise, type Completed } from 'infergate'
     const short = (answer: Completed): boolean => answer.text.length < 1_000
     promise('mine.is-short', {
       says: 'a greeting is short',
       async check({ service, verify }) {
         verify(short(await service.answer({ prompt: 'Say hello.', maxTokens: 8 })), 'too long')
       },
     })`,
  )
  const totals: number[] = []
  const result = await judge([], { suites: ['mine'], userFiles: [file], onStart: (n) => totals.push(n) })
  expect(result).toMatchObject({
    checks: [{ id: 'mine.is-short', suite: 'mine', outcome: 'passed' }],
    errors: [],
  })
  expect(totals).toEqual([0, 1])
  expect(await readdir(folder), 'a run leaves nothing beside the suites').toEqual(['mine.suite.ts'])
})

test('a suite file that does not load, promises nothing or is not there is an error, never silence', async () => {
  const broken = await suite('broken.suite.ts', `throw new Error('no such luck')`)
  const empty = await suite('empty.suite.ts', `export {}`)
  const absent = join(folder, 'absent.suite.ts')
  const { checks, errors } = await judge([], { suites: [], userFiles: [broken, empty, absent] })
  expect(checks).toEqual([])
  expect(errors).toEqual([
    expect.stringMatching(/absent\.suite\.ts does not exist/),
    expect.stringMatching(/broken\.suite\.ts does not load: .*no such luck/),
    expect.stringMatching(/empty\.suite\.ts/),
  ])
})

test.each([
  ['before the first check', 'onStart'],
  ['after the first check', 'onCheck'],
] as const)('an abort %s ends the run, and every check that was not made says so', async (_when, moment) => {
  const stop = new AbortController()
  const { checks, errors } = await judge([], {
    suites: ['health'],
    signal: stop.signal,
    [moment]: () => stop.abort(),
  })
  expect(errors).toEqual([])
  expect(checks).toHaveLength(loadPromises().filter(({ suite }) => suite === 'health').length)
  // vitest tells of some checks together, so a few more may have been made before the abort.
  const first = checks.findIndex(({ reason }) => reason?.includes('the run was ended'))
  if (moment === 'onStart') expect(first).toBe(0)
  const cut = checks.slice(first)
  expect(first).toBeGreaterThanOrEqual(0)
  for (const { outcome, reason } of cut)
    expect([outcome, reason]).toEqual(['inconclusive', expect.stringContaining('the run was ended')])
})

test('an abort ends the check that runs, and a run that is still being set up', async () => {
  const file = await suite(
    'slow.suite.ts',
    `import { promise } from 'infergate'
     promise('slow.never-ends', { says: 'it ends', check: () => new Promise(() => {}) })`,
  )
  // Whatever the moment: while vitest starts, while the file loads, while the check waits.
  for (const afterMs of [0, 50, 100, 200, 400, 800]) {
    const signal = AbortSignal.timeout(afterMs)
    const result = await judge([], { suites: ['slow'], userFiles: [file], signal, checkDeadlineMs: 50_000 })
    expect(result, `aborted after ${afterMs} ms`).toMatchObject({
      checks: [
        {
          id: 'slow.never-ends',
          outcome: 'inconclusive',
          reason: expect.stringContaining('the run was ended'),
        },
      ],
      errors: [],
    })
  }
})

test('tags choose promises', async () => {
  const { checks, errors } = await judge([], { suites: ['health'], tags: ['smoke'] })
  const listed = loadPromises().filter(({ suite, tags }) => suite === 'health' && tags.includes('smoke'))
  expect(checks.map(({ id }) => id)).toEqual(listed.map(({ id }) => id))
  expect(errors).toEqual([])
})

async function judge(
  faults: readonly string[],
  options: Partial<RunSuitesOptions>,
  outcome: Boot['outcome'] = 'generating',
): Promise<SuitesResult> {
  await using simulator = await startSimulator({ profile: 'instant', faults })
  const address = { dialect: 'openai', baseUrl: simulator.url }
  await using client = await createClient(address)
  const profile = await profileService(client)
  const boots: Boot[] = [{ index: 0, origin: 'found', outcome, attempts: [] }]
  return await runSuites({ address, profile, boots, seed: 1, checkDeadlineMs: 10_000, ...options })
}

async function suite(name: string, source: string): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, source)
  return file
}
