import { type Clock, systemClock } from '../clock.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import { openHistory, type TrendAcceptance } from '../history/index.ts'
import { dayOf, nameOf, type SeriesView } from '../reporters/index.ts'
import type { Io } from './io.ts'
import { openTrends, type TrendChoice } from './trend-choice.ts'
import { whoAmI } from './who-am-i.ts'

export type AcceptFlags = TrendChoice & { readonly reason: string }

/**
 * From the first night of its last change on, the level of each chosen series is what it is held against. Logged with who, when and
 * why; nothing that was measured is changed.
 */
export async function runTrendAccept(
  flags: AcceptFlags,
  io: Io,
  clock: Clock = systemClock,
): Promise<ExitCode> {
  if (flags.reason.trim() === '')
    throw new HarnessError(
      'usage',
      'An empty --reason says nothing to whoever reads the trend later: write why.',
    )
  const { file, view } = await openTrends(flags, io)
  const moved = view.series.flatMap((series) => {
    const night = firstNightOf(series)
    return night ? [{ series, night }] : []
  })
  if (moved.length === 0) {
    io.stderr('There is nothing to accept: no level moved that is not accepted.\n')
    return EXIT.pass
  }
  const common = { reason: flags.reason, by: whoAmI(io.env), at: clock.now().toISOString() }
  const acceptances = moved.map(
    ({ series, night }): TrendAcceptance => ({ series: series.trend.series, runId: night.runId, ...common }),
  )
  await using history = await openHistory(file)
  await history.acceptTrend(acceptances)
  for (const { series, night } of moved)
    io.stdout(`${nameOf(series.trend.series)}: accepted from ${dayOf(night.at)} on (run ${night.runId}).\n`)
  return EXIT.pass
}

/** Where the last level began that nobody has accepted. */
function firstNightOf({ trend, nights }: SeriesView) {
  const change = trend.changes.findLast(({ status }) => status === 'open')
  return change && nights[change.index]
}
