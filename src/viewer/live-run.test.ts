import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Sample } from '../records/index.ts'
import { liveSections } from './live-page.ts'
import { LiveRun } from './live-run.ts'
import { checkedEvent, keepRun, reportsFolder } from './testing/runs.ts'

const sample = (index: number, change: Partial<Sample> = {}): Sample => ({
  ...{
    scenario: 'warm',
    warmth: 'warm',
    boot: 0,
    index,
    outcome: 'completed',
    sentAtMs: index,
    e2eMs: index,
  },
  ...change,
})
const lines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')

test('what is appended is added to what was read, and a line that is not whole waits for its rest', async () => {
  const folder = keepRun(reportsFolder(), {
    name: 'a',
    events: [checkedEvent('a.one', 'passed'), checkedEvent('a.two', 'failed', 'it broke')],
  })
  const run = new LiveRun(folder)
  await run.read()
  expect([...run.outcomes]).toEqual([
    ['passed', 1],
    ['failed', 1],
  ])
  const next = lines([checkedEvent('a.three', 'failed', 'it broke as well: Ä')])
  appendFileSync(join(folder, 'journal.jsonl'), next.slice(0, 30))
  await run.read()
  expect(run.causes).toBe(1)
  appendFileSync(join(folder, 'journal.jsonl'), next.slice(30))
  await run.read()
  await run.read()
  expect(run.failed.map(({ reason }) => reason)).toEqual(['it broke', 'it broke as well: Ä'])
})

test('quantiles so far are of each kind of answer by itself; a warm-up counts by its failure alone', async () => {
  const folder = keepRun(reportsFolder(), { name: 'a' })
  const answers = Array.from({ length: 200 }, (_, index) => sample(index + 1, { ttftMs: 7 }))
  const others = [
    ...[sample(5_000, { warmth: 'cold', scenario: 'cold' }), sample(-1, { warmUp: true, e2eMs: 9_000 })],
    ...[
      sample(-2, { warmUp: true, outcome: 'timeout' }),
      sample(3, { warmth: 'steady', scenario: 'rung-1' }),
    ],
  ]
  appendFileSync(join(folder, 'samples.jsonl'), lines([...answers, ...others]))
  const run = new LiveRun(folder)
  await run.read()
  const { latency, failed } = liveSections(run, 0)
  // Type 7 of 1 … 200: 100.5 and 198.01, as people read them.
  for (const part of ['101 ms', '198 ms', '7 ms', 'steady, rung-1', 'slowest 5000 ms'])
    expect(latency).toContain(part)
  expect(failed).toContain('1 request failed (warm): timeout 1')
})

test('a line of another program is counted and stops nothing', async () => {
  const folder = keepRun(reportsFolder(), { name: 'a' })
  appendFileSync(join(folder, 'journal.jsonl'), 'no json\n{"kind":"checked"}\n')
  appendFileSync(join(folder, 'journal.jsonl'), lines([checkedEvent('<b>', 'failed', '</p><script>')]))
  const run = new LiveRun(folder)
  await run.read()
  const { warnings, failed } = liveSections(run, 0)
  expect(warnings).toContain('2 lines of its files cannot be read')
  expect(failed).not.toMatch(/<b>|<script>/)
})

test('a journal of a hundred megabytes costs its own reading once', async () => {
  const folder = keepRun(reportsFolder(), { name: 'a' })
  const one = lines(
    Array.from({ length: 2_000 }, (_, index) => sample(index + 1, { message: 'x'.repeat(400) })),
  )
  for (let part = 0; part < 100; part++) appendFileSync(join(folder, 'samples.jsonl'), one)
  const run = new LiveRun(folder)
  await run.read()
  const { answered, e2eMs } = run.latencies.get('warm') ?? { answered: 0, e2eMs: [] }
  expect(answered).toBe(200_000)
  expect(e2eMs.length).toBeLessThan(10_000)
})
