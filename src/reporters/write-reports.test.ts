import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Report } from './reporter.ts'
import { type Publication, publishReport } from './write-reports.ts'

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

test('elsewhere nothing is annotated unless it is asked for', () => {
  expect(publish([]).err).toBe('')
  expect(publish([{ name: 'github' }]).err).toContain('::error')
})

test('a summary that cannot be written is said and changes nothing; a chosen path that cannot is refused', () => {
  const file = join(cwd, 'file')
  writeFileSync(file, '')
  const below = join(file, 'summary.md')
  expect(publish([], { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: below }).err).toContain(
    `warning: the job summary ${below}`,
  )
  expect(() => publish([{ name: 'junit', path: below }])).toThrow(/cannot be written.*another path/)
  expect(existsSync(below)).toBe(false)
})
