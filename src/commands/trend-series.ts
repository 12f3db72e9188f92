import { didYouMean } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import type { HistoryReader } from '../history/index.ts'
import type { SeriesKey, Warmth } from '../records/index.ts'
import type { SeriesView, TrendView } from '../reporters/index.ts'
import { analyse, incidents } from '../trend/index.ts'
import type { LateProgress } from './late-progress.ts'

/** Which series; absent: all. */
export type SeriesChoice = {
  /** The target's name in the configuration. */
  readonly targetName?: string
  readonly metric?: string
  readonly warmth?: Warmth
}

/** The chosen series with their nights, analysed, and what several of them have in common. `progress` is told how far it is. */
export async function readTrends(
  history: HistoryReader,
  choice: SeriesChoice,
  progress?: Pick<LateProgress, 'step'>,
): Promise<TrendView> {
  const { targetName, metric, warmth } = choice
  const keys = (await history.series(targetName)).filter(
    (key) =>
      (metric === undefined || key.metric === metric) && (!warmth || key.warmth === warmth) && hasLevel(key),
  )
  const accepted = await history.acceptances(targetName)
  const series: SeriesView[] = []
  for (const [done, key] of keys.entries()) {
    await progress?.step(done, keys.length)
    const nights = await history.nights(key)
    const acceptances = accepted.flatMap(({ series: of, runId, reason }) => {
      const first = isSame(of, key) ? nights.find((night) => night.runId === runId) : undefined
      return first ? [{ at: first.at, reason }] : []
    })
    const trend = analyse(key, nights, { acceptances })
    series.push({ trend, nights, ...(acceptances.length > 0 && { acceptances }) })
  }
  const ordered = series.toSorted((a, b) => placeOf(a.trend.series) - placeOf(b.trend.series))
  return { series: ordered, incidents: incidents(ordered.map(({ trend }) => trend)) }
}

/** A share of requests that fail is 0 on a good night: it has limits, and no level that could move by a share of itself. */
const hasLevel = ({ metric }: SeriesKey): boolean => !/(?:error|turnedAway)Rate$/.test(metric)

const isSame = (a: SeriesKey, b: SeriesKey): boolean =>
  a.targetName === b.targetName &&
  a.scenario === b.scenario &&
  a.metric === b.metric &&
  a.warmth === b.warmth &&
  a.hardware === b.hardware

/** Cold first, then what people look at first. */
const FIRST = ['coldStartMs', 'e2eMsP50', 'ttftMsP50', 'tpotMsP50', 'outputTokensPerSecond']
const placeOf = ({ metric }: SeriesKey): number => {
  const place = FIRST.indexOf(metric)
  return place < 0 ? FIRST.length : place
}

/** Whether a level moved and nobody has accepted it. */
export const hasOpenChange = ({ series }: TrendView): boolean =>
  series.some(({ trend }) => trend.changes.some(({ status }) => status === 'open'))

/** Throws `usage` for a target of which the history has no night and the configuration knows nothing. */
export async function mustKnowTarget(
  history: HistoryReader,
  name: string,
  configured: readonly string[],
): Promise<void> {
  const kept = (await history.series()).map(({ targetName }) => targetName)
  const known = [...new Set([...kept, ...configured])]
  if (!known.includes(name))
    throw new HarnessError('usage', `Unknown target "${name}": ${didYouMean(name, known)}`)
}
