import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { makeFolder, writeWhole } from '../disk.ts'
import { HarnessError } from '../errors.ts'
import { csvReporter } from './csv.ts'
import { ctrfReporter } from './ctrf.ts'
import { appendToRunnerFile, githubReporter, renderAnnotations, renderOutputs } from './github.ts'
import { githubCommentReporter } from './github-comment.ts'
import { hdrReporter } from './hdr.ts'
import { htmlReporter } from './html/index.ts'
import { jsonReporter } from './json.ts'
import { junitReporter } from './junit.ts'
import { markdownReporter } from './markdown.ts'
import { metricsReporter } from './metrics.ts'
import type { Report, Reporter } from './reporter.ts'

export const REPORTERS: readonly Reporter[] = [
  ...[jsonReporter, htmlReporter, markdownReporter, junitReporter, ctrfReporter, metricsReporter],
  ...[csvReporter, hdrReporter, githubReporter, githubCommentReporter],
]

export const REPORTER_NAMES: readonly string[] = REPORTERS.map(({ name }) => name)

/** Formats that every run leaves in its folder, where it has something for them. */
const ALWAYS: readonly Reporter[] = [jsonReporter, markdownReporter, htmlReporter, junitReporter, hdrReporter]

/** `--reporter name[=path]`: to the file, or to stdout without one. `--json` is `json` without a path. */
export type Choice = { readonly name: string; readonly path?: string }

export type Publication = {
  readonly choices: readonly Choice[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  stdout(text: string): void
  stderr(text: string): void
  /** What could not be written, with the next step: it changes nothing about the verdict. */
  warn(text: string): void
}

/**
 * Makes sure, before any load is sent, that each chosen reporter exists and at most one goes to stdout (`usage`), and that its
 * path can be written (`reports-unwritable`).
 */
export function proveReporters(choices: readonly Choice[], cwd: string): void {
  const toStdout = choices.filter(({ name, path }) => path === undefined && name !== githubReporter.name)
  const names = [...new Set(toStdout.map(({ name }) => name))]
  if (names.length > 1)
    throw new HarnessError(
      'usage',
      `${names.join(' and ')} cannot both go to stdout: give one of them a path, as in ${names[0]}=FILE.`,
    )
  for (const { name, path } of choices) {
    reporterNamed(name)
    if (path !== undefined) proveFile(resolve(cwd, path))
  }
}

/** Writes verdict.json, report.md, report.html and junit.xml into a run's folder. */
export function writeReports(folder: string, report: Report, warn: (text: string) => void): void {
  for (const reporter of ALWAYS) {
    if (reporter.isAbout?.(report) === false) continue
    const text = reporter.render(report)
    const again = `run \`infergate report ${report.run.runId}\` to render it again`
    tryWriting(join(folder, reporter.file), again, warn, (file) => writeWhole(file, text))
  }
}

/** Sends a report wherever it was asked for, beside its folder: chosen reporters, and GitHub where that is the place. */
export function publishReport(report: Report, publication: Publication): void {
  const { choices, cwd, env, stdout, warn } = publication
  for (const { name, path } of choices) {
    if (name === githubReporter.name && path === undefined) continue
    const text = reporterNamed(name).render(report)
    if (path === undefined) stdout(text)
    else tryWriting(resolve(cwd, path), 'give --reporter another path', warn, (file) => write(file, text))
  }
  const chosen = choices.some(({ name, path }) => name === githubReporter.name && path === undefined)
  if (chosen || env['GITHUB_ACTIONS'] === 'true') publishToGithub(report, publication)
}

function publishToGithub(report: Report, { cwd, env, stderr, warn }: Publication): void {
  const { GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: outputs } = env
  if (summary && !appendToRunnerFile(summary, githubReporter.render(report)))
    warn(`The job summary ${summary} could not be written: check the runner's disk.`)
  if (outputs && !appendToRunnerFile(outputs, renderOutputs(report, cwd)))
    warn(`The outputs of the step, ${outputs}, could not be written: check the runner's disk.`)
  for (const line of renderAnnotations(report)) stderr(`${line}\n`)
}

function reporterNamed(name: string): Reporter {
  const reporter = REPORTERS.find((candidate) => candidate.name === name)
  if (reporter) return reporter
  const names = REPORTERS.map((candidate) => candidate.name).join(', ')
  throw new HarnessError('usage', `There is no reporter ${name}: use one of ${names}.`)
}

function write(file: string, text: string): void {
  makeFolder(dirname(file))
  writeWhole(file, text)
}

/** Writes beside the file as a report would be written; a file that is there keeps its content. */
function proveFile(file: string): void {
  try {
    makeFolder(dirname(file))
    if (existsSync(file) && !statSync(file).isFile())
      throw new Error(statSync(file).isDirectory() ? 'it is a folder' : 'it is not a file')
    const probe = `${file}.${process.pid}.probe`
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (cause) {
    throw new HarnessError(
      'reports-unwritable',
      `The report ${file} cannot be written (${messageOf(cause)}): give --reporter another path.`,
      { cause },
    )
  }
}

function tryWriting(
  file: string,
  next: string,
  warn: (text: string) => void,
  act: (file: string) => void,
): void {
  try {
    act(file)
  } catch (cause) {
    warn(`The report ${file} could not be written (${messageOf(cause)}): ${next}.`)
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
