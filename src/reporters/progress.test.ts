import { readFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import type { Check } from '../records/index.ts'
import { createProgress, type ProgressMode, type ProgressOutput } from './progress.ts'
import type { Report } from './reporter.ts'
import { widthOf } from './terminal/fit.ts'
import { HandClock } from './testing/hand-clock.ts'

const load = (name: string): Report =>
  JSON.parse(readFileSync(new URL(`../../fixtures/reports/${name}.json`, import.meta.url), 'utf8'))
const { run, verdict } = load('fail')
const check = verdict.checks[0] as Check

/** A terminal that keeps what is written, and a clock that is moved by hand. */
function stage(options: Partial<ProgressOutput> = {}, rest: { quiet?: boolean; mode?: ProgressMode } = {}) {
  const clock = new HandClock()
  const written: string[] = []
  const output = { isTTY: false, color: false, columns: 80, ...options }
  const progress = createProgress({ ...output, stderr: (text) => written.push(text) }, { clock, ...rest })
  return { clock, progress, text: () => written.join(''), writes: () => written.splice(0) }
}

const ERASE = '\r\x1b[K\x1b[C\x1b[J\r'
const LIVE = { isTTY: true, isLive: true } as const

test('plain output speaks at the start, after five seconds and at the end of a phase, with the time of the run', async () => {
  const { clock, progress, text } = stage()
  progress.phase('checks', 10)
  for (let step = 0; step < 10; step++) {
    await clock.move(1_000)
    progress.step()
  }
  progress.phase('warm answers')
  expect(text()).toBe(
    [
      '[0:00] checks 0/10',
      '[0:05] checks 4/10, 5.0 s, about 7.5 s left',
      '[0:10] checks 9/10, 10.0 s, about 1.1 s left',
      '[0:10] checks 10/10 in 10.0 s',
      '[0:10] warm answers',
      '',
    ].join('\n'),
  )
})

test('a phase in which nothing moves is heard of, and less and less often', async () => {
  const { clock, progress, text } = stage()
  progress.phase('cold starts of staging', 3)
  progress.status('waiting for the port')
  await clock.move(100_000)
  expect([...text().matchAll(/^\[(\d:\d\d)\]/gm)].map(([, time]) => time)).toEqual([
    ...['0:00', '0:05', '0:10', '0:20', '0:40', '1:20'],
  ])
  expect(text()).toContain('[1:20] cold starts of staging 0/3, 1 min 20 s: waiting for the port')
})

test('a live region is redrawn in place, a few times a second, never wraps and leaves nothing behind', async () => {
  const { clock, progress, writes } = stage({ ...LIVE, columns: 24 })
  progress.phase('cold starts of 日本語のモデル', 2)
  progress.status('👍 waiting for a port that is far away')
  await clock.move(1_000)
  const frames = writes()
  expect(frames.length).toBeLessThanOrEqual(5)
  for (const line of stripVTControlCharacters(frames.join('\n')).split('\n'))
    expect(widthOf(line), line).toBeLessThan(24)
  const [before, lines, after] = (frames.at(-1) ?? '').split(/\[\?7l|\r.(?=\[2A)/)
  expect([before, after]).toEqual([`${ERASE}\x1b`, '[2A\x1b[?7h'])
  expect(lines).toMatch(/^ {2}cold starts .*\n.*\n.*$/)
  progress.note('kept')
  expect(writes()).toEqual([ERASE, 'kept\n'])
  await clock.move(300)
  progress.end()
  expect(writes().at(-1)).toBe(ERASE)
  await clock.move(10_000)
  expect(writes()).toEqual([])
})

test('a program that ends in the middle of a phase erases the region, and a progress that is disposed too', () => {
  const acts: (() => void)[] = []
  const { progress, writes } = stage({ ...LIVE, beforeExit: (act) => acts.push(act) })
  progress.phase('checks', 2)
  writes()
  for (const act of acts) act()
  expect(writes()).toEqual([ERASE])
  progress.phase('checks', 2)
  writes()
  progress[Symbol.dispose]()
  expect(writes()).toEqual([ERASE])
})

test('the live region says the time left, warm answers and failures so far, and which checks are under way', async () => {
  const { clock, progress, text } = stage(LIVE)
  progress.phase('checks', 12)
  progress.began('generation.answers')
  progress.began('streaming.answers')
  const sample = { scenario: 'warm', warmth: 'warm', boot: 0, index: 0, sentAtMs: 0, e2eMs: 25 } as const
  progress.saw({ kind: 'sampled', sample: { ...sample, outcome: 'completed' } })
  progress.saw({ kind: 'sampled', sample: { ...sample, outcome: 'timeout', index: 1 } })
  for (let step = 0; step < 4; step++) progress.step(check)
  progress.saw({ kind: 'checked', atMs: 0, check: { ...check, id: 'streaming.answers', outcome: 'failed' } })
  await clock.move(4_000)
  const last = stripVTControlCharacters(text().split('\x1b[?7l').at(-1) ?? '').trim()
  expect(last.split('\n').map((line) => line.trim())).toEqual([
    'checks 4/12, 4.0 s, about 8.0 s left',
    'warm answers: p50 25 ms, n = 1 · 1 timed request failed · 1 check failed',
    'now: generation.answers',
  ])
})

test('a check that was not run, or does not apply, is counted apart from those that ran', () => {
  const { progress, text } = stage()
  progress.phase('checks', 4)
  progress.step(check)
  progress.step({ ...check, outcome: 'inconclusive', reason: 'not run: no generation succeeded' })
  progress.step({ ...check, outcome: 'inconclusive', reason: 'observed twice' })
  progress.step({ ...check, outcome: 'not-applicable', reason: 'no streams' })
  progress.phase('next')
  expect(text()).toContain('] checks 2/4 (1 not run, 1 not applicable) in ')
})

test('an interrupted run says INTERRUPTED and what it had found, whatever its word', () => {
  const { progress, text } = stage()
  const cut = {
    kind: 'interrupted',
    reason: 'Stopped by Ctrl-C (SIGINT): run it again for a verdict.',
  } as const
  progress.verdict({ ...verdict, exitCode: 130, state: 'interrupted' }, 'r.md', { command: 'gate', cut })
  expect(text()).toMatch(/^FAILED health.agrees-with-generation/m)
  expect(text()).not.toMatch(/^INCONCLUSIVE/m)
  expect(text().trimEnd().split('\n').at(-1)).toMatch(
    /^INTERRUPTED: no verdict \(exit 130, run interrupted\)\. .*Stopped by Ctrl-C.*4 findings until then/,
  )
})

test('quiet leaves the verdict line alone', () => {
  const { progress, text } = stage({}, { quiet: true })
  progress.phase('checks', 2)
  progress.step()
  progress.note('note')
  progress.warn('warning')
  progress.verdict(verdict, 'report.md')
  expect(text()).toMatch(/^FAIL: this deploy must not go live \(exit 10, run complete\).*\n$/)
})

test('none leaves out how it goes, and nothing else', async () => {
  const { clock, progress, text } = stage(LIVE, { mode: 'none' })
  progress.phase('checks', 2)
  await clock.move(60_000)
  progress.warn('a warning')
  progress.verdict(verdict, 'report.md')
  expect(text()).toMatch(/^warning: a warning\n {2}suite .*\nFAIL: .*\n$/s)
})

test('json is one event a line, each as its schema says, and nothing else', async () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../fixtures/schemas/progress.schema.json', import.meta.url), 'utf8'),
  )
  const isEvent = new Ajv2020({ allErrors: true, strictTypes: false }).compile(schema)
  const { clock, progress, text } = stage({ ...LIVE, color: true }, { mode: 'json' })
  const { boots: _, samples, checks, ...start } = run
  progress.saw({ kind: 'started', ...start })
  progress.phase('checks', checks.length)
  for (const one of samples) progress.saw({ kind: 'sampled', sample: one })
  for (const one of checks) {
    progress.began(one.id)
    await clock.move(700)
    progress.step(one)
    progress.saw({ kind: 'checked', atMs: 0, check: one })
  }
  progress.status('\x1b[31mred\u202e')
  progress.note('a note')
  progress.warn('a warning')
  progress.verdict(verdict, 'report.md', run)
  const lines = text().trimEnd().split('\n')
  for (const line of lines)
    expect(isEvent(JSON.parse(line)), `${line} ${JSON.stringify(isEvent.errors)}`).toBe(true)
  expect(text()).not.toContain('\x1b')
  expect(text()).not.toContain('\u202e')
  const kinds = lines.map((line) => JSON.parse(line).kind)
  expect(new Set(kinds)).toEqual(
    new Set([
      ...[
        'run-started',
        'phase-started',
        'progress',
        'check-ended',
        'phase-ended',
        'note',
        'warning',
        'run-ended',
      ],
    ]),
  )
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ kind: 'run-ended', verdict: 'FAIL', exitCode: 10 })
  expect(isEvent({ ...JSON.parse(lines[0] ?? ''), kind: 'unknown' })).toBe(false)
})
