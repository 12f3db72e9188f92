import { existsSync } from 'node:fs'
import type { ConfigValues } from '../config/index.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import { readHistory } from '../history/index.ts'
import type { Run } from '../records/index.ts'
import { findRunFolder, readRun } from '../run/index.ts'
import { baselineRun } from './baseline-run.ts'
import type { Io } from './io.ts'
import { loadSettings } from './settings.ts'
import { describeWatchCost } from './watch-cost.ts'
import { type WatchFlags, type WatchOptions, watchOptions } from './watch-options.ts'
import { watchTarget } from './watch-target.ts'

/** Watches a service until something is shown to be wrong, its time is over, or somebody ends it. */
export async function runWatch(flags: WatchFlags, io: Io): Promise<ExitCode> {
  const read = async (): Promise<{ values: ConfigValues; options: WatchOptions }> => {
    const { values } = await loadSettings(settingsOf(flags), io)
    return { values, options: watchOptions(flags, values) }
  }
  const { values, options } = await read()
  const accepted =
    flags.baseline === undefined ? undefined : await acceptedAnswers(flags.baseline, values, io)
  if (flags.plan) {
    io.stdout(`${describeWatchCost(options)}\n`)
    return EXIT.pass
  }
  const { verdict } = await watchTarget(values, { ...options, ...(accepted && { accepted }) }, io, {
    reread: read,
  })
  return verdict.exitCode
}

/** What the configuration knows of these flags. */
function settingsOf({
  requests: _r,
  every: _e,
  for: _f,
  logs: _l,
  logFile: _lf,
  onFail: _o,
  alpha: _a,
  metricsPort: _m,
  state: _s,
  baseline: _b,
  plan: _p,
  ...rest
}: WatchFlags) {
  return rest
}

/** The warm answers of an accepted run: the first ones of the watch are held against them. Throws `usage`. */
async function acceptedAnswers(name: string, values: ConfigValues, io: Io): Promise<readonly number[]> {
  const { targetName, target, reportsDir, history: file } = values
  const isUnnamed = targetName === 'url' && target.kind === 'url' && target.baseUrl !== undefined
  const identity = {
    name: targetName,
    dialect: target.dialect,
    ...(isUnnamed && { url: target.baseUrl as string }),
  }
  const history = existsSync(file) ? await readHistory(file) : undefined
  try {
    const places = { reportsDir, cwd: io.cwd }
    const { runId } = await baselineRun(name, identity, places, history)
    const answers = warmAnswersOf(readRun(findRunFolder(runId, reportsDir, io.cwd)).run)
    if (answers.length > 0) return answers
    throw new HarnessError(
      'usage',
      `The run ${runId} has no warm answers: name one of \`infergate gate\` or \`infergate bench\`.`,
    )
  } finally {
    await history?.close()
  }
}

/** Milliseconds of each good warm answer of a run. */
export const warmAnswersOf = ({ samples }: Pick<Run, 'samples'>): readonly number[] =>
  samples
    .filter(
      ({ warmth, outcome, warmUp, scenario }) =>
        warmth === 'warm' && outcome === 'completed' && !warmUp && scenario === 'warm',
    )
    .map(({ e2eMs }) => e2eMs)
