import { expect, test } from 'vitest'
import type { Run, RunEvent, ScaleToZero, UrlTarget } from '../records/index.ts'
import { type EdgeFaultId, type EdgeOptions, startEdge } from '../simulator/index.ts'
import { fold } from './fold.ts'
import type { Plan } from './plan.ts'
import { run } from './run.ts'
import { planFor } from './testing/plan-for.ts'
import { quietWorld } from './testing/quiet-world.ts'

const WINDOW = { windowMs: 700, marginMs: 100, wakeMs: 1_500, edge: 'holds', freshRandomState: true } as const

type Options = {
  readonly edge?: Partial<EdgeOptions>
  readonly sleep?: Partial<ScaleToZero>
  readonly plan?: Partial<Plan>
  readonly coldStarts?: number
  /** Somebody else asks meanwhile. */
  readonly isKeptAwake?: true
}

/** A bench of a service behind an edge of its own, with what was said of it. */
async function bench({ edge = {}, sleep = {}, plan = {}, coldStarts = 2, isKeptAwake }: Options = {}) {
  const { simulator, ...rest } = edge
  const profile = 'instant'
  await using service = await startEdge({
    ...{ sleepAfterMs: 600_000, bootMs: 350, simulator: { profile, ...simulator }, ...rest },
  })
  const target: UrlTarget = {
    ...{ kind: 'url', dialect: simulator?.dialect ?? 'openai', baseUrl: service.url, readyTimeoutMs: 5_000 },
    scaleToZero: { ...WINDOW, ...sleep },
  }
  const planned = await planFor(target, { command: 'bench' })
  const slept = planned.start.scaleToZero && { ...planned.start.scaleToZero, coldStarts }
  const events: RunEvent[] = []
  const said: string[] = []
  // It sleeps when the run leaves it alone and at no other time, however slow this machine is.
  const say = (text: string) => {
    said.push(text)
    if (!isKeptAwake && text.startsWith('cold start') && text.includes('nothing is sent'))
      void service.sleep()
  }
  const world = quietWorld()
  await run(
    {
      ...{ ...planned, ...plan },
      start: { ...planned.start, ...(slept && { scaleToZero: slept }) },
    },
    {
      ...world,
      journal: { append: (event) => void events.push(event), sync() {} },
      progress: { ...world.progress, phase: say, note: say, warn: say },
    },
  )
  return { found: fold(events), said, boots: service.boots() }
}

const outcomes = ({ decision }: Run) =>
  Object.fromEntries(
    (decision?.comparisons ?? []).map(({ id, outcome, reason }) => [id, `${outcome}: ${reason}`]),
  )

test.concurrent('each wait ends in a cold start of its own, with its phases; nothing was sent meanwhile', async () => {
  const { found, said, boots } = await bench()
  expect(boots).toBe(3)
  expect(outcomes(found)).toMatchObject({
    'cold-starts': expect.stringMatching(/^passed: 2 /),
    'wake-up': expect.stringMatching(/^passed/),
    // How quick the next answers are is the machine's affair.
    'wakes-once': expect.stringContaining('the cold start'),
    'wakes-afresh': expect.stringMatching(/^passed/),
  })
  const [first] = found.wakeUps ?? []
  expect(first).toMatchObject({ index: 1, idleMs: 800, coldness: { is: 'cold' } })
  const { connected = NaN, process = NaN, answer = NaN, token = NaN, complete = NaN } = first?.phases ?? {}
  expect([connected, answer, token, complete].toSorted((a, b) => a - b)).toEqual([
    connected,
    answer,
    token,
    complete,
  ])
  expect(process).toBeGreaterThanOrEqual(0)
  expect(first?.unmeasured).toEqual({ edge: 'no word of its own came before the answer' })
  expect(found.samples.filter(({ scenario }) => scenario === 'wake-up')).toMatchObject([
    { warmth: 'cold', boot: 1, idleMs: 800, coldStartMs: token },
    { warmth: 'cold', boot: 2 },
  ])
  expect(said.find((text) => text.startsWith('This target scales to zero'))).toMatch(
    /2 waits of 0.8 s.*--no-cold/,
  )
  expect(said.filter((text) => text.startsWith('cold start'))).toHaveLength(2)
})

test.concurrent('each fault of a wake-up fails the run, and names itself', async () => {
  const caught = {
    'never-wakes': ['wake-up', /timeout: .* it never answered: it does not wake/],
    'wake-answers-error': ['wake-up', /HTTP 500.*asked again, it answered/],
    'wake-loses-request': ['wake-up', /reset.*asked again, it answered/],
    'wakes-twice': ['wakes-once', /as if the model were loaded twice/],
    'same-random-state': ['wakes-afresh', /began with one random state/],
  } as const satisfies Record<EdgeFaultId, readonly [string, RegExp]>
  const judged = Object.entries(caught).map(async ([fault, [id, reason]]) => {
    const { found } = await bench({
      edge: { faults: [fault as EdgeFaultId], ...(fault === 'wakes-twice' && { bootMs: 1_200 }) },
      ...(fault !== 'same-random-state' && { coldStarts: 1 }),
    })
    expect(found.decision?.verdict, fault).toBe('FAIL')
    expect(outcomes(found)[id], fault).toMatch(/^failed/)
    expect(outcomes(found)[id], fault).toMatch(reason)
  })
  await Promise.all(judged)
}, 20_000)

test.concurrent('303s are followed, and stand in the sample with their times; an answer of ananke has no first token', async () => {
  const simulator = { dialect: 'ananke', profile: 'instant' } as const
  const { found } = await bench({
    ...{ edge: { mode: 'redirects', capMs: 100, healthApart: true, simulator }, coldStarts: 1 },
    sleep: { freshRandomState: undefined as never },
  })
  const [sample] = found.samples.filter(({ scenario }) => scenario === 'wake-up')
  expect(sample?.hopAtMs?.length).toBeGreaterThanOrEqual(2)
  expect(found.wakeUps?.[0]?.phases.edge).toBe(sample?.hopAtMs?.[0])
  expect(found.wakeUps?.[0]?.coldness.because).toMatch(/^it took .* a warm answer/)
  expect(found.wakeUps?.[0]?.unmeasured).toMatchObject({
    process: 'the dialect has no route for metrics',
    token: 'the dialect does not stream, so its answer comes in one piece',
  })
})

test.concurrent('an edge that refuses is asked until somebody is there, where the target says so; else it lost the request', async () => {
  const [said, unsaid] = await Promise.all([
    bench({ edge: { mode: 'refuses' }, sleep: { edge: 'refuses' }, coldStarts: 1 }),
    bench({ edge: { mode: 'refuses' }, coldStarts: 1 }),
  ])
  expect(outcomes(said.found)['wake-up']).toMatch(/^passed/)
  expect(said.found.wakeUps?.[0]?.refusals).toBeGreaterThanOrEqual(1)
  expect(outcomes(unsaid.found)['wake-up']).toMatch(/^failed: .*HTTP 503.*asked again, it answered/)
})

test.concurrent('a service that somebody keeps awake has no cold start, and that is said', async () => {
  const { found, said, boots } = await bench({ isKeptAwake: true })
  expect(boots).toBe(1)
  expect(found.decision?.verdict).toBe('INCONCLUSIVE')
  expect(found.decision?.settledBy).toBeUndefined()
  expect(outcomes(found)['cold-starts']).toMatch(
    /^inconclusive: 0 of at least 1 .*the process that answered before the wait answers after it/,
  )
  expect(said.some((text) => text.startsWith('cold start 1 is not shown to be one'))).toBe(true)
})

test.concurrent('a wait that does not fit into the budget that the user gave is not begun', async () => {
  const { found, boots } = await bench({ sleep: { windowMs: 3_600_000 }, plan: { isBudgetGiven: true } })
  expect(boots).toBe(1)
  expect(found.decision?.verdict).toBe('INCONCLUSIVE')
  expect(outcomes(found)['cold-starts']).toMatch(/cold start 1 of 2 needs a wait of 3600.1 s.*--no-cold/)
})

test.concurrent('without cold starts there is no wait, and none is judged', async () => {
  const { found, said } = await bench({ coldStarts: 0 })
  expect(found.decision?.verdict).toBe('PASS')
  expect(outcomes(found)['cold-starts']).toMatch(/^not-applicable: .*--no-cold/)
  expect(said.some((text) => text.includes('scales to zero'))).toBe(false)
})

test('--no-cold is of a target that sleeps', async () => {
  const target = { kind: 'url', dialect: 'openai', baseUrl: 'http://h', readyTimeoutMs: 1 } as const
  const { start } = await planFor({ ...target, scaleToZero: WINDOW }, { command: 'bench' })
  expect(start.scaleToZero).toMatchObject({ coldStarts: 1 })
  expect(
    (await planFor({ ...target, scaleToZero: WINDOW }, { command: 'bench', cold: false })).start,
  ).toMatchObject({
    scaleToZero: { coldStarts: 0 },
  })
  await expect(planFor(target, { command: 'bench', cold: false })).rejects.toMatchObject({
    ...{ code: 'usage', message: expect.stringContaining('--no-cold') },
  })
})
