import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Run, Verdict } from '../records/index.ts'
import { findingsOf } from '../verdict/findings.ts'
import { renderAnnotations } from './github.ts'
import type { Report } from './reporter.ts'
import { visible } from './safe-text.ts'
import { findingLines } from './terminal/finding-lines.ts'
import { paintWith } from './terminal/paint.ts'
import { xmlFaults } from './testing/xml-faults.ts'
import { verdictLine } from './verdict-line.ts'
import { REPORTERS } from './write-reports.ts'

const load = (name: string): Report =>
  JSON.parse(readFileSync(new URL(`../../fixtures/reports/${name}.json`, import.meta.url), 'utf8'))
const [fail, pass] = [load('fail'), load('pass')]
/** A failing run with other checks. */
const failing = (checks: Verdict['checks']): Report => {
  const findings = findingsOf({ ...fail.run, checks })
  return { ...fail, verdict: { ...fail.verdict, comparisons: [], checks, findings } }
}
/** The passing run, of a service. */
const served: Verdict = {
  ...pass.verdict,
  target: { kind: 'url', dialect: 'openai', url: 'http://127.0.0.1:8000', model: 'llama' },
  comparisons: [
    { id: 'cold-starts', says: '', outcome: 'not-applicable', reason: 'the service already ran' },
    { id: 'warm-to-cold', says: '', outcome: 'not-applicable', reason: 'the service already ran' },
    ...pass.verdict.comparisons.map((one) => ({ ...one, id: 'warm-budget' })),
    { id: 'warm-errors', says: '', outcome: 'passed', reason: '0 of 30 failed', value: 0, limit: 0 },
  ],
}
const render = (name: string, report: Report): string => {
  const reporter = REPORTERS.find((candidate) => candidate.name === name)
  if (!reporter) throw new Error(`no reporter ${name}`)
  return reporter.render(report)
}
const golden = (name: string): string => new URL(`../../fixtures/reports/${name}`, import.meta.url).pathname

/** The page is looked at in a browser; a stored one would be the style and script of the day. */
for (const { name, file } of REPORTERS.filter((one) => one.name !== 'html'))
  for (const [word, report] of [
    ['fail', fail],
    ['pass', pass],
  ] as const)
    test(`${name} of a ${word} is the stored file`, async () => {
      await expect(render(name, report)).toMatchFileSnapshot(golden(`${word}.${file}`))
    })

test('verdict.json reads back as the verdict, and refuses a number that JSON cannot hold', () => {
  expect(JSON.parse(render('json', fail))).toEqual(fail.verdict)
  for (const durationMs of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => render('json', { ...fail, verdict: { ...fail.verdict, durationMs } })).toThrow(/durationMs/)
})

test('no byte of a service closes a fence of the report', () => {
  const lines = render('markdown', fail).split('\n')
  let open: string | undefined
  const outside: string[] = []
  for (const line of lines) {
    const [marks = ''] = line.match(/^`{3,}/) ?? []
    if (open === undefined && marks !== '') open = marks
    else if (open !== undefined && line === open) open = undefined
    else if (open === undefined) outside.push(line)
  }
  expect(open).toBeUndefined()
  expect(outside.join('\n')).not.toContain('rm -rf')
  expect(outside.join('\n')).not.toMatch(/<\/script>|@team/)
})

test('junit.xml is well-formed with control characters in the evidence, and the check of that sees the opposite', () => {
  expect(xmlFaults(render('junit', fail))).toEqual([])
  expect(xmlFaults('<a b="<"/>')).not.toEqual([])
  expect(xmlFaults('<a>\u0000</a>')).not.toEqual([])
  expect(xmlFaults('<a><b></a>')).not.toEqual([])
  expect(xmlFaults('<a>x & y</a>')).not.toEqual([])
})

test('at most ten annotations, the worst first, each one line', () => {
  const [check] = fail.verdict.checks
  if (!check) throw new Error('the fixture has no check')
  const checks = Array.from({ length: 30 }, (_, index) => ({
    ...check,
    id: `many.${index}`,
    outcome: index === 29 ? ('failed' as const) : ('inconclusive' as const),
    reason: `100 %\r\n::set-env name=X::y${index}`,
  }))
  const lines = renderAnnotations(failing(checks))
  expect(lines).toHaveLength(10)
  expect(lines[0]).toMatch(/^::error title=infergate%3A FAIL::/)
  expect(lines[1]).toBe('::error title=many.29 failed::100 %25 ::set-env name=X::y29')
  expect(lines[9]).toContain('22 more findings')
  for (const line of lines) expect(line).not.toMatch(/[\r\n]/)
})

test('a pass without findings annotates nothing', () => {
  expect(renderAnnotations(pass)).toEqual([])
})

const URL_RUN = { ...pass.run, fingerprint: { ...pass.run.fingerprint, targetName: 'staging' } } as Run

test('a verdict line names the target, the decision, the deciding figure with its limit, what was not judged, the report', () => {
  expect(verdictLine(served, URL_RUN, 'reports/r/report.md')).toBe(
    'PASS: this deploy may go live (exit 0, run complete). Target staging: url http://127.0.0.1:8000, model llama. 1 of 2 checks passed. Closest to its limit: warm-budget, 790 ms ≤ 1000 ms. Not judged: the cold start (the service already ran); 1 check not applicable. Report: reports/r/report.md',
  )
  expect(verdictLine(fail.verdict, fail.run, fail.file)).toBe(
    'FAIL: this deploy must not go live (exit 10, run complete). Target simulator: model sim-8b. health.agrees-with-generation failed: health said 200 while generation failed. And 1 more reason in the report. Not judged: checks outside the selection; 1 check not applicable. Report: reports/20260102-030405-abcd/report.md',
  )
  expect(
    verdictLine({
      ...fail.verdict,
      verdict: 'INCONCLUSIVE',
      exitCode: 130,
      state: 'interrupted',
      reasons: ['interrupted'],
    }),
  ).toMatch(/^INTERRUPTED: no verdict \(exit 130, run interrupted\)\. .*interrupted\./)
})

test('the report, the job summary and the annotation name the target and the report as the verdict line does', () => {
  const report = { ...pass, verdict: served, run: URL_RUN }
  for (const name of ['markdown', 'github'])
    expect(render(name, report)).toMatch(
      /Target staging: url http:.*model llama.*Report: reports\/.*report\.md/,
    )
  expect(renderAnnotations(fail)[0]).toMatch(/Target simulator: .*Report: reports\//)
})

test('a report of an interrupted run has no verdict for its heading, and counts what ran', () => {
  const verdict = { ...fail.verdict, exitCode: 130, state: 'interrupted' } as const
  const text = render('markdown', { ...fail, verdict })
  expect(text).toMatch(/^# infergate: INTERRUPTED\n/)
  expect(text).toContain('6 checks: 1 passed, 3 failed, 1 inconclusive, 1 not applicable.')
  expect(render('github', { ...fail, verdict })).toMatch(/^## infergate: INTERRUPTED\n/)
  expect(renderAnnotations({ ...fail, verdict })[0]).toContain('title=infergate%3A INTERRUPTED')
})

/** A failing run whose first check broke three more by the same cause, shown by `bodies`. */
function ofOneCause(bodies: readonly string[]): Report {
  const [first] = fail.verdict.checks.filter(({ outcome }) => outcome === 'failed')
  const [evidence] = first?.evidence ?? []
  if (!first || !evidence?.response) throw new Error('the fixture shows no exchange')
  const { request, response } = evidence
  const exchanges = bodies.map((body, i) => ({
    ...evidence,
    request: { ...request, body: `request ${i}` },
    response: { ...response, body, bodyBytes: body.length },
    curl: `curl ${body}`,
  }))
  const checks = ['a', 'b', 'c', 'd'].map((id) => ({
    ...{ ...first, id: `x.${id}`, reason: `${id} failed: no route`, cause: 'no route', causeIn: [] },
    evidence: exchanges,
  }))
  return failing(checks)
}

test('one cause is one finding, with its checks: in the report, the job summary, the annotations and on stderr', () => {
  const report = ofOneCause(['body'])
  const markdown = render('markdown', report)
  expect(markdown.match(/^### .*/gm)).toEqual(['### x.a'])
  expect(markdown).toContain('**1 finding in 4 checks**: a request fails: no route')
  expect(markdown).toContain('Of the same cause (3): `x.b`, `x.c`, `x.d`')
  // Each row of the table leads to it, with its own reason.
  expect(markdown).toContain('[`x.c`](#xa) | failed | 41.2 ms | c failed: no route')
  expect(render('github', report)).toContain(
    '| `x.a`, `x.b`, `x.c`, `x.d` | failed | a request fails: no route |',
  )
  expect(renderAnnotations(report).slice(1)).toEqual([
    '::error title=x.a and 3 more failed::a request fails: no route',
  ])
  const place = { reportFile: 'r.md', columns: 200, paint: paintWith(false) }
  expect(findingLines(report.verdict, place).slice(0, 3)).toEqual([
    'FAILED 1 finding in 4 checks: a request fails: no route',
    '    the checks: x.a, x.b, x.c, x.d',
    '    evidence: r.md § x.a',
  ])
})

test('the first exchanges are shown, their bodies cut at 1 kB and their curls whole', () => {
  const long = `begin ${'m'.repeat(5_000)} end`
  const report = ofOneCause([long, 'second', 'third', 'fourth'])
  const markdown = render('markdown', report)
  expect(markdown.match(/^request \d/gm)).toEqual(['request 0', 'request 1', 'request 2'])
  expect(markdown).toMatch(/^begin m+ …\[3986 characters cut, see verdict\.json\]… m+ end$/m)
  expect(markdown).toContain(`curl ${long}`)
  const junit = render('junit', report)
  expect(junit).toContain(`curl ${long}`)
  expect(junit).toMatch(/^begin m{698} …\[3986 characters cut/m)
  expect(junit).not.toContain('second')
})

test('a container is named by its image, and a run that knows no name by what it was', () => {
  const target = { kind: 'container', dialect: 'openai' } as const
  const fingerprint = {
    ...URL_RUN.fingerprint,
    targetName: 'gpu',
    image: 'vllm/vllm-openai:v0.11.0',
    model: 'm',
  }
  const of = (line: string) => /Target.*?\.(?= |$)/.exec(line)?.[0]
  const container = { ...URL_RUN, fingerprint } as Run
  expect(of(verdictLine({ ...served, target }, container))).toMatch(
    /^Target gpu: container vllm\/vllm-openai:v0/,
  )
  expect(of(verdictLine({ ...served, target }))).toBe('Target: container.')
})

test('a check says that it timed nothing, a benchmark that it checked nothing', () => {
  expect(verdictLine(served, { command: 'check' })).toContain('Not judged: cold starts and warm answers')
  expect(verdictLine(served, { command: 'bench' })).toContain('Not judged: promises')
})

test('a part of the gate that held does not say that the deploy may go live', () => {
  const parts = [
    { command: 'check' },
    { command: 'bench' },
    { command: 'gate', selection: { suites: ['health'] } },
  ] as const
  for (const part of parts)
    expect(verdictLine(served, part)).toMatch(/^PASS: what was asked for holds;.*\(exit 0, run complete\)/)
  expect(verdictLine(served, { command: 'gate' })).toMatch(/^PASS: this deploy may go live/)
  expect(verdictLine(fail.verdict, { command: 'check' })).toMatch(/^FAIL: this deploy must not go live/)
})

test('a PASS of the simulator says that no service was judged', () => {
  for (const command of ['gate', 'check'] as const)
    expect(verdictLine(pass.verdict, { command })).toMatch(
      /^PASS: the built-in simulator; no service of yours/,
    )
})

test('what could steer a terminal shows as its escape', () => {
  expect(visible('a\u001b[31m\u202eb\r\nc\td\ud800')).toBe('a\\u001b[31m\\u202eb\nc\td\ufffd')
})
