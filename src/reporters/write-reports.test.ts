import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Report } from './reporter.ts'
import { type Publication, proveReporters, publishReport, writeReports } from './write-reports.ts'

const cwd = mkdtempSync(join(tmpdir(), 'infergate-publish-'))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))
const report: Report = JSON.parse(
  readFileSync(new URL('../../fixtures/reports/fail.json', import.meta.url), 'utf8'),
)

function publish(choices: Publication['choices'], env: Publication['env'] = {}) {
  const [out, err]: [string[], string[]] = [[], []]
  publishReport(report, {
    choices,
    cwd,
    env,
    stdout: (text) => void out.push(text),
    stderr: (text) => void err.push(text),
    warn: (text) => void err.push(`warning: ${text}\n`),
  })
  return { out: out.join(''), err: err.join('') }
}

test('a reporter goes to its path, and to stdout without one', () => {
  const { out, err } = publish([{ name: 'json' }, { name: 'junit', path: 'deep/er/junit.xml' }])
  expect(JSON.parse(out)).toEqual(report.verdict)
  expect(err).toBe('')
  expect(readFileSync(join(cwd, 'deep/er/junit.xml'), 'utf8')).toMatch(/^<\?xml/)
})

test('in GitHub Actions the summary is added to and annotations go to stderr, never into the JSON', () => {
  const summary = join(cwd, 'summary.md')
  writeFileSync(summary, 'of an earlier step\n')
  const { out, err } = publish([{ name: 'json' }], { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary })
  expect(JSON.parse(out)).toEqual(report.verdict)
  expect(readFileSync(summary, 'utf8')).toMatch(/^of an earlier step\n## infergate: FAIL/)
  expect(err).toMatch(/^::error title=infergate%3A FAIL::/)
})

test('in GitHub Actions the step has the verdict, the exit code and the folder of the run as outputs', () => {
  const outputs = join(cwd, 'outputs')
  publish([], { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: outputs })
  expect(readFileSync(outputs, 'utf8')).toBe(
    `verdict=FAIL\nexit-code=10\nreport=${join(cwd, 'reports/20260102-030405-abcd')}\n`,
  )
})

test('elsewhere nothing is annotated unless it is asked for', () => {
  expect(publish([]).err).toBe('')
  expect(publish([{ name: 'github' }]).err).toContain('::error')
})

test('what cannot be written once the verdict is out is a warning with the next step, and the rest is written', () => {
  const below = join(aFile(), 'summary.md')
  const { out, err } = publish([{ name: 'junit', path: below }, { name: 'json' }], {
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: below,
  })
  expect(err).toContain(`warning: The job summary ${below}`)
  expect(err).toMatch(/warning: The report .*could not be written.*another path/)
  expect(JSON.parse(out)).toEqual(report.verdict)
  expect(existsSync(below)).toBe(false)
})

test('a reporter that does not exist, and a path that cannot be written, are refused before a run', () => {
  expect(() => proveReporters([{ name: 'junitt' }], cwd)).toThrow(/no reporter junitt: use one of json,/)
  const refused = [{ path: join(aFile(), 'junit.xml') }, { path: cwd }]
  for (const { path } of refused)
    expect(() => proveReporters([{ name: 'junit', path }], cwd)).toThrow(/cannot be written.*another path/)
})

test('two reports cannot both go to stdout, wherever they were asked for', () => {
  expect(() => proveReporters([{ name: 'markdown' }, { name: 'junit' }], cwd)).toThrow(/both go to stdout/)
  proveReporters([{ name: 'markdown' }, { name: 'junit', path: 'proof/junit.xml' }, { name: 'github' }], cwd)
})

test('a proof of a path leaves nothing behind, and a file that is there as it was', () => {
  const there = aFile('kept')
  proveReporters(
    [{ name: 'junit', path: there }, { name: 'json', path: 'proof/verdict.json' }, { name: 'json' }],
    cwd,
  )
  expect(readFileSync(there, 'utf8')).toBe('kept')
  expect(readdirSync(join(cwd, 'proof'))).toEqual([])
})

test('a run leaves its files in its folder; one that cannot be written is said with how to get it', () => {
  const folder = mkdtempSync(join(cwd, 'run-'))
  mkdirSync(join(folder, 'report.md', 'in-the-way'), { recursive: true })
  const warnings: string[] = []
  writeReports(folder, report, (text) => void warnings.push(text))
  expect(readdirSync(folder).toSorted()).toEqual(['junit.xml', 'report.html', 'report.md', 'verdict.json'])
  expect(warnings).toEqual([expect.stringMatching(/report\.md could not be written.*infergate report /)])
})

let files = 0
function aFile(text = ''): string {
  const file = join(cwd, `file-${files++}`)
  writeFileSync(file, text)
  return file
}
