import { type ConfigValues, didYouMean } from '../config/index.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import { type History, openHistory, type TargetIdentity } from '../history/index.ts'
import type { Run, RunStart, Verdict } from '../records/index.ts'
import {
  createProgress,
  openRunFolder,
  type Progress,
  proveReporters,
  publishReport,
  REPORTER_NAMES,
  type RunFolder,
  reportFile,
  writeReports,
} from '../reporters/index.ts'
import { openJournal, type Plan, planRun, rememberingPlan, run } from '../run/index.ts'
import type { Io, ReporterChoice, RunFlags } from './io.ts'
import { lastFailed as failedLast } from './last-failed.ts'
import { describeCost, listPromises } from './preview.ts'
import { loadSettings } from './settings.ts'

/**
 * A run as a user starts it: plan it, make sure that all that it will leave can be left, run it. Throws `HarnessError` only for
 * what is known before any load is sent; from then on whatever happens ends in a verdict.
 */
export async function judge(command: RunStart['command'], flags: RunFlags, io: Io): Promise<ExitCode> {
  const { values } = await loadSettings(flags, io)
  const { env, signal } = io
  const planned = await planRun({ command, values, selection: selectionOf(flags, values), env })
  if (flags.list || flags.plan) return preview(planned, flags, io)
  const choices = flags.json ? withJson(values.reporters) : values.reporters
  requireReporters(choices)
  proveReporters(choices, io.cwd)
  using history = openHistory(values.history)
  const plan = rememberingPlan(planned, history.lastAccepted(identityOf(planned)))
  const folder = openRunFolder(values.reportsDir, plan.start.runId)
  using journal = openJournal(folder.path)
  const progress = createProgress(io, { quiet: flags.quiet ?? false })
  const { exitCode } = await run(plan, {
    ...{ journal, progress, signal },
    logFile: folder.file('target.log'),
    begun: () => folder.pointLatest(),
    publish: (ended, verdict) => publish({ ended, verdict, folder, choices, progress, io }),
    record: (ended, verdict) => record(history, ended, verdict, progress),
  })
  return exitCode
}

/** With --json nothing else goes to stdout: what a configuration sends there is left out. */
const withJson = (reporters: readonly ReporterChoice[]): readonly ReporterChoice[] => [
  ...reporters.filter(({ name, path }) => path !== undefined || name === 'github'),
  { name: 'json' },
]

/** A service that only a URL names is another one at another URL. */
function identityOf({ targetName: name, spec }: Plan): TargetIdentity {
  const isUnnamed = name === 'url' && spec.kind === 'url' && spec.baseUrl !== undefined
  return { name, dialect: spec.dialect, ...(isUnnamed && { url: spec.baseUrl }) }
}

function selectionOf({ suites, tags, grep, gentle, lastFailed }: RunFlags, values: ConfigValues) {
  return {
    ...(suites && { suites }),
    ...(tags && { tags }),
    ...(grep !== undefined && { grep }),
    ...(gentle && { gentle }),
    ...(lastFailed && { lastFailed: failedLast(values) }),
  }
}

function requireReporters(choices: readonly ReporterChoice[]): void {
  for (const { name } of choices)
    if (!REPORTER_NAMES.includes(name))
      throw new HarnessError('usage', `There is no reporter "${name}": ${didYouMean(name, REPORTER_NAMES)}`)
}

/** What a run would do, for people; nothing is sent. */
function preview(plan: Plan, flags: RunFlags, io: Io): ExitCode {
  if (flags.list) io.stdout(listPromises(plan))
  if (flags.plan) io.stdout(describeCost(plan))
  return EXIT.pass
}

type Published = {
  readonly ended: Run
  readonly verdict: Verdict
  readonly folder: RunFolder
  readonly choices: readonly ReporterChoice[]
  readonly progress: Progress
  readonly io: Io
}

/** The verdict stands, whatever of this fails: each failure is a warning below it. */
function publish({ ended, verdict, folder, choices, progress, io }: Published): void {
  const file = reportFile(folder.path, io.cwd)
  const report = { run: ended, verdict, file }
  const unwritten: string[] = []
  const warn = (text: string) => void unwritten.push(text)
  try {
    writeReports(folder.path, report, warn)
    publishReport(report, { ...io, choices, warn })
  } finally {
    progress.verdict(verdict, file, ended)
  }
  for (const text of unwritten) progress.alert(text)
}

function record(history: History, ended: Run, verdict: Verdict, progress: Progress): void {
  try {
    history.record(ended, verdict)
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    progress.alert(`This run is not in the history, so no trend will show it. ${error.message}`)
  }
}
