import { rateUpperBound } from '../../src/statistics/index.ts'
import { type Goal, goalTable, percentOf, table } from './markdown.ts'
import type { ChangeCell, QuietCell, WatchResults } from './watch.ts'

/** The part of docs/statistics.md that tells how often a watch is wrong, and how soon it sees what begins. */
export function watchPage(results: WatchResults): readonly string[] {
  const { seed, date, commit, quiet, changes, plan } = results
  return [
    '## The watch',
    '',
    `Seed ${seed}, ${date}, commit ${commit}: \`npm run bench:decision -- --only watch\`.`,
    '',
    ...goalTable(watchGoals(results)),
    '',
    ...READING,
    '',
    ...table(QUIET_HEADS, quiet.map(quietRow)),
    '',
    `Of a change that begins after a minute (12 requests) or half an hour (360), the time to its alarm at one request each ${plan.everyMs / 1_000} s. After a failure or a`,
    'slow answer the real watch looks again after 1.5 s, so it is sooner than these. *Not found*: more than a tenth of the hours ended without it.',
    'Where times spread widely, the ten first answers may hold a slow one by themselves, so a reload that begins a minute later is then not seen in up to a third of the hours.',
    '',
    ...table(
      CHANGE_HEADS,
      changes.map((cell) => changeRow(cell, plan.everyMs)),
    ),
    '',
  ]
}

const READING = [
  'Hours of 730 requests to a service in which nothing changes; alpha is 0.1 %. *Spread*: standard deviation of the logarithm of a time; *neighbours*: AR(1). Of all alpha',
  'a quarter is for errors (more than 1 %), half for the share of slow answers (more than 3 times the reference’s 90th percentile; 1 % are expected), a quarter for the median (blocks of ten more than 1.5 times it). A',
  'service whose allowed errors come is in the last row. Evidence starts anew at each request (Shin, Ramdas & Rinaldo 2023), and its limit counts them all.',
]

const QUIET_HEADS = ['world', 'hours', 'alarms', 'at most (95 %)', 'by']

function quietRow({ world, counts }: QuietCell): readonly string[] {
  const alarms = alarmsOf(counts)
  const by = Object.entries(counts.alarms).map(([test, n]) => `${test} ${n}`)
  const most = percentOf(rateUpperBound(alarms, counts.trials), 2)
  return [world, String(counts.trials), String(alarms), most, by.join(', ') || '–']
}

const CHANGE_HEADS = ['world', 'what begins', 'after', 'found in', 'median', '90 %']

function changeRow({ world, change, before, trials, found, p50, p90 }: ChangeCell, everyMs: number) {
  const time = (requests: number | undefined): string =>
    requests === undefined ? 'not found' : `${requests} requests, ${(requests * everyMs) / 1_000} s`
  return [world, change, String(before), `${found} of ${trials}`, time(p50), time(p90)]
}

const alarmsOf = ({ alarms }: QuietCell['counts']): number =>
  Object.values(alarms).reduce((sum, one) => sum + one, 0)

const RELOAD = 'each third request takes 4 s more'
/** Requests before a change. */
const MINUTE = 12

export function watchGoals({ quiet, changes, plan }: WatchResults): readonly Goal[] {
  const rates = quiet.map(({ counts }) => ({ n: alarmsOf(counts), trials: counts.trials }))
  const worst = rates.toSorted((a, b) => b.n / b.trials - a.n / a.trials)[0]
  const seconds = (cells: readonly ChangeCell[]): number =>
    Math.max(...cells.map(({ p90 }) => ((p90 ?? Number.POSITIVE_INFINITY) * plan.everyMs) / 1_000))
  const reload = seconds(
    changes.filter(
      ({ change, world, before }) => change === RELOAD && !WIDE.includes(world) && before === MINUTE,
    ),
  )
  const dead = Math.max(
    ...changes
      .filter(({ change }) => change === 'each request fails')
      .map(({ p90 }) => p90 ?? Number.POSITIVE_INFINITY),
  )
  return [
    {
      says: 'a quiet hour alarms, in the worst world',
      goal: '≤ 3 of 1,000',
      measured: worst ? `${worst.n} of ${worst.trials}` : 'not yet',
      isMet: worst !== undefined && worst.n / worst.trials <= 0.003,
    },
    {
      says: 'every third request is slow from the first minute on, found in 90 % of the hours (outside of the two worlds of wide spread)',
      goal: '≤ 90 s',
      measured: `${reload} s`,
      isMet: reload <= 90,
    },
    {
      says: 'each request fails, found in 90 % of the hours',
      goal: '≤ 4 requests',
      measured: `${dead} requests`,
      isMet: dead <= 4,
    },
  ]
}

/** There 4 s are not much more than what comes by itself, and ten answers do not tell it apart. */
const WIDE = ['heavy tails', 'AR .6, wide']
