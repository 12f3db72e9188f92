import { type Clock, systemClock } from '../clock.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import type { History, Prunable } from '../history/index.ts'
import { countOf } from '../reporters/index.ts'
import type { Io } from './io.ts'
import { changeHistory, type HistoryFlags, shownTime, showTable } from './kept-history.ts'

export type PruneFlags = HistoryFlags & {
  /** Days; or one run. */
  readonly olderThan?: number
  readonly run?: string
  readonly dryRun?: boolean
}

const DAY_MS = 86_400_000

/** Takes away old runs, or one run, but none that is needed; with --dry-run it only says so. */
export async function runHistoryPrune(
  flags: PruneFlags,
  io: Io,
  clock: Clock = systemClock,
): Promise<ExitCode> {
  const { olderThan, run, dryRun } = flags
  if ((olderThan === undefined) === (run === undefined))
    throw new HarnessError('usage', 'Say what to remove: either --older-than DAYS or --run ID.')
  await using history = await changeHistory(flags, io)
  const what = run === undefined ? await olderThanDays(history, olderThan ?? 0, clock) : { runId: run }
  const pruned = dryRun ? await history.prunable(what) : await history.prune(what)
  const [removed, kept] = [pruned.removed.length, pruned.kept.length]
  const rows = [
    ...pruned.removed.map((run) => [...cellsOf(run), dryRun ? 'would be removed' : 'removed']),
    ...pruned.kept.map(({ because, ...run }) => [...cellsOf(run), `stays: ${because}`]),
  ]
  if (rows.length > 0 || flags.json)
    showTable(flags, io, { value: pruned, head: ['started (UTC)', 'target', 'run', 'verdict', ''], rows })
  io.stderr(
    `${countOf(removed, 'run')} ${dryRun ? 'would be removed' : removed === 1 ? 'was removed' : 'were removed'}; ${kept} ${kept === 1 ? 'stays' : 'stay'}.\n`,
  )
  return EXIT.pass
}

async function olderThanDays(history: History, days: number, clock: Clock): Promise<Prunable> {
  const now = clock.now()
  const [newest] = await history.runs({ limit: 1 })
  if (newest && newest.startedAt > now.toISOString())
    throw new HarnessError(
      'usage',
      `The clock of this machine says ${now.toISOString()}, and run ${newest.runId} started later, at ${newest.startedAt}: nobody can tell what is old. Set the clock, or remove that run with \`infergate history prune --run ${newest.runId}\`. Nothing was removed.`,
    )
  return { before: new Date(now.getTime() - days * DAY_MS).toISOString() }
}

const cellsOf = ({
  startedAt,
  target,
  runId,
  verdict,
}: Record<'startedAt' | 'target' | 'runId' | 'verdict', string>) => [
  ...[shownTime(startedAt), target, runId, verdict],
]
