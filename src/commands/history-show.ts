import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import type { Io } from './io.ts'
import { type HistoryFlags, lookIntoHistory, shownTime, showTable } from './kept-history.ts'
import { startRows } from './start-rows.ts'

export type ShowFlags = HistoryFlags & { readonly target?: string; readonly limit: number }

/** The newest runs that are kept; of one run, what each of its starts has measured. */
export async function runHistoryShow(runId: string | undefined, flags: ShowFlags, io: Io): Promise<ExitCode> {
  await using history = await lookIntoHistory(flags, io)
  if (runId === undefined) {
    const { target, limit } = flags
    const runs = await history.runs({ limit, ...(target !== undefined && { target }) })
    const rows = runs.map((run) => [
      ...[shownTime(run.startedAt), run.target, run.command, run.verdict, run.state, run.runId],
    ])
    const head = ['started (UTC)', 'target', 'command', 'verdict', 'state', 'run']
    showTable(flags, io, { value: runs, head, rows })
    return EXIT.pass
  }
  const run = await history.run(runId)
  if (!run)
    throw new HarnessError(
      'usage',
      `There is no run ${runId} in the history: \`infergate history show\` lists those that there are.`,
    )
  const { target, command, verdict, state, startedAt, hardware, starts } = run
  const rows = startRows(starts)
  if (!flags.json)
    io.stdout(
      `${runId}: ${command} of ${target}, ${verdict}, ${state}, started ${shownTime(startedAt)} UTC on ${hardware}\n`,
    )
  const head = ['metric', ...starts.map(({ boot }) => `start ${boot}`)]
  if (flags.json || rows.length > 0) showTable(flags, io, { value: run, head, rows })
  return EXIT.pass
}
