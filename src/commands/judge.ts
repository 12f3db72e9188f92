import { existsSync } from 'node:fs'
import { type ConfigValues, didYouMean } from '../config/index.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import {
  type History,
  type HistoryReader,
  openHistory,
  readHistory,
  type TargetIdentity,
} from '../history/index.ts'
import type { Run, RunStart, Verdict } from '../records/index.ts'
import {
  createProgress,
  keepLive,
  LIVE_FILE,
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
import { requireAgainst } from './against-flags.ts'
import { describePower, startsBefore } from './describe-power.ts'
import { holdAgainst, LAST_GOOD_OR_NONE, requireBaseline } from './hold-against.ts'
import type { Io, ReporterChoice, RunFlags } from './io.ts'
import { lastFailed as failedLast, lastPace } from './last-runs.ts'
import { describeCost, listPromises } from './preview.ts'
import { progressOptions } from './progress-flag.ts'
import { runFigures } from './run-figures.ts'
import { loadSettings } from './settings.ts'
import { typedCommand } from './typed-command.ts'

/** A run as a user starts it. */
export async function judge(command: RunStart['command'], flags: RunFlags, io: Io): Promise<ExitCode> {
  requireAgainst(flags)
  requireBaseline(flags)
  const { values } = await loadSettings(flags, io)
  const { exitCode } = await judgeTarget(command, values, flags, io)
  return exitCode
}

/** Absent: nothing was run, it was only said what would be. */
type Judged = { readonly exitCode: ExitCode; readonly ended?: Run }

/**
 * Plans a run, makes sure that all that it will leave can be left, and runs it. `more` is what else is known before it begins. Throws
 * `HarnessError` only for what is known before any load is sent; from then on whatever happens ends in a verdict.
 */
export async function judgeTarget(
  command: RunStart['command'],
  values: ConfigValues,
  flags: RunFlags,
  io: Io,
  more?: (start: RunStart) => Promise<Pick<RunStart, 'night' | 'baseline' | 'confirms' | 'deploys'>>,
): Promise<Judged> {
  const { env, signal } = io
  const typed = typedCommand(io)
  const planned = await planRun({
    command,
    values,
    selection: selectionOf(flags, values),
    env,
    ...(typed && { typed }),
    ...(flags.load && { load: flags.load }),
    ...(flags.idle !== undefined && { idleMs: flags.idle }),
    ...(flags.cold === false && { cold: false }),
    ...(flags.pairs !== undefined && { pairs: flags.pairs }),
    ...(flags.onInconclusive && { onInconclusive: flags.onInconclusive }),
  })
  if (flags.list || flags.plan) return { exitCode: await preview(planned, values, flags, io) }
  const choices = flags.json ? withJson(values.reporters) : values.reporters
  requireReporters(choices)
  proveReporters(choices, io.cwd)
  await using history = await openHistory(values.history)
  const target = identityOf(planned)
  const held = await holdAgainst(planned, flags, target, { ...values, cwd: io.cwd }, history)
  const remembering = rememberingPlan(held, await history.lastAccepted(target))
  const plan = { ...remembering, start: { ...remembering.start, ...(await more?.(remembering.start)) } }
  const folder = openRunFolder(values.reportsDir, plan.start.runId)
  using journal = openJournal(folder.path)
  using progress = createProgress(io, progressOptions(flags))
  if (flags.baseline === LAST_GOOD_OR_NONE && !plan.start.baseline)
    progress.alert(`The history has no accepted run of ${target.name} yet: this run is held against none.`)
  const power = await powerOf(plan, values, history)
  if (power !== undefined) progress.note(power)
  using live = keepLive(progress, folder.file(LIVE_FILE))
  let ended: Run | undefined
  const { exitCode } = await run(plan, {
    ...{ journal, progress: live.progress, signal },
    logFile: folder.file('target.log'),
    baselineLogFile: folder.file('baseline.log'),
    begun: () => folder.pointLatest(),
    publish(whole, verdict) {
      ended = whole
      publish({ ended: whole, verdict, folder, choices, progress, io })
    },
    record: (whole, verdict) => record(history, whole, verdict, progress),
  })
  return { exitCode, ...(ended && { ended }) }
}

/** With --json nothing else goes to stdout: what a configuration sends there is left out. */
export const withJson = (reporters: readonly ReporterChoice[]): readonly ReporterChoice[] => [
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

export function requireReporters(choices: readonly ReporterChoice[]): void {
  for (const { name } of choices)
    if (!REPORTER_NAMES.includes(name))
      throw new HarnessError('usage', `There is no reporter "${name}": ${didYouMean(name, REPORTER_NAMES)}`)
}

/** What a run would do, for people; nothing is sent. */
async function preview(planned: Plan, values: ConfigValues, flags: RunFlags, io: Io): Promise<ExitCode> {
  if (flags.list) io.stdout(listPromises(planned))
  if (!flags.plan) return EXIT.pass
  // A look must not make a history.
  const reader = existsSync(values.history) ? await readHistory(values.history) : undefined
  try {
    const plan = await holdAgainst(planned, flags, identityOf(planned), { ...values, cwd: io.cwd }, reader)
    const power = await powerOf(plan, values, reader)
    io.stdout(describeCost(plan, lastPace(values), power))
    return EXIT.pass
  } finally {
    await reader?.close()
  }
}

/** What the run can tell beside its baseline, in words; undefined where it has none. */
async function powerOf(
  plan: Plan,
  values: ConfigValues,
  history?: HistoryReader,
): Promise<string | undefined> {
  if (!plan.start.baseline && !plan.start.against) return undefined
  const { name, url = name } = identityOf(plan)
  const starts = await startsBefore(plan, url, history)
  const pace = lastPace(values)?.pace
  return describePower(plan, { starts, ...(pace && { pace }) })
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
export function publish({ ended, verdict, folder, choices, progress, io }: Published): void {
  const file = reportFile(folder.path, io.cwd)
  const report = { run: ended, verdict, file }
  const unwritten: string[] = []
  // What goes to stdout must not end up in the middle of what is redrawn.
  progress.end()
  const warn = (text: string) => void unwritten.push(text)
  try {
    writeReports(folder.path, report, warn)
    publishReport(report, { ...io, choices, warn })
  } finally {
    progress.verdict(verdict, file, ended)
  }
  for (const text of unwritten) progress.alert(text)
}

/** A run that cannot be kept is judged all the same, and that it is not kept is said. */
export async function record(
  history: History,
  ended: Run,
  verdict: Verdict,
  progress: Progress,
): Promise<void> {
  try {
    await history.record(ended, verdict, runFigures(ended))
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    progress.alert(`This run is not in the history, so no trend will show it. ${error.message}`)
  }
}
