import { type Clock, systemClock } from '../clock.ts'
import type { ConfigValues } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import { openHistory } from '../history/index.ts'
import type { Run, Verdict } from '../records/index.ts'
import { createProgress, openRunFolder, type Progress, proveReporters } from '../reporters/index.ts'
import { fold, openJournal, type Plan, planRun, readJournal } from '../run/index.ts'
import { median } from '../statistics/index.ts'
import { decide, verdictOf } from '../verdict/index.ts'
import { beginWatch, readState, requestsIn, type Terms } from '../watch/index.ts'
import type { Io } from './io.ts'
import { publish, record, requireReporters, withJson } from './judge.ts'
import { typedCommand } from './typed-command.ts'
import { describeWatchCost, describeWatchSpent } from './watch-cost.ts'
import type { WatchOptions } from './watch-options.ts'
import { openTarget } from './watch-service.ts'
import { WatchSession } from './watch-session.ts'

export type WatchMore = {
  readonly clock?: Clock
  /** Reads the configuration again. Throws `HarnessError` where it cannot be used. */
  reread?(): Promise<{ readonly values: ConfigValues; readonly options: WatchOptions }>
}

/** `folder`: of its reports. */
export type WatchedTarget = { readonly verdict: Verdict; readonly folder: string }

/** So many answers of an accepted run tell its median. */
const LEVEL_ANSWERS = 20
const HOUR_MS = 3_600_000

/**
 * Watches a target and ends in a verdict; its folder has a journal and reports, as that of any run. Throws `HarnessError` for what is
 * known before the first request.
 */
export async function watchTarget(
  values: ConfigValues,
  options: WatchOptions,
  io: Io,
  { clock = systemClock, reread }: WatchMore = {},
): Promise<WatchedTarget> {
  const choices = options.json ? withJson(values.reporters) : values.reporters
  requireReporters(choices)
  proveReporters(choices, io.cwd)
  const plan = await planWatch(values, io, clock)
  const terms = termsOf(plan, options)
  const kept = options.state === undefined ? undefined : readState(options.state, terms)
  const state = kept
    ? { ...kept.state, resumed: kept.state.resumed + 1 }
    : beginWatch(terms, plan.start.startedAt, options.accepted, levelOf(options.accepted))
  const folder = openRunFolder(values.reportsDir, plan.start.runId)
  using journal = openJournal(folder.path)
  using progress = createProgress(io, { quiet: options.quiet === true, mode: 'plain' })
  await using target = await openTarget(plan, clock, io.signal, (text) => progress.status(text))
  journal.append({ kind: 'started', ...plan.start })
  journal.sync()
  folder.pointLatest()
  if (kept)
    progress.note(`It goes on from ${options.state}: ${state.requests} requests since ${state.since}.`)
  progress.note(describeWatchCost(options, state))
  const session = new WatchSession({
    ...{ plan, io, clock, options, progress, state, folder: folder.path },
    ...{ keep: (event) => journal.append(event), ...(reread && { reread }), ...(kept && { kept }) },
  })
  await session.run(target.address)
  // What the folder holds is what is judged: the memory of a watch does not grow with its time.
  const ended = { kind: 'ended', atMs: session.atMs() } as const
  const whole = fold([...readJournal(folder.path).events, ended])
  const decided = { ...whole, decision: decide(whole) }
  journal.append({ ...ended, decision: decided.decision })
  journal.sync()
  const verdict = verdictOf(decided)
  progress.note(describeWatchSpent(session.state))
  await remember(values.history, { decided, verdict, progress })
  publish({ ended: decided, verdict, folder, choices, progress, io })
  return { verdict, folder: folder.path }
}

type Remembered = { readonly decided: Run; readonly verdict: Verdict; readonly progress: Progress }

/** Opened only now: nobody else waits for a history while a service is watched. */
async function remember(file: string, { decided, verdict, progress }: Remembered): Promise<void> {
  try {
    await using history = await openHistory(file)
    await record(history, decided, verdict, progress)
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    progress.alert(`This watch is not in the history. ${error.message}`)
  }
}

/** A watch checks no promise: it has none in its list. */
export async function planWatch(values: ConfigValues, io: Io, clock: Clock): Promise<Plan> {
  const typed = typedCommand(io)
  const plan = await planRun({ command: 'watch', values, env: io.env, clock, ...(typed && { typed }) })
  const { waivers: _waivers, ...start } = plan.start
  return { ...plan, start: { ...start, promises: [] } }
}

/** Alpha holds for the planned time; for one without an end, for each hour. */
export function termsOf(
  { targetName, start }: Plan,
  { requests, everyMs, forMs, alpha }: WatchOptions,
): Terms {
  const { planned, more } = requestsIn(forMs ?? HOUR_MS, { first: requests, everyMs })
  return {
    ...{ targetName, alpha, first: requests },
    looks: planned + more,
    ...(start.target.url !== undefined && { url: start.target.url }),
  }
}

const levelOf = (accepted: readonly number[] = []): number | undefined =>
  accepted.length < LEVEL_ANSWERS ? undefined : median(accepted)
