import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HEALTHY } from '../testing/healthy.ts'

/**
 * Runs test scripts of package.json for CI and ends with one line of their sums. `node build/ci-tests.ts test e2e:again …`: with
 * `:again` what failed there gets one more attempt, and nothing else does; a test that passes only then is counted as flaky.
 * A test in which a healthy service has to pass is never repeated.
 */
const root = fileURLToPath(new URL('../', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'infergate-ci-'))

type Case = {
  readonly file: string
  readonly name: string
  readonly status: string
  readonly message: string
}
type Outcome = { readonly cases: readonly Case[]; readonly broken: readonly string[] }

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const all: Outcome[] = []
const flaky: Case[] = []
for (const word of process.argv.slice(2)) {
  const [script = '', again] = word.split(':')
  const first = runTests(script, [])
  const failed = first.cases.filter(({ status }) => status === 'failed')
  const repeated = failed.filter(({ name }) => again !== undefined && !name.includes(HEALTHY))
  const mended = repeated.length > 0 ? passedNow(script, repeated) : []
  flaky.push(...mended)
  all.push({ ...first, cases: first.cases.filter((one) => !mended.includes(one)) })
  const count = (status: string) => first.cases.filter((one) => one.status === status).length
  say(
    `\n${script}: ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped; ${mended.length} of the failed passed in a second attempt`,
  )
}
rmSync(work, { recursive: true })
conclude()

function runTests(script: string, extra: readonly string[]): Outcome {
  const output = join(work, `${script}-${extra.length === 0 ? 'first' : 'second'}.json`)
  const name = script === 'test' ? 'test' : `test:${script}`
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`]
  const { status } = spawnSync('npm', ['run', '-s', name, '--', ...reporters, ...extra], {
    cwd: root,
    stdio: 'inherit',
  })
  if (!existsSync(output)) return { cases: [], broken: [`${script} wrote no result (exit ${status})`] }
  const result = JSON.parse(readFileSync(output, 'utf8'))
  const cases = casesOf(result)
  const broken = brokenFiles(result)
  const isTold = status === 0 || broken.length > 0 || cases.some((one) => one.status === 'failed')
  return { cases, broken: isTold ? broken : [`${script} ended with exit ${status}, and no test says why`] }
}

type Result = {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages?: readonly string[] | null
    }[]
  }[]
}

/** Files that failed and in which no test did: they did not load, or what their tests need could not be prepared. */
function brokenFiles({ testResults }: Result): readonly string[] {
  return testResults
    .filter(
      (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
    )
    .map(({ name, message = '' }) => `${name}: ${message.slice(0, 900)}`)
}

function casesOf({ testResults }: Result): readonly Case[] {
  return testResults.flatMap(({ name: file, assertionResults }) =>
    assertionResults.map(({ fullName, status, failureMessages }) => ({
      file,
      name: fullName,
      status: status === 'passed' || status === 'failed' ? status : 'skipped',
      // The first line and what it quotes, not the stack below it.
      message:
        (failureMessages ?? [])
          .join(' ')
          .split(/\n +at /)[0]
          ?.slice(-900) ?? '',
    })),
  )
}

/** Runs these tests once more, alone; those that pass now. */
function passedNow(script: string, failed: readonly Case[]): readonly Case[] {
  const files = [...new Set(failed.map(({ file }) => file))]
  const names = failed.map(({ name }) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  say(`\n${script}: one more attempt for ${failed.map(({ name }) => name).join('; ')}`)
  const { cases, broken } = runTests(script, [...files, '-t', `^(${names.join('|')})$`])
  if (broken.length > 0) return []
  return failed.filter((one) =>
    cases.some(({ file, name, status }) => file === one.file && name === one.name && status === 'passed'),
  )
}

/** What failed and why, then what was flaky, then the sums: the last line is the one that counts. */
function conclude(): void {
  const cases = all.flatMap((one) => one.cases)
  const broken = [...all.flatMap((one) => one.broken), ...failedSteps()]
  const failed = cases.filter(({ status }) => status === 'failed')
  for (const { name, message } of failed) say(`FAILED ${name}: ${message}`)
  for (const text of broken) say(`FAILED ${text}`)
  for (const { name, message } of flaky) say(`FLAKY ${name}: ${message}`)
  say(`flaky: ${flaky.length}`)
  const passed = cases.filter(({ status }) => status === 'passed').length + flaky.length
  say(`${passed} passed, ${failed.length + broken.length} failed`)
  process.exitCode = failed.length + broken.length > 0 ? 1 : 0
}

/** What CI did before the tests and what failed of it: else the last line of a red CI could say that nothing failed. */
function failedSteps(): readonly string[] {
  const steps = (process.env['INFERGATE_CI_FAILED_STEPS'] ?? '').split(';').filter((step) => step !== '')
  return steps.map((step) => `the step "${step}" of .ci/run, before the tests`)
}
