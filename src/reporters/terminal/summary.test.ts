import { readFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { Check, Verdict } from '../../records/index.ts'
import type { Report } from '../reporter.ts'
import { widthOf } from './fit.ts'
import { paintWith } from './paint.ts'
import { summary } from './summary.ts'

const load = (name: string): Report =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/reports/${name}.json`, import.meta.url), 'utf8'))
const [pass, fail] = [load('pass'), load('fail')]
const FILE = 'reports/run/report.md'

const shown = (
  { run, verdict }: Report,
  columns = Number.POSITIVE_INFINITY,
  color = false,
): readonly string[] => summary({ verdict, reportFile: FILE, context: run }, columns, paintWith(color))

test('each suite has a line with its mark, how many of its checks passed, and what became of the others', () => {
  const lines = shown(fail)
  expect(lines[0]).toMatch(/^ {2}suite +passed +took$/)
  expect(lines.find((line) => line.includes(' health '))).toMatch(
    /^✘ health +\d+ of \d+ +[\d.]+ m?s +\d failed/,
  )
  expect(lines.filter((line) => /^[✘?!✔–] /.test(line)).length).toBe(
    new Set([...fail.verdict.checks.map(({ suite }) => suite), 'budgets']).size,
  )
})

test('each cause is listed once, worst first, with its evidence, its curl and how to tell its owner; the verdict is last', () => {
  const lines = shown(fail)
  const heads = lines.filter((line) => /^(FAILED|INCONCLUSIVE) /.test(line))
  expect(heads.map((line) => line.split(/[ :]/)[1])).toEqual([
    ...['health.agrees-with-generation', 'generation.text-is-text', 'budget.warm-to-cold'],
    ...['lifecycle.second-boot', 'errors.envelope'],
  ])
  const first = lines.indexOf(heads[0] ?? '')
  expect(lines.slice(first + 1, first + 4)).toEqual([
    `    evidence: ${FILE} § health.agrees-with-generation`,
    expect.stringMatching(/^ {4}repeat it: curl /),
    `    tell its owner: infergate bug-report ${fail.verdict.runId} health.agrees-with-generation`,
  ])
  expect(lines.at(-1)).toMatch(/^FAIL: /)
})

test('more than five findings are counted, and the report holds them', () => {
  const [one] = fail.verdict.findings
  if (!one) throw new Error('the run has findings')
  const findings = Array.from({ length: 9 }, (_, index) => ({ ...one, checks: [`x.${index}`] as const }))
  const lines = shown({ ...fail, verdict: { ...fail.verdict, findings } as Verdict })
  expect(lines.filter((line) => line.startsWith('FAILED '))).toHaveLength(5)
  expect(lines).toContain(`    And 4 more findings in ${FILE}`)
})

test('a curl that is long, or holds what would steer a terminal, is left to the report', () => {
  for (const curl of [`curl ${'x'.repeat(400)}`, 'curl \x1b[2J', 'curl a\nrm b']) {
    const checks = fail.verdict.checks.map((check): Check => {
      const evidence = check.evidence?.map((one) => ({ ...one, curl }))
      return { ...check, ...(evidence && { evidence }) }
    })
    expect(shown({ ...fail, verdict: { ...fail.verdict, checks } }).join('\n')).not.toContain('repeat it')
  }
})

test('no line but the verdict and a curl is wider than the terminal, and colours change no letter', () => {
  const model = '日本語モデル-👍🏽-llama'
  const target = { ...fail.verdict.target, model }
  const report = { ...fail, verdict: { ...fail.verdict, target } }
  for (const columns of [60, 80, 120, 200]) {
    const lines = shown(report, columns)
    for (const line of lines.slice(0, -1))
      if (!/^ {4}(repeat it|tell its owner): /.test(line))
        expect(widthOf(line), line).toBeLessThanOrEqual(columns)
    expect(lines.at(-1)).toContain(model)
    const coloured = shown(report, columns, true)
    expect(coloured.map((line) => stripVTControlCharacters(line))).toEqual(lines)
    expect(coloured.join('\n')).toContain('\x1b[31m')
  }
})

test('the verdict is one line that breaks between words at the width of the terminal', () => {
  const last = shown(pass, 60).at(-1) ?? ''
  const rows = last.match(/.{60}/gs) ?? []
  expect(rows.length).toBeGreaterThan(2)
  for (const row of rows) expect(row).toMatch(/^\S.* $/)
  expect(last.replaceAll(/\s+/g, ' ')).toBe(shown(pass).at(-1))
})

test('bytes of a service reach the terminal as what can be seen', () => {
  const findings = fail.verdict.findings.map((one) => ({ ...one, reason: '\x1b[2J\u202eoh \x07' }))
  const target = { ...fail.verdict.target, model: '\x1b]0;title\x07' }
  const text = shown({ ...fail, verdict: { ...fail.verdict, findings, target } }).join('\n')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/)
  expect(text).toContain('\\u001b[2J')
})

test('what was not measured says why, and the whole screen of a PASS has at most 40 rows of 80 columns', () => {
  const unmeasured = [
    { name: 'coldStartMs', warmth: 'cold', reason: 'the service already ran' },
    { name: 'e2eMsP50', warmth: 'warm', reason: 'there was no good warm answer' },
  ] as const
  const text = shown({ ...pass, verdict: { ...pass.verdict, measurements: [], unmeasured } }).join('\n')
  expect(text).toContain('cold start   not measured, because the service already ran')
  expect(text).toContain('warm answer  not measured, because there was no good warm answer')
  const rows = shown(pass, 80).reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / 80)), 0)
  expect(rows).toBeLessThanOrEqual(40)
})

test('of more suites than a screen holds, those that passed share a line', () => {
  const [check] = pass.verdict.checks
  if (!check) throw new Error('the run has checks')
  const passed: Check = { ...check, outcome: 'passed' }
  const checks = Array.from({ length: 30 }, (_, index) => ({ ...passed, suite: `suite-${index}` }))
  const broken: Check = { ...passed, suite: 'late', outcome: 'failed', required: true, reason: 'no' }
  const lines = shown({ ...pass, verdict: { ...pass.verdict, checks: [...checks, broken], comparisons: [] } })
  expect(lines.filter((line) => /^[✘✔] /.test(line))).toHaveLength(18)
  expect(lines).toContain('✔ 14 more suites, in which every check passed')
  expect(lines.some((line) => line.startsWith('✘ late'))).toBe(true)
})
