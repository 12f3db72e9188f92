import { existsSync } from 'node:fs'
import type { Clock } from '../clock.ts'
import type { ConfigValues } from '../config/index.ts'
import { type HistoryReader, hardwareOf, readHistory } from '../history/index.ts'
import type { RunStart, StartFigures, StoredBaseline } from '../records/index.ts'
import { acceptedBaseline } from '../trend/index.ts'
import { describeDifference, differencesOf } from '../verdict/index.ts'
import type { Io } from './io.ts'
import { readTrends } from './trend-series.ts'

/** What tonight is held against; undefined, and said, where too few nights count for an accepted level. */
export async function acceptedNights(
  file: string,
  tonight: RunStart,
  io: Io,
): Promise<StoredBaseline | undefined> {
  await using history = await readHistory(file)
  const baseline = await readBaseline(history, tonight)
  if (baseline) return { ...baseline, ...(await differencesTo(history, baseline, tonight)) }
  io.stderr('There are too few nights for an accepted level: this night is held against its limits alone.\n')
  return undefined
}

/** Nights on other hardware are another series. */
async function readBaseline(history: HistoryReader, tonight: RunStart): Promise<StoredBaseline | undefined> {
  const { fingerprint, night } = tonight
  const view = await readTrends(history, fingerprint ? { targetName: fingerprint.targetName } : {})
  const series = view.series.filter(({ trend }) => trend.series.hardware === hardwareOf(tonight))
  const starts = new Map<string, readonly StartFigures[]>()
  for (const runId of new Set(series.flatMap(({ nights }) => nights.map((one) => one.runId)))) {
    const kept = await history.run(runId)
    if (kept) starts.set(runId, kept.starts)
  }
  return acceptedBaseline(series, (runId) => starts.get(runId), night?.reference?.starts)
}

/** An upgrade is what a night may show, so no difference to the last accepted night is refused; each is named. */
async function differencesTo(
  history: HistoryReader,
  { runId }: StoredBaseline,
  tonight: RunStart,
): Promise<Pick<StoredBaseline, 'differences'>> {
  const last = await history.run(runId)
  const differences = last?.fingerprint ? differencesOf(last, tonight).map(describeDifference) : []
  return differences.length > 0 ? { differences } : {}
}

/** A clock that went back puts tonight before nights that were: nothing is lost, and whoever reads the trend must know. */
export async function sayClock(
  { history: file, targetName }: ConfigValues,
  io: Io,
  clock: Clock,
): Promise<void> {
  if (!existsSync(file)) return
  await using history = await readHistory(file)
  const { series } = await readTrends(history, { targetName })
  const last = series
    .flatMap(({ nights }) => nights)
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .at(-1)
  const now = clock.now().toISOString()
  if (last && last.at > now)
    io.stderr(
      `The clock of this machine runs backwards: it says ${now}, and the last night of ${targetName} was ${last.at} (run ${last.runId}). Set the clock if it is wrong now. Tonight is measured and kept, and stands before that night in each trend; if that night had the wrong clock, it stays the newest until its time has come.\n`,
    )
}
