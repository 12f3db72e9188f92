import { countInterval } from '../../src/statistics/index.ts'
import { type Goal, goalTable, percentOf, table } from './markdown.ts'
import { FAMILIES } from './trend-families.ts'
import { type FamilyResult, medianDelay, type TrendResults, withinShare } from './trend-results.ts'
import type { Steps, Years } from './trend-run.ts'

/** The part of docs/statistics.md on the nightly trend. */
export function trendPage(results: TrendResults): readonly string[] {
  const { seed, date, commit, otavaVersion } = results
  return [
    '## The nightly trend',
    '',
    `Seed ${seed}, ${date}, commit ${commit}.${otavaVersion ? ` apache-otava ${otavaVersion}, its defaults.` : ''}`,
    '',
    ...goalTable(trendGoals(results)),
    '',
    '### A year in which nothing changed',
    '',
    ...YEARS_SAYS,
    '',
    ...table(
      YEAR_HEADS,
      FAMILIES.flatMap(({ name, says, goal }) => rowOf(results, name, (one) => yearRow(says, goal, one))),
    ),
    '',
    '### A year with one step of +10 %',
    '',
    ...STEPS_SAYS,
    '',
    ...table(
      STEP_HEADS,
      FAMILIES.flatMap(({ name }) => rowOf(results, name, stepRow)),
    ),
    '',
    '### What size is seen how soon',
    '',
    'Independent nights of sd 3 %. A step as small as the noise of one night is found late; a smaller one only by its distance from the accepted level, from 5 % on.',
    '',
    ...table(
      ['step', 'median nights', 'within 12 nights', 'within 24 nights', 'within 60 nights', 'series'],
      Object.entries(results.bySize).map(([size, steps]) => [
        ...[`+${percentOf(Number(size), 0)}`, medianText(steps)],
        ...[12, 24, 60].map((nights) => percentOf(withinShare(steps, nights), 1)),
        String(steps.series),
      ]),
    ),
    '',
  ]
}

const YEARS_SAYS = [
  'Each series has 365 nights and is analysed again each night from its first on. An announced change is an alarm, unless one in the same',
  'direction within ten nights of it was announced before. Alarms a series-year, with the upper limit at 95 % (Byar). apache-otava gets the first of',
  'the same series: it is slower by far, and is told neither hosts nor dates.',
]
const STEPS_SAYS = [
  'The step comes on another night in each series, the 121st to the 240th. Found: announced within ten nights of where it is. Nights are those at the',
  'new level that were measured; a step that is not found within 60 nights counts as the longest.',
]
const YEAR_HEADS = [
  'family',
  'what it is',
  'goal',
  'infergate',
  'upper limit',
  'years',
  'with an alarm',
  'apache-otava',
  'years',
]
const STEP_HEADS = [
  ...['family', 'median nights', 'within 12', 'within 24', 'series'],
  ...['apache-otava: median', 'within 12', 'within 24', 'series'],
]

function rowOf({ families }: TrendResults, name: string, cells: (one: FamilyResult) => readonly string[]) {
  const one = families[name]
  return one ? [[name, ...cells(one)]] : []
}

const rate = ({ series, alarms }: Years): number => alarms / series

const yearRow = (says: string, goal: number, { years, otava }: FamilyResult): readonly string[] => [
  ...[says, `≤ ${goal}`, rate(years).toFixed(3)],
  ...[(countInterval(years.alarms).high / years.series).toFixed(3), String(years.series)],
  ...[percentOf(years.alarmed / years.series), otava ? rate(otava.years).toFixed(1) : '–'],
  otava ? String(otava.years.series) : '–',
]

const medianText = (steps: Steps): string => String(medianDelay(steps) ?? '> 60')

function stepRow({ steps, otava }: FamilyResult): readonly string[] {
  const cells = (one: Steps) => [
    medianText(one),
    ...[12, 24].map((nights) => percentOf(withinShare(one, nights))),
    String(one.series),
  ]
  return [...cells(steps), ...(otava ? cells(otava.steps) : ['–', '–', '–', '–'])]
}

export function trendGoals({ families }: TrendResults): readonly Goal[] {
  const alarms = FAMILIES.flatMap(({ name, goal }): Goal[] => {
    const one = families[name]
    if (!one) return []
    const measured = rate(one.years)
    return [
      {
        ...{ says: `false alarms a series-year, ${name}`, goal: `≤ ${goal}` },
        ...{ measured: measured.toFixed(3), isMet: measured <= goal },
      },
    ]
  })
  const found = (
    [
      ['iid', 6, 12],
      ['two hosts', 13, 24],
      ['two hosts, not recorded', 13, 24],
    ] as const
  ).flatMap(([name, median, within]): Goal[] => {
    const one = families[name]
    if (!one) return []
    const [nights, share] = [medianDelay(one.steps), withinShare(one.steps, within)]
    return [
      {
        says: `+10 % found, ${name}`,
        goal: `median ≤ ${median} nights, ≥ 95 % within ${within}`,
        measured: `median ${medianText(one.steps)}, ${percentOf(share)} within ${within}`,
        isMet: nights !== undefined && nights <= median && share >= 0.95,
      },
    ]
  })
  return [...alarms, ...found]
}
