import { HarnessError } from '../errors.ts'
import type { HistoryReader, KeptRun, TargetIdentity } from '../history/index.ts'
import type { Run, RunStart, StartFigures, Verdict } from '../records/index.ts'
import { findRunFolder, readRun } from '../run/index.ts'
import { decide, differencesOf, measuredDrift, type Origin, startFigures } from '../verdict/index.ts'

/** A saved run as something to compare with. */
export type SavedStarts = Origin &
  Pick<RunStart, 'runId' | 'startedAt'> &
  Pick<Verdict, 'verdict' | 'state'> & {
    readonly starts: readonly StartFigures[]
    /** Its record; absent: the history kept its starts alone. */
    readonly run?: Run
  }

type Places = { readonly reportsDir: string; readonly cwd: string }

/** A run by its folder, its id or `latest`; one whose folder is gone is read from the history. Throws `run-unreadable`. */
export async function savedStarts(
  name: string,
  { reportsDir, cwd }: Places,
  history?: HistoryReader,
): Promise<SavedStarts> {
  try {
    const { run } = readRun(findRunFolder(name, reportsDir, cwd))
    const { verdict, state } = run.decision ?? decide(run)
    return { ...run, run, verdict, state, starts: startFigures(run.samples, run.boots) }
  } catch (error) {
    const kept = error instanceof HarnessError ? await history?.run(name) : undefined
    if (!kept) throw error
    return kept
  }
}

/** The run that `--baseline` names: `last-good` is the promoted one of this target, else the last that passed. Throws `usage`. */
export async function baselineRun(
  name: string,
  target: TargetIdentity,
  places: Places,
  history: HistoryReader | undefined,
): Promise<SavedStarts> {
  const run =
    name === 'last-good' ? await lastGood(target, history) : await savedStarts(name, places, history)
  const { runId, verdict, state, starts, fingerprint } = run
  if (state !== 'complete' || verdict !== 'PASS')
    throw usage(
      `The run ${runId} is no baseline: it is ${verdict}, ${state}, and only a complete PASS was accepted. Name another one; \`infergate compare ${runId} RUN\` holds any two runs against each other.`,
    )
  requireStarts(runId, starts)
  if (!fingerprint) throw withoutFingerprint(runId)
  return run
}

async function lastGood(target: TargetIdentity, history: HistoryReader | undefined): Promise<KeptRun> {
  const accepted = await history?.lastAccepted(target)
  if (!history || !accepted)
    throw usage(
      `--baseline last-good needs an accepted run of ${target.name}, and the history has none: run \`infergate gate\` without it until it passes.`,
    )
  const run = await history.run(accepted.runId)
  if (run) return run
  throw usage(
    `The last accepted run of ${target.name}, ${accepted.runId}, kept no figures: run \`infergate gate\` once without --baseline.`,
  )
}

export function requireStarts(runId: string, starts: readonly StartFigures[]): void {
  if (starts.length > 0) return
  throw usage(
    `The run ${runId} measured no start, so there is nothing to compare with: name one of \`infergate gate\` or \`infergate bench\`.`,
  )
}

export const withoutFingerprint = (runId: string): HarnessError =>
  usage(
    `The run ${runId} kept no fingerprint, so nobody can tell what it asked and on what: it is of an older infergate. Measure it again.`,
  )

/** The newest accepted runs that tell how far an unchanged service drifts. */
const RUNS = 30
/** From so many on, runs of the very same service are preferred to accepted runs of any version. */
const ENOUGH = 5
const DEPLOYED = ['revision', 'image', 'digest', 'flags', 'faults', 'target']

/** How far accepted runs like this one lie apart. What a deploy changed between them can only widen it. */
export async function driftOf(baseline: SavedStarts, target: string, history: HistoryReader | undefined) {
  const accepted = (await history?.acceptedRuns(target, RUNS)) ?? []
  const alike = accepted.filter(
    (one) => one.fingerprint && !differencesOf(baseline, one).some((of) => of.isUnlike),
  )
  const same = alike.filter(
    (one) => !differencesOf(baseline, one).some(({ field }) => DEPLOYED.includes(field)),
  )
  return measuredDrift((same.length >= ENOUGH ? same : alike).map(({ starts }) => starts))
}

const usage = (message: string): HarnessError => new HarnessError('usage', message)
