import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { systemClock } from '../clock.ts'
import type { ExitCode } from '../errors.ts'
import type { Decision } from '../records/index.ts'
import {
  createProgress,
  proveReporters,
  publishReport,
  reportFile,
  writeReports,
} from '../reporters/index.ts'
import { findRunFolder, readRun } from '../run/index.ts'
import { decide, verdictOf } from '../verdict/index.ts'
import { readHead } from '../viewer/index.ts'
import type { Io, RunFlags } from './io.ts'
import { progressOptions } from './progress-flag.ts'
import { readSettings } from './settings.ts'

export type ReportFlags = RunFlags & {
  /** Decides anew, by the rules of this version, instead of rendering what was decided. */
  readonly rejudge?: boolean
}

/** Renders a saved run again from its journal alone. Its folder stays as it is; that of a run that was killed gets the report that it lacks. */
export async function runReport(name: string, flags: ReportFlags, io: Io): Promise<ExitCode> {
  const { values } = await readSettings(flags, io)
  const { path, run, torn } = readRun(findRunFolder(name, values.reportsDir, io.cwd))
  const progress = createProgress(io, progressOptions(flags))
  for (const file of torn) progress.warn(`The last line of ${file} is torn and was left out.`)
  proveReporters(flags.reporters ?? [], io.cwd)
  const decision = flags.rejudge ? decide(run) : (run.decision ?? decide(run))
  if (flags.rejudge) for (const line of changesSince(run.decision, decision)) progress.note(line)
  const verdict = verdictOf(run, decision)
  const choices = flags.json ? [...(flags.reporters ?? []), { name: 'json' }] : flags.reporters
  const warn = (text: string) => progress.alert(text)
  const file = reportFile(path, io.cwd)
  const report = { run, verdict, file }
  if (run.state === 'killed' && (await lacksReport(path))) {
    writeReports(path, report, warn)
    progress.note(
      'The run was killed before it wrote its report: report.html and the files beside it are written now.',
    )
  }
  publishReport(report, { ...io, warn, choices: choices ?? [{ name: 'markdown' }] })
  progress.verdict(verdict, file, run)
  return verdict.exitCode
}

/** A run that goes on has no report either, and writes its own. */
async function lacksReport(path: string): Promise<boolean> {
  if (existsSync(join(path, 'report.md'))) return false
  const head = await readHead(dirname(path), basename(path), systemClock.now().getTime())
  return head.word === 'KILLED'
}

/** What a second decision says otherwise than the first. */
function changesSince(before: Decision | undefined, now: Decision): readonly string[] {
  if (before === undefined) return ['The run left no decision, so there is nothing to compare with.']
  const [old, fresh] = [new Set(before.reasons), new Set(now.reasons)]
  const lines = [
    ...(before.verdict === now.verdict && before.exitCode === now.exitCode
      ? []
      : [
          `Decided before: ${before.verdict} (exit ${before.exitCode}); decided now: ${now.verdict} (exit ${now.exitCode}).`,
        ]),
    ...[...old].filter((reason) => !fresh.has(reason)).map((reason) => `No reason any more: ${reason}`),
    ...[...fresh].filter((reason) => !old.has(reason)).map((reason) => `A new reason: ${reason}`),
  ]
  return lines.length > 0 ? lines : ['Decided anew: nothing changed.']
}
