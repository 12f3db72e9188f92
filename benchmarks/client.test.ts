import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cellsOf, inRandomOrder } from './client/cells.ts'
import { CLIENTS } from './client/clients/index.ts'
import { compare } from './client/compare.ts'
import { documentOf } from './client/document.ts'
import { figureOf, furtherEvent, roundsOf } from './client/figures.ts'
import { goalsOf } from './client/goals.ts'
import { CAUSES } from './client/misses.ts'
import type { Round, SeenAnswer, Setting, TrueAnswer } from './client/records.ts'
import { keepRound, openResults, readAllResults, readResults } from './client/results.ts'

const MS = 1e6

const round = (part: Partial<Round>): Round => ({
  ...{ client: 'infergate client', streams: 1, requests: 10, round: 1, wallMs: 1_000, cpuMs: 100, rssMb: 50 },
  ...{ answers: 10, events: 320, lost: 0, stubLateMs: { p50: 1, p99: 2 }, stubCpuMs: 50, foreignCores: 0 },
  ...part,
})

/** Answers of three events 5 ms apart, a request each 7 ms; the way there takes 0.2 ms, the way back 0.1 ms. */
const truth: readonly TrueAnswer[] = [0, 1, 2].map((index) => {
  const receivedNs = (1_000 + 7 * index) * MS
  return { id: `stub-${index}`, receivedNs, emittedNs: [20, 25, 30].map((ms) => receivedNs + ms * MS) }
})
const seenAt = (aheadMs: number): readonly SeenAnswer[] =>
  truth.map(({ id, receivedNs, emittedNs }) => ({
    id,
    sentNs: receivedNs + (aheadMs - 0.2) * MS,
    atNs: emittedNs.map((ns) => ns + (aheadMs + 0.1) * MS),
  }))
const reported = { completed: 3, failed: 0 }

test('skew is what the client stamped minus what the stub wrote, paired by id or in order', () => {
  const seen = seenAt(0)
  const byId = compare({ ...reported, seen: seen.toReversed() }, truth, false)
  expect(byId.skewMs?.p99).toBeCloseTo(0.1)
  expect(byId).toMatchObject({ lost: 0, events: 9, skewMs: { isPairedById: true } })
  const nameless = seen.toReversed().map(({ sentNs, atNs }) => ({ sentNs, atNs }))
  const inOrder = compare({ ...reported, seen: nameless }, truth, false)
  expect(inOrder.skewMs?.p50).toBeCloseTo(0.1)
  expect(inOrder.skewMs?.isPairedById).toBe(false)
})

test('a clock of unknown origin is set by the quickest way there and back', () => {
  const { skewMs } = compare({ ...reported, seen: seenAt(-700), clock: 'of its own' }, truth, false)
  expect(skewMs?.p50).toBeCloseTo(0.15)
})

test('what a client tried before its run is not compared, and what it missed is counted', () => {
  const early = { id: 'stub-x', receivedNs: 0, emittedNs: [1] }
  const seen = seenAt(0).map(({ id = '', sentNs, atNs }) => ({ id, sentNs, atNs: atNs.slice(1) }))
  expect(compare({ ...reported, seen }, [early, ...truth], false)).toMatchObject({ answers: 3, lost: 3 })
  expect(compare({ completed: 2, failed: 1 }, truth, true)).toMatchObject({ failure: '1 requests failed' })
})

test('a bias is the reported quantile minus the true one, of the same definition', () => {
  const gaps = { p50: 6, p99: 6 }
  const { ttftBiasMs, gapBiasMs, e2eBiasMs } = compare(
    {
      ...reported,
      ttftMs: { p50: 21, p99: 22 },
      gapMs: { ...gaps, of: 'answers' },
      e2eMs: { p50: 31, p99: 30 },
    },
    truth,
    false,
  )
  expect([ttftBiasMs, gapBiasMs, e2eBiasMs]).toEqual([
    { p50: 1, p99: 2 },
    { p50: 1, p99: 1, of: 'answers' },
    { p50: 1, p99: 0 },
  ])
})

test('each round has an order of its own, which its seed repeats', () => {
  const cells = cellsOf(CLIENTS)
  const names = (seed: number, index: number) =>
    inRandomOrder(cells, seed, index).map(({ client, load }) => `${client.name} ${load.streams} ${load.rate}`)
  expect(names(1, 1)).toEqual(names(1, 1))
  expect(names(1, 1)).not.toEqual(names(1, 2))
  expect(names(1, 2).toSorted()).toEqual(names(2, 1).toSorted())
})

test('what was measured is kept and gone on with, until a version differs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-client-'))
  const file = join(folder, 'results.jsonl')
  const setting: Setting = {
    ...{ date: '2026-01-01', seed: 1, cores: 2, processor: 'p', kernel: 'k', node: 'v24' },
    ...{ versions: { infergate: '1' }, absent: [] },
  }
  openResults(setting, false, file)
  keepRound(round({ cpuMs: 1.234567 }), file)
  expect(openResults({ ...setting, date: '2026-01-02' }, false, file).rounds).toEqual([
    round({ cpuMs: 1.2346 }),
  ])
  expect(openResults({ ...setting, node: 'v26' }, false, file).rounds).toEqual([])
  expect(readResults(file)?.setting.node).toBe('v26')
  rmSync(folder, { recursive: true })
})

test('a further event costs what the rounds at one stream did not use', () => {
  const rounds = [round({}), round({ streams: 300, cpuMs: 1_100, events: 100_320 })]
  const figure = figureOf(
    roundsOf(rounds, 'infergate client', { streams: 300 }),
    furtherEvent(roundsOf(rounds, 'infergate client', { streams: 1 })),
  )
  expect(figure?.median).toBeCloseTo(10)
})

test('a round that is void or warms up counts nowhere, and a goal without rounds is not met', () => {
  const rounds = [round({ round: 0 }), round({ void: 'the stub was late' })]
  expect(roundsOf(rounds, 'infergate client', { streams: 1 })).toEqual([])
  expect(new Set(goalsOf(rounds).map(({ isMet }) => isMet))).toEqual(new Set([undefined]))
})

test('a goal is judged by the median of the rounds', () => {
  const skewed = (p50: number, index: number) =>
    round({ round: index + 1, skewMs: { p50, p99: 1, stamps: 'every event', isPairedById: true } })
  const [goal] = goalsOf([0.2, 0.3, 0.1].map(skewed))
  expect(goal).toEqual({ says: 'skew p50 at 1 stream ≤ 0.25 ms', figure: '0.200 ms', isMet: true })
})

test('the page is what was measured, and each miss has its cause', () => {
  const all = readAllResults()
  expect(all.length).toBeGreaterThan(0)
  const page = readFileSync(join(import.meta.dirname, '../docs/benchmarks.md'), 'utf8')
  expect(page).toBe(documentOf(all))
  const missed = all.flatMap(({ rounds }) => goalsOf(rounds)).filter(({ isMet }) => isMet === false)
  expect(missed.filter(({ says }) => CAUSES[says] === undefined)).toEqual([])
})
