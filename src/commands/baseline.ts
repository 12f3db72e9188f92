import { type Clock, systemClock } from '../clock.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import type { Io } from './io.ts'
import { changeHistory, type HistoryFlags, lookIntoHistory, shownTime, showTable } from './kept-history.ts'
import { runIdOf } from './run-id.ts'
import { startRows } from './start-rows.ts'
import { whoAmI } from './who-am-i.ts'

export type PromoteFlags = HistoryFlags & {
  readonly reason: string
  readonly reportsDir?: string
  /** The baseline that it replaces, or `none`; absent: the one that there is at this moment. */
  readonly replaces?: string
}

/** Makes a run the baseline of its target; who, when and why are logged. Throws `usage` where it cannot be one. */
export async function runBaselinePromote(
  name: string,
  flags: PromoteFlags,
  io: Io,
  clock: Clock = systemClock,
): Promise<ExitCode> {
  const { reason, replaces } = flags
  if (reason.trim() === '')
    throw new HarnessError('usage', 'An empty --reason says nothing to whoever asks later: write why.')
  await using history = await changeHistory(flags, io)
  const runId = await runIdOf(name, flags, io)
  const run = await history.run(runId)
  const now = run && (await history.baseline.list(run.target)).at(-1)?.runId
  const expected = replaces === 'none' ? undefined : (replaces ?? now)
  const promotion = await history.baseline.promote({
    ...{ runId, reason, expected, by: whoAmI(io.env), at: clock.now().toISOString() },
  })
  const before = promotion.replaces === undefined ? '' : ` It replaces ${promotion.replaces}.`
  io.stdout(`${runId} is the baseline of ${promotion.target} now.${before}\n`)
  return EXIT.pass
}

/** Every promotion, oldest first. */
export async function runBaselineList(
  flags: HistoryFlags & { readonly target?: string },
  io: Io,
): Promise<ExitCode> {
  await using history = await lookIntoHistory(flags, io)
  const log = await history.baseline.list(flags.target)
  if (log.length === 0 && !flags.json) {
    io.stderr('No run was promoted: the last complete PASS of a target is its baseline.\n')
    return EXIT.pass
  }
  const rows = log.map(({ at, target, runId, by, reason }) => [shownTime(at), target, runId, by, reason])
  showTable(flags, io, { value: log, head: ['promoted (UTC)', 'target', 'run', 'by', 'reason'], rows })
  return EXIT.pass
}

/** The baseline of each target, or of one, with the figures of its starts. Throws `store-unusable` where its run is gone. */
export async function runBaselineShow(
  flags: HistoryFlags & { readonly target?: string },
  io: Io,
): Promise<ExitCode> {
  await using history = await lookIntoHistory(flags, io)
  const log = await history.baseline.list(flags.target)
  const targets = [...new Set(log.map(({ target }) => target))]
  const all = []
  for (const target of targets) {
    const current = await history.baseline.current(target)
    if (current) all.push(current)
  }
  if (all.length === 0 && !flags.json) {
    io.stderr(
      `No run${flags.target === undefined ? '' : ` of ${flags.target}`} was promoted: the last complete PASS of ${flags.target ?? 'a target'} is its baseline.\n`,
    )
    return EXIT.pass
  }
  const rows = all.flatMap(({ promotion: { target, runId, reason }, run: { startedAt, starts } }) =>
    startRows(starts).map(([metric = '', ...byStart]) => [
      ...[target, runId, shownTime(startedAt), metric, byStart.join(' '), reason],
    ]),
  )
  const head = ['target', 'run', 'started (UTC)', 'metric', 'by start', 'reason']
  showTable(flags, io, { value: all, head, rows })
  return EXIT.pass
}
