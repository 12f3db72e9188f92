import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import type { Check } from '../records/index.ts'
import { createProgress, type ProgressOutput } from './progress.ts'
import type { Report } from './reporter.ts'

const { verdict }: Report = JSON.parse(
  readFileSync(new URL('../../fixtures/reports/fail.json', import.meta.url), 'utf8'),
)

/** A terminal that keeps what is written, and a clock that is moved by hand. */
function stage(options: Partial<ProgressOutput> = {}, quiet = false) {
  const time = { ms: 0 }
  const clock: Clock = { monotonicMs: () => time.ms, now: () => new Date(time.ms), sleep: async () => {} }
  const written: string[] = []
  const progress = createProgress(
    { stderr: (text) => written.push(text), isTTY: false, color: false, columns: 80, ...options },
    { quiet, clock },
  )
  return { time, progress, text: () => written.join('') }
}

test('plain output speaks at the start, after five seconds and at the end of a phase', () => {
  const { time, progress, text } = stage()
  progress.phase('checks', 10)
  for (let step = 0; step < 10; step++) {
    time.ms += 1_000
    progress.step()
  }
  progress.phase('warm requests')
  expect(text()).toBe(
    [
      'checks 0/10',
      'checks 5/10, 5.0 s, about 5.0 s left',
      'checks 10/10, 10.0 s, about 0 ms left',
      '· checks 10/10 in 10.0 s',
      'warm requests …',
      '',
    ].join('\n'),
  )
})

test('a terminal gets one line that is rewritten and never wraps', () => {
  const { time, progress, text } = stage({ isTTY: true, columns: 12 })
  progress.phase('a long name of a phase', 2)
  time.ms = 100
  progress.step()
  progress.note('kept')
  const [first, second] = text().split('\r\x1b[2K').slice(1)
  expect([first, second]).toEqual(['a long name', 'a long name'])
  expect(text().endsWith('\r\x1b[2Kkept\n')).toBe(true)
})

test('a check that was not run, or does not apply, is counted apart from those that ran', () => {
  const { progress, text } = stage()
  const check = verdict.checks[0] as Check
  progress.phase('checks', 4)
  progress.step(check)
  progress.step({ ...check, outcome: 'inconclusive', reason: 'not run: no generation succeeded' })
  progress.step({ ...check, outcome: 'inconclusive', reason: 'observed twice' })
  progress.step({ ...check, outcome: 'not-applicable', reason: 'no streams' })
  progress.phase('next')
  expect(text()).toContain('· checks 2/4 (1 not run, 1 not applicable) in ')
})

test('an interrupted run says INTERRUPTED and what it had found, whatever its word', () => {
  const { progress, text } = stage()
  const cut = {
    kind: 'interrupted',
    reason: 'Stopped by Ctrl-C (SIGINT): run it again for a verdict.',
  } as const
  progress.verdict({ ...verdict, exitCode: 130, state: 'interrupted' }, 'r.md', { command: 'gate', cut })
  const lines = text().trimEnd().split('\n')
  expect(lines[0]).toMatch(/^FAILED health.agrees-with-generation/)
  expect(text()).not.toMatch(/^INCONCLUSIVE/m)
  expect(lines.at(-1)).toMatch(
    /^INTERRUPTED: no verdict \(exit 130, run interrupted\)\. .*Stopped by Ctrl-C.*4 findings until then/,
  )
})

test('quiet leaves the verdict line alone', () => {
  const { progress, text } = stage({}, true)
  progress.phase('checks', 2)
  progress.step()
  progress.note('note')
  progress.warn('warning')
  progress.verdict(verdict, 'report.md')
  expect(text()).toMatch(/^FAIL: this deploy must not go live \(exit 10, run complete\).*\n$/)
})

test('each check that did not hold is listed, worst first, with where its evidence lies; the verdict is last', () => {
  const { progress, text } = stage()
  progress.verdict(verdict, 'reports/run/report.md')
  const lines = text().trimEnd().split('\n')
  expect(lines[0]).toContain('FAILED health.agrees-with-generation: health said 200')
  expect(lines[1]).toBe('    evidence: reports/run/report.md § health.agrees-with-generation')
  expect(
    lines.filter((line) => /^(FAILED|INCONCLUSIVE) /.test(line)).map((line) => line.split(/[ :]/)[1]),
  ).toEqual([
    'health.agrees-with-generation',
    'generation.text-is-text',
    'budget.warm-to-cold',
    'lifecycle.second-boot',
    'errors.envelope',
  ])
  expect(lines.at(-1)).toMatch(/^FAIL: /)
  expect(text()).not.toContain('\u001b')
})

test('colour is only there when asked for', () => {
  const { progress, text } = stage({ color: true }, true)
  progress.verdict(verdict, 'x')
  expect(text()).toContain('\u001b[31mFAIL')
})
