import { EXIT, type ExitCode } from '../errors.ts'
import { type KeptRun, readHistory } from '../history/index.ts'
import type { Night, TrendChange } from '../records/index.ts'
import { dayOf, nameOf, type SeriesView } from '../reporters/index.ts'
import { armsOf } from './confirm-arms.ts'
import type { Io, RunFlags } from './io.ts'
import { judgeTarget } from './judge.ts'
import { loadSettings } from './settings.ts'
import { openTrends, type TrendChoice } from './trend-choice.ts'

type Suspect = {
  readonly view: SeriesView
  readonly change: TrendChange
  /** The last night before the interval of the change, and the first one at the new level. */
  readonly good: Night
  readonly bad: Night
}

/**
 * Old nights cannot be tested again; the two versions can. The target as it was on the last good night is measured against what it was
 * on the first bad one, in pairs: exit 10 where it is worse again (the change is confirmed), 0 where it is kept, 20 where neither is
 * shown or one of the two cannot be started here.
 */
export async function runTrendConfirm(flags: TrendChoice & RunFlags, io: Io): Promise<ExitCode> {
  const { file, view } = await openTrends(flags, io)
  const suspect = view.series.flatMap(suspectsOf).toSorted((a, b) => (a.change.at < b.change.at ? 1 : -1))[0]
  if (!suspect) {
    io.stderr('There is nothing to confirm: no level got worse that is not accepted.\n')
    return EXIT.pass
  }
  const { series } = suspect.view.trend
  const { values } = await loadSettings({ ...flags, target: series.targetName }, io)
  const [good, bad] = await keptRuns(file, [suspect.good.runId, suspect.bad.runId])
  io.stderr(`${suspect.change.sentence}\n`)
  const arms = good && bad ? armsOf(values.target, good, bad) : { cannot: 'a run of the two is not kept' }
  if ('cannot' in arms) {
    io.stderr(`${byHand(suspect, arms.cannot)}\n`)
    return EXIT.inconclusive
  }
  io.stderr(
    `Measured again in pairs: ${series.targetName} as on ${dayOf(suspect.good.at)} against ${series.targetName} as on ${dayOf(suspect.bad.at)}.\n`,
  )
  const against = { targetName: `${series.targetName} as on ${dayOf(suspect.good.at)}`, target: arms.good }
  const again = { ...values, target: arms.bad, against }
  const { targetName, metric } = series
  const { exitCode } = await judgeTarget('bench', again, flags, io, async () => ({
    confirms: { targetName, metric, since: suspect.change.at },
  }))
  io.stdout(`${nameOf(series)} of ${series.targetName}: ${WORDS[exitCode] ?? 'not settled'}.\n`)
  return exitCode
}

const WORDS: Readonly<Record<number, string>> = {
  [EXIT.pass]: 'the change is not confirmed: measured again in pairs, nothing got worse by its margin',
  [EXIT.fail]: 'the change is confirmed: measured again in pairs, it is worse',
}

/** Changes for the worse that nobody accepted, each with the nights on both sides of it. */
function suspectsOf(view: SeriesView): readonly Suspect[] {
  const counts = ({ state, value }: Night) => state === 'complete' && Number.isFinite(value)
  return view.trend.changes.flatMap((change) => {
    if (change.status !== 'open' || change.direction !== 'worse') return []
    const bad = view.nights[change.index]
    const before = view.nights.slice(0, change.index).filter(counts)
    const good = before.findLast(({ at }) => at <= change.between[0]) ?? before.at(-1)
    return good && bad ? [{ view, change, good, bad }] : []
  })
}

async function keptRuns(file: string, ids: readonly string[]): Promise<readonly (KeptRun | undefined)[]> {
  await using history = await readHistory(file)
  return Promise.all(ids.map((id) => history.run(id)))
}

const byHand = ({ view: { trend }, good, bad }: Suspect, cannot: string): string =>
  `It cannot be measured again from here: ${cannot}. Describe the version of run ${good.runId} (${dayOf(good.at)}) as a target OLD and that of run ${bad.runId} (${dayOf(bad.at)}) as a target NEW, then run: infergate gate --target NEW --against OLD. Until then the change of ${nameOf(trend.series)} is not confirmed.`
