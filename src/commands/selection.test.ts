import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Verdict } from '../records/index.ts'
import { type RunningSimulator, startSimulator } from '../simulator/index.ts'
import { runBench } from './bench.ts'
import { runCheck } from './check.ts'
import { runGate } from './gate.ts'
import type { RunFlags } from './io.ts'
import { type RecordedIo, recordedIo } from './testing/recorded-io.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant', faults: ['usage-zero'] })
})
afterAll(() => simulator[Symbol.asyncDispose]())

const QUICK = { INFERGATE_WARM_REQUESTS: '20', INFERGATE_WARMUP: '1' }
const verdictIn = ({ cwd }: RecordedIo): Verdict =>
  JSON.parse(readFileSync(join(cwd, 'reports/latest/verdict.json'), 'utf8'))
/** Nobody listens there: whatever is sent fails. */
const nowhere: RunFlags = { url: 'http://127.0.0.1:9' }

test.each([
  ['gate', runGate],
  ['check', runCheck],
  ['bench', runBench],
] as const)('%s --plan tells what a run would cost and sends nothing', async (name, command) => {
  const io = recordedIo()
  expect(await command({ ...nowhere, plan: true }, io)).toBe(0)
  expect(io.out()).toMatch(
    new RegExp(`^What \`infergate ${name}\` would cost. An estimate. Nothing was sent`),
  )
  expect(io.out()).toMatch(/^requests +about \d/m)
  expect(io.out()).toMatch(/^output tokens +about \d/m)
  expect(io.out()).toMatch(/^time +about \d+\.\d minutes/m)
  expect(io.out()).toMatch(
    name === 'bench' ? /^risky checks +none/m : /^risky checks +\d+: .*errors\.large-body/m,
  )
  expect(io.err()).toBe('')
})

test('--list shows what --grep leaves, by id or sentence, and sends nothing', async () => {
  const listed = async (flags: RunFlags) => {
    const io = recordedIo()
    expect(await runCheck({ ...nowhere, ...flags, list: true }, io)).toBe(0)
    return io
      .out()
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0])
  }
  const all = await listed({})
  expect(all.length).toBeGreaterThan(90)
  expect(await listed({ grep: '^HEALTH.*QUICK' })).toEqual(['health.is-quick', 'health.quick-under-load'])
  // A word of its sentence alone.
  expect(await listed({ grep: '4 MB' })).toEqual(['errors.large-body'])
  const gentle = await listed({ gentle: true })
  expect(gentle.length).toBeLessThan(all.length)
  expect(gentle).not.toContain('errors.large-body')
  expect(gentle).toContain('generation.answers')
  expect(await listed({ gentle: true, suites: ['errors'], grep: 'unknown' })).toEqual([
    ...['errors.unknown-model', 'errors.unknown-path'],
  ])
})

test.each([
  [{ grep: '(' }, /--grep takes a regular expression .*correct it/],
  [{ grep: 'no such promise' }, /No promise is left by --grep no such promise: .*--list/],
  [{ gentle: true, grep: '4 MB' }, /No promise is left by --grep 4 MB --gentle/],
  [{ lastFailed: true }, /--last-failed needs an earlier run of url, and .*reports has none/],
])('a selection that means nothing (%o) is wrong usage', async (flags, says) => {
  await expect(runCheck({ ...nowhere, ...flags }, recordedIo())).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(says),
  })
})

test('--last-failed checks again what failed in the last run of this target, not of another', async () => {
  const io = recordedIo()
  const flags = { url: simulator.url, grep: 'health.answers|counts-tokens' }
  expect(await runCheck(flags, io)).toBe(10)
  await using other = await startSimulator({ profile: 'instant' })
  expect(await runCheck({ url: other.url, suites: ['health'], grep: 'answers' }, io)).toBe(0)
  expect(await runCheck({ url: simulator.url, lastFailed: true }, io)).toBe(10)
  expect(verdictIn(io).checks.map(({ id }) => id)).toEqual(['generation.counts-tokens'])
  await expect(runCheck({ url: other.url, lastFailed: true }, io)).rejects.toMatchObject({
    message: expect.stringMatching(/No check failed in the last run of url .*leave --last-failed out/),
  })
})

test('a gentle gate names what it did not judge, and is no PASS', async () => {
  const io = recordedIo({ env: QUICK })
  await using healthy = await startSimulator({ profile: 'instant' })
  expect(await runGate({ url: healthy.url, gentle: true }, io)).toBe(20)
  const { verdict, reasons, checks } = verdictIn(io)
  expect(verdict).toBe('INCONCLUSIVE')
  expect(reasons.join('\n')).toMatch(
    /this one ran --gentle: \d+ checks of \d+, \d+ required checks not asked for/,
  )
  expect(checks.map(({ id }) => id)).not.toContain('errors.large-body')
  expect(readFileSync(join(io.cwd, 'reports/latest/report.md'), 'utf8')).toContain(
    '| selected by | --gentle |',
  )
})
