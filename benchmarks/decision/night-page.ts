import { rateUpperBound } from '../../src/statistics/index.ts'
import { type Goal, goalTable, percentOf, table } from './markdown.ts'
import type { NightCell, NightResults } from './night.ts'

type Cell = NightResults['cells'][number]

/** The part of docs/statistics.md that tells how often the verdict of a night is wrong. */
export function nightPage(results: NightResults): readonly string[] {
  const { seed, date, commit, cells } = results
  return [
    '## The verdict of a night',
    '',
    `Seed ${seed}, ${date}, commit ${commit}: \`npm run bench:decision -- --only night\`.`,
    '',
    ...goalTable(nightGoals(results)),
    '',
    ...READING,
    '',
    ...table(HEADS, cells.map(rowOf)),
    '',
  ]
}

const READING = [
  'Nights of three starts, whose series are analysed and whose last is held against the accepted level, as `infergate nightly` does. *By itself*: how far the',
  'service moves from night to night (standard deviation of a logarithm; AR .3, Student’s t of 5 degrees). *Machine*: how far the machine moves both it and its reference. The rest as above.',
]

const HEADS = [
  ...['world', 'nights before', 'by itself', 'machine', 'reference'],
  ...['candidate', 'FAIL', 'PASS', 'INCONCLUSIVE', 'trials'],
]

function rowOf({ world, nights, effect, counts }: Cell): readonly string[] {
  const { trials, worse, kept, open } = counts
  const limit = (count: number): string => ` (≤ ${percentOf(rateUpperBound(count, trials), 2)})`
  return [
    ...[world, String(nights.before), percentOf(nights.own, 0), percentOf(nights.machine, 0)],
    nights.hasReference ? 'yes' : 'no',
    effect.ttft === 1 ? 'unchanged' : `+${Math.round(100 * (effect.ttft - 1))} %`,
    `${percentOf(worse / trials)}${effect.ttft === 1 ? limit(worse) : ''}`,
    `${percentOf(kept / trials)}${effect.ttft === 1.05 ? limit(kept) : ''}`,
    ...[percentOf(open / trials), String(trials)],
  ]
}

/** As those of a stored run. */
export function nightGoals({ cells }: NightResults): readonly Goal[] {
  const at =
    (ttft: number) =>
    ({ effect }: NightCell) =>
      effect.ttft === ttft
  return [
    goalOf('a night of an unchanged service FAILs', cells.filter(at(1)), 'worse', 0.01),
    goalOf('a night at the margin PASSes', cells.filter(at(1.05)), 'kept', 0.05),
  ]
}

function goalOf(says: string, cells: readonly Cell[], word: 'worse' | 'kept', most: number): Goal {
  const worst = cells.toSorted(
    (a, b) => b.counts[word] / b.counts.trials - a.counts[word] / a.counts.trials,
  )[0]
  if (!worst) return { says, goal: `≤ ${percentOf(most, 0)}`, measured: 'not yet', isMet: false }
  const { [word]: count, trials } = worst.counts
  return {
    ...{ says, goal: `≤ ${percentOf(most, 0)}`, isMet: count / trials <= most },
    measured: `at most ${percentOf(count / trials, 2)} (≤ ${percentOf(rateUpperBound(count, trials), 2)})`,
  }
}
