import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { loadPromptCases } from '../src/checks/index.ts'
import { emptyFolder, readReport, readVerdict, root, runCli } from '../testing/run-cli.ts'
import { healthyAnswer, type SimpleAnswer, startSimpleService } from '../testing/simple-service.ts'

const PAGE = readFileSync(join(root, 'docs/promises.md'), 'utf8')

/** The code of docs/promises.md whose first line names its file. */
function example(file: string): string {
  const blocks = PAGE.matchAll(/^```(?:js|ts)\n(?<code>\/\/ (?<file>[^\s:,]+).*?)^```$/gms)
  const found = [...blocks].filter(({ groups }) => groups?.['file'] === file)
  expect(found, `the page shows ${file} once`).toHaveLength(1)
  return found[0]?.groups?.['code'] ?? ''
}

/** An empty project with the page's dialect, suite and configuration, typed as they stand, over a service at this URL. */
function typedFromPage(url: string): string {
  const cwd = emptyFolder()
  for (const file of ['dialects/simple.js', 'suites/greeting.suite.ts', 'infergate.config.ts']) {
    const text = example(file).replace('http://127.0.0.1:9000', url)
    mkdirSync(dirname(join(cwd, file)), { recursive: true })
    writeFileSync(join(cwd, file), text)
  }
  return cwd
}

async function gate(answer: SimpleAnswer) {
  await using service = await startSimpleService(answer)
  return await runCli(['gate'], { cwd: typedFromPage(service.url) })
}

test("the page's dialect and suite pass a healthy service of their contract", async () => {
  const run = await gate(healthyAnswer)
  expect(run.code, run.stderr).toBe(0)
  const { verdict, checks } = readVerdict(run)
  expect(verdict).toBe('PASS')
  const outcomes = new Map(checks.map(({ id, outcome }) => [id, outcome]))
  expect(outcomes.get('greeting.says-hello')).toBe('passed')
  expect(outcomes.get('errors.says-why')).toBe('passed')
})

test("the page's cases are cases", () => {
  const [, lines = ''] = /^```jsonl\n(.*?)^```$/ms.exec(PAGE) ?? []
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'cases.jsonl'), lines)
  expect(loadPromptCases([join(cwd, 'cases.jsonl')]).map(({ entry }) => entry.id)).toEqual([
    ...['geography.capital', 'forms.order-number', 'forms.address'],
  ])
})

const BROKEN: Readonly<
  Record<string, { readonly answer: SimpleAnswer; readonly id: string; readonly shows: string }>
> = {
  'greets nobody': {
    answer: (asked) => ({ ...healthyAnswer(asked), output: 'goodbye now' }),
    id: 'greeting.says-hello',
    shows: 'goodbye now',
  },
  'fails with HTTP 200': {
    answer: () => ({ failed: 'CUDA out of memory' }),
    id: 'generation.answers',
    shows: 'CUDA out of memory',
  },
  'counts no tokens': {
    answer: (asked) => ({ ...healthyAnswer(asked), tokens: 0 }),
    id: 'generation.counts-tokens',
    shows: '"tokens":0',
  },
}

for (const [what, { answer, id, shows }] of Object.entries(BROKEN))
  test(`the page's dialect and suite find a service that ${what}, and report.md holds the exchange`, async () => {
    const run = await gate(answer)
    expect(run.code, run.stderr).toBe(10)
    const failed = readVerdict(run).checks.find((check) => check.id === id)
    expect(failed?.outcome).toBe('failed')
    expect(failed?.evidence?.[0]?.response?.body).toContain(shows)
    const report = readReport(run, 'report.md')
    expect(report).toContain(shows)
    expect(report).toMatch(/curl .*\/infer/)
  })
