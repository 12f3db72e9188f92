import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import { parse } from 'yaml'
import { ended } from './run-cli.ts'

/** Runs the steps of a composite action as GitHub's runner does: its expressions by GitHub's own library, its scripts by bash. */

export type ActionStep = {
  readonly name?: string
  readonly id?: string
  readonly if?: string
  readonly uses?: string
  readonly with?: Readonly<Record<string, string>>
  readonly run?: string
  readonly env?: Readonly<Record<string, string>>
  readonly 'working-directory'?: string
  readonly 'continue-on-error'?: boolean
}
type Action = {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
  readonly outputs: Readonly<Record<string, { readonly value: string }>>
  readonly runs: { readonly steps: readonly ActionStep[] }
}

export const readAction = (file: string): Action => parse(readFileSync(file, 'utf8'))

type Job = {
  /** Where the action was checked out. */
  readonly action: string
  /** Where the job's own code was. */
  readonly workspace: string
  readonly inputs: Readonly<Record<string, string>>
  readonly event: unknown
  readonly env: Readonly<Record<string, string>>
  readonly github: Readonly<Record<string, unknown>>
  /** What a step of another action did; `with` has its expressions resolved. Returns its outputs. */
  uses?(name: string, given: Readonly<Record<string, string>>, temp: string): Readonly<Record<string, string>>
}

export type JobResult = {
  readonly code: number
  readonly log: string
  readonly summary: string
  readonly outputs: Readonly<Record<string, string>>
  /** The steps of other actions, which are not run here, and what they were given. */
  readonly used: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly temp: string
}

export async function runAction(job: Job): Promise<JobResult> {
  const action = readAction(join(job.action, 'action.yml'))
  const temp = mkdtempSync(join(tmpdir(), 'infergate-runner-'))
  const files = { event: join(temp, 'event.json'), summary: join(temp, 'summary.md') }
  writeFileSync(files.event, JSON.stringify(job.event))
  writeFileSync(files.summary, '')
  const defaults = Object.entries(action.inputs).map(([name, { default: value = '' }]) => [name, value])
  const github = { ...job.github, action_path: job.action }
  const inputs = Object.fromEntries(
    Object.entries({ ...Object.fromEntries(defaults), ...job.inputs }).map(([name, value]) => [
      name,
      // A default may speak of the job; what a user passes is a text by then.
      name in job.inputs ? value : resolveText(String(value), { github }, false),
    ]),
  )
  const steps: Record<string, { outputs: Record<string, string> }> = {}
  const used: Record<string, Readonly<Record<string, string>>> = {}
  let [code, log, failed] = [0, '', false]
  for (const [index, step] of action.runs.steps.entries()) {
    const contexts = { inputs, github, steps, runner: { os: 'Linux', arch: 'X64', temp } }
    const text = (value: string) => resolveText(value, contexts, failed)
    const condition = step.if ?? 'success()'
    const asked = /\b(?:always|success|failure|cancelled)\(/.test(condition)
      ? condition
      : `success() && (${condition})`
    if (evaluate(asked, contexts, failed) !== 'true') continue
    if (step.uses !== undefined) {
      const given = mapValues(step.with ?? {}, (value) => text(String(value)))
      used[step.name ?? step.uses] = given
      if (step.id) steps[step.id] = { outputs: { ...job.uses?.(step.name ?? '', given, temp) } }
      else job.uses?.(step.name ?? '', given, temp)
      continue
    }
    const outputs = join(temp, `outputs-${index}`)
    const script = join(temp, `step-${index}.sh`)
    writeFileSync(outputs, '')
    writeFileSync(script, text(step.run ?? ''))
    const cwd = resolve(job.workspace, text(step['working-directory'] ?? '.'))
    mkdirSync(cwd, { recursive: true })
    const run = await ended(
      spawn('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', script], {
        cwd,
        env: {
          ...cleanEnvironment(),
          ...job.env,
          GITHUB_ACTIONS: 'true',
          CI: 'true',
          GITHUB_ACTION_PATH: job.action,
          GITHUB_EVENT_PATH: files.event,
          GITHUB_STEP_SUMMARY: files.summary,
          GITHUB_OUTPUT: outputs,
          RUNNER_TEMP: temp,
          ...mapValues(step.env ?? {}, (value) => text(String(value))),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    )
    log += `== ${step.name}\n${run.stdout}${run.stderr}`
    if (step.id) steps[step.id] = { outputs: readOutputs(outputs) }
    if (run.code !== 0 && !step['continue-on-error']) [failed, code] = [true, run.code ?? 1]
  }
  const contexts = { inputs, github, steps }
  const outputs = mapValues(action.outputs, ({ value }) => resolveText(value, contexts, failed))
  return { code, log, summary: readFileSync(files.summary, 'utf8'), outputs, used, temp }
}

/** This machine's, without what belongs to the tests. */
const cleanEnvironment = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:VITEST|NODE_OPTIONS|INFERGATE_|npm_)/.test(name)),
  )

const readOutputs = (file: string): Record<string, string> =>
  Object.fromEntries(
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

const resolveText = (text: string, contexts: object, failed: boolean): string =>
  text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => evaluate(expression.trim(), contexts, failed))

function evaluate(expression: string, contexts: object, failed: boolean): string {
  const of = (name: string, value: boolean) => ({
    ...{ name, minArgs: 0, maxArgs: 0 },
    call: () => new data.BooleanData(value),
  })
  const functions = [
    of('always', true),
    of('success', !failed),
    of('failure', failed),
    of('cancelled', false),
  ]
  const { tokens } = new Lexer(expression).lex()
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse()
  const known = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary
  const byName = new Map(functions.map((one) => [one.name, one]))
  return new Evaluator(tree, known, byName).evaluate().coerceString()
}

const mapValues = <Value, Result>(
  values: Readonly<Record<string, Value>>,
  change: (value: Value) => Result,
): Record<string, Result> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]))
