import { dirname, resolve } from 'node:path'
import { HarnessError } from '../errors.ts'
import { appendStepSummary, githubReporter, renderAnnotations } from './github.ts'
import { jsonReporter } from './json.ts'
import { junitReporter } from './junit.ts'
import { markdownReporter } from './markdown.ts'
import type { Report, Reporter } from './reporter.ts'
import { makeFolder, writeWhole } from './run-folder.ts'

export const REPORTERS: readonly Reporter[] = [jsonReporter, markdownReporter, junitReporter, githubReporter]

export type Publication = {
  /** `--reporter name[=path]`: to the file, or to stdout without one. `--json` is `json` without a path. */
  readonly choices: readonly { readonly name: string; readonly path?: string }[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  stdout(text: string): void
  stderr(text: string): void
}

/** Sends a report wherever it was asked for, beside its folder: chosen reporters, and GitHub where that is the place. */
export function publishReport(report: Report, publication: Publication): void {
  const { choices, cwd, env } = publication
  for (const { name, path } of choices) {
    const reporter = REPORTERS.find((candidate) => candidate.name === name)
    if (!reporter)
      throw new HarnessError('usage', `There is no reporter ${name}: see \`infergate gate --help\`.`)
    if (name === githubReporter.name && path === undefined) continue
    const text = reporter.render(report)
    if (path === undefined) publication.stdout(text)
    else writeTo(resolve(cwd, path), text)
  }
  const chosen = choices.some(({ name, path }) => name === githubReporter.name && path === undefined)
  if (chosen || env['GITHUB_ACTIONS'] === 'true') publishToGithub(report, publication)
}

function publishToGithub(report: Report, { env, stderr }: Publication): void {
  const { GITHUB_STEP_SUMMARY: summary } = env
  if (summary && !appendStepSummary(summary, githubReporter.render(report)))
    stderr(`warning: the job summary ${summary} could not be written.\n`)
  for (const line of renderAnnotations(report.verdict)) stderr(`${line}\n`)
}

function writeTo(file: string, text: string): void {
  try {
    makeFolder(dirname(file))
    writeWhole(file, text)
  } catch (cause) {
    throw new HarnessError(
      'reports-unwritable',
      `The report ${file} cannot be written (${cause instanceof Error ? cause.message : String(cause)}): give --reporter another path.`,
      { cause },
    )
  }
}
