import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { validateStrict } from 'ctrf'
import { lexer as lexMarkdown, type Token } from 'marked'
import junitReaders from 'test-results-parser'
import { afterAll, expect, test } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { parseMetrics } from '../judges/index.ts'
import type { Report } from './reporter.ts'
import { REPORTERS } from './write-reports.ts'

/** Each format as those read it who did not write it: published schemas, and parsers of others. */

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')
const [fail, pass]: readonly Report[] = ['fail', 'pass'].map((name) =>
  JSON.parse(fixture(`reports/${name}.json`)),
) as [Report, Report]
const scratch = mkdtempSync(join(tmpdir(), 'infergate-readers-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const NASTY =
  '\u0000\u001b[31m\ufffe\uffff\ud800 ]]> <b> &amp; "q" \'s\' \u202eevil #1 | a\r\n::error::\t{"x":"}\\'

/** The failing run, with what a hostile service may put into every text of it. */
function hostile(): Report {
  if (!fail) throw new Error('no fixture')
  const { verdict, run } = fail
  const checks = verdict.checks.map((check) => ({ ...check, ...(check.reason && { reason: NASTY }) }))
  const findings = verdict.findings.map((finding) => ({ ...finding, reason: NASTY }))
  const target = { ...verdict.target, model: NASTY }
  const fingerprint = { ...run.fingerprint, targetName: NASTY } as NonNullable<Report['run']['fingerprint']>
  return {
    ...fail,
    run: { ...run, fingerprint },
    verdict: { ...verdict, target, checks, findings, reasons: [NASTY], settledBy: NASTY },
  }
}
/** Ended by Ctrl-C before any check. */
function interrupted(): Report {
  if (!fail) throw new Error('no fixture')
  const verdict = { ...fail.verdict, exitCode: 130, state: 'interrupted', verdict: 'INCONCLUSIVE' } as const
  return { ...fail, verdict: { ...verdict, checks: [], comparisons: [], findings: [] } }
}
const REPORTS = { fail, pass, hostile: hostile(), interrupted: interrupted() } as Record<string, Report>

function render(name: string, report: Report | undefined): string {
  const reporter = REPORTERS.find((one) => one.name === name)
  if (!reporter || !report) throw new Error(`no reporter ${name}`)
  return reporter.render(report)
}

const faultsOf = async (contents: string): Promise<readonly string[]> => {
  const schema = [{ fileName: 'junit.xsd', contents: fixture('schemas/junit.xsd') }]
  const { errors } = await validateXML({ xml: [{ fileName: 'junit.xml', contents }], schema })
  return errors.map(({ message }) => message)
}

test('junit.xml keeps to the schema that Jenkins reads, whatever the service says', async () => {
  for (const [name, report] of Object.entries(REPORTS))
    expect(await faultsOf(render('junit', report)), name).toEqual([])
  const good = render('junit', fail)
  expect(await faultsOf(good.replace('<error ', '<mistake '))).not.toEqual([])
  expect(await faultsOf(good.replace(' name="health"', ''))).not.toEqual([])
}, 60_000)

/** What a reader of others makes of it. */
function readJunit(report: Report | undefined) {
  const file = join(scratch, 'junit.xml')
  writeFileSync(file, render('junit', report))
  return junitReaders.parse({ type: 'junit', files: [file] })
}

test('a reader of JUnit counts what the verdict counts, and finds the reason and where the evidence lies', () => {
  const read = readJunit(fail)
  expect(read).toMatchObject({ status: 'FAIL', failed: 5, errors: 1 })
  expect(read.suites.find(({ name }) => name === 'streaming')).toMatchObject({ skipped: 1 })
  expect(read.suites[0]).toMatchObject({ name: 'verdict', status: 'FAIL', cases: [{ status: 'FAIL' }] })
  const [first] = read.suites.find(({ name }) => name === 'health')?.cases ?? []
  expect(first?.failure).toMatch(/^health said 200 while generation failed/)
  expect(render('junit', fail)).toContain(
    '<system-out>Evidence: reports/20260102-030405-abcd/report.md § health.agrees-with-generation</system-out>',
  )
  expect(readJunit(pass)).toMatchObject({ status: 'PASS', failed: 0, errors: 0 })
})

test('a run that was interrupted before its checks is green in no list of tests', () => {
  expect(render('junit', REPORTS['interrupted'])).toMatch(
    /<testsuites [^>]*tests="1" failures="0" errors="1"/,
  )
  expect(JSON.parse(render('ctrf', REPORTS['interrupted'])).results.summary).toMatchObject({
    ...{ tests: 1, failed: 1, passed: 0 },
  })
})

test("ctrf.json keeps to the format's published schema, whatever the service says", () => {
  for (const report of Object.values(REPORTS)) validateStrict(JSON.parse(render('ctrf', report)))
  const { results, ...rest } = JSON.parse(render('ctrf', fail))
  expect(() => validateStrict({ ...rest, results: { ...results, summary: {} } })).toThrow()
  expect(results.summary).toMatchObject({ tests: 9, passed: 2, failed: 5, skipped: 1, other: 1 })
})

/** GitLab drops what follows a `#`, splits the rest as a shell would, and takes the first two words. */
function readAsGitlab(text: string): ReadonlyMap<string, string> {
  const words = text.split('\n').flatMap((line) => {
    const found = line.replace(/#.*$/, '').match(/(?:"(?:[^"\\]|\\.)*"|\\.|[^\s"\\])+/g) ?? []
    return found.length < 2 ? [] : [[found[0] ?? '', found[1] ?? ''] as const]
  })
  return new Map(words)
}

test('metrics.txt says each measurement to a reader of Prometheus text and to GitLab alike', () => {
  for (const [name, report] of Object.entries(REPORTS)) {
    const text = render('metrics', report)
    const samples = parseMetrics(text) as NonNullable<ReturnType<typeof parseMetrics>>
    const { measurements, checks } = report.verdict
    const expected = 2 + measurements.length + (checks.length > 0 ? 4 : 0)
    expect(samples, name).toHaveLength(expected)
    expect(readAsGitlab(text).size, name).toBe(expected)
    expect(text.endsWith('\n# EOF\n')).toBe(true)
  }
})

/** Every block of a page, those inside quotes and lists included. */
const blocks = (tokens: readonly Token[]): readonly Token[] =>
  tokens.flatMap((token) => [token, ...blocks('tokens' in token ? (token.tokens ?? []) : [])])

test('a reader of GitHub-flavoured Markdown sees every table whole, and no HTML of a service', () => {
  for (const name of ['markdown', 'github', 'github-comment'])
    for (const [run, report] of Object.entries(REPORTS)) {
      const text = render(name, report)
      const found = blocks(lexMarkdown(text, { gfm: true }))
      const tables = found.filter(({ type }) => type === 'table')
      const outside = text.replace(/^(`{3,}).*?^\1$/gms, '')
      expect(tables, `${name} of ${run}`).toHaveLength(outside.match(/^\| --- \|/gm)?.length ?? 0)
      for (const { raw } of tables)
        for (const row of raw.trim().split('\n'))
          expect(row.match(/(?<!\\)\|/g)?.length, row).toBe(raw.split('\n')[1]?.match(/\|/g)?.length)
      expect(
        found.filter(({ type, raw }) => type === 'html' && !/^<a id="[\w.-]*"><\/a>\s*$/.test(raw)),
      ).toEqual([])
    }
})

test('the text beneath a pull request stays below what GitHub takes, with a thousand long findings', () => {
  const report = hostile()
  const [first] = report.verdict.findings
  if (!first) throw new Error('no finding')
  const findings = Array.from({ length: 1_000 }, (_, i) => ({
    ...first,
    reason: 'x'.repeat(5_000),
    checks: [`a.${i}`] as const,
  }))
  const reasons = findings.map(({ reason }) => reason)
  const text = render('github-comment', { ...report, verdict: { ...report.verdict, findings, reasons } })
  expect(text.length).toBeLessThan(20_000)
  expect(text).toContain('And 995 more in the report.')
})
