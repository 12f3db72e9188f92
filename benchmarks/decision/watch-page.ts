import { rateUpperBound } from '../../src/statistics/index.ts'
import { type Goal, goalTable, percentOf, table } from './markdown.ts'
import type { ChangeCell, QuietCell, WatchResults } from './watch.ts'

/** The part of docs/statistics.md that tells how often a watch is wrong, and how soon it sees what begins. */
export function watchPage(results: WatchResults): readonly string[] {
  const { seed, date, commit, quiet, changes, plan } = results
  return [
    '## The watch',
    '',
    `Seed ${seed}, ${date}, commit ${commit}: \`npm run bench:decision -- --only watch\`. The thresholds were chosen on other seeds than these.`,
    '',
    ...goalTable(watchGoals(results)),
    '',
    ...READING,
    '',
    ...table(QUIET_HEADS, quiet.map(quietRow)),
    '',
    `Of a change that begins after a minute or half an hour, somewhere between two requests, the time to its alarm at one request each ${plan.everyMs / 1_000} s. *Not found*: in fewer than so many`,
    'watches within five minutes. What is counted by the service (each third, each tenth) begins anywhere in its count.',
    '',
    ...table(CHANGE_HEADS, changes.map(changeRow)),
    '',
  ]
}

const READING = [
  'Hours of a service in which nothing changes, with the pace, the requests in flight and the evidence of `infergate watch`; alpha is 0.1 %. A usual answer takes 300 ms. *Independent* has a standard deviation',
  'of the logarithm of .3, *log-normal* .6, *heavy tails* .8 with one answer of 200 that takes 5 s more, *wide* .6, *spikes* .4 with one of 100. *AR*: correlation of levels that are five seconds apart; what is asked',
  'sooner is more alike (.6 there is .97 after 300 ms). *Stands still*: six times an hour nothing moves for 3 s. *Errors as allowed*: one request of 100 fails. The sums start anew at each answer (Shin, Ramdas & Rinaldo 2023).',
]

const QUIET_HEADS = ['world', 'hours', 'alarms', 'at most (95 %)', 'by', 'requests an hour']

function quietRow({ world, counts }: QuietCell): readonly string[] {
  const alarms = alarmsOf(counts)
  const by = Object.entries(counts.alarms).map(([test, n]) => `${test} ${n}`)
  const most = percentOf(rateUpperBound(alarms, counts.trials), 2)
  const requests = Math.round(counts.requests / counts.trials)
  return [world, String(counts.trials), String(alarms), most, by.join(', ') || '–', String(requests)]
}

const CHANGE_HEADS = ['world', 'what begins', 'after', 'within 90 s', 'median', '95 %']

function changeRow({ world, change, afterMs, trials, within90s, p50Ms, p95Ms }: ChangeCell) {
  const time = (ms: number | undefined): string =>
    ms === undefined ? 'not found' : `${(ms / 1_000).toFixed(1)} s`
  const share = percentOf(within90s / trials, 1)
  return [world, change, `${afterMs / 1_000} s`, share, time(p50Ms), time(p95Ms)]
}

const alarmsOf = ({ alarms }: QuietCell['counts']): number =>
  Object.values(alarms).reduce((sum, one) => sum + one, 0)

/** The families that the goal of a reload is for. */
const FAMILIES = ['independent', 'log-normal', 'heavy tails', 'AR .3', 'AR .6']
const isReload = ({ change }: ChangeCell): boolean => change.endsWith('takes 4 s more')

export function watchGoals({ quiet, changes }: WatchResults): readonly Goal[] {
  const rates = quiet.map(({ counts }) => ({ n: alarmsOf(counts), trials: counts.trials }))
  const worst = rates.toSorted((a, b) => b.n / b.trials - a.n / a.trials)[0]
  const shareOf = (cells: readonly ChangeCell[]): number =>
    Math.min(...cells.map(({ within90s, trials }) => within90s / trials))
  const reload = shareOf(changes.filter((one) => isReload(one) && FAMILIES.includes(one.world)))
  const slowestOf = (name: string, worlds: readonly string[]): number =>
    Math.max(
      ...changes
        .filter(({ change, world }) => change === name && worlds.includes(world))
        .map(({ p95Ms }) => (p95Ms ?? Number.POSITIVE_INFINITY) / 1_000),
    )
  const refused = slowestOf(
    'each request is refused',
    changes.map(({ world }) => world),
  )
  const silent = slowestOf('no request is answered', ['independent', 'log-normal', 'AR .3', 'AR .6'])
  return [
    {
      says: 'a quiet hour alarms, in the worst world',
      goal: '≤ 3 of 1,000',
      measured: worst ? `${worst.n} of ${worst.trials}` : 'not yet',
      isMet: worst !== undefined && worst.n / worst.trials <= 0.003,
    },
    {
      says: `a reload on each, each third or each tenth request is found within 90 s, in the worst of ${FAMILIES.join(', ')}`,
      goal: '≥ 95 %',
      measured: percentOf(reload, 1),
      isMet: reload >= 0.95,
    },
    {
      says: 'each request is refused, found in 95 % of the watches of each world',
      goal: '≤ 10 s',
      measured: `${refused.toFixed(1)} s`,
      isMet: refused <= 10,
    },
    {
      says: 'no request is answered any more, found in 95 % (independent, log-normal, AR .3, AR .6)',
      goal: '≤ 10 s',
      measured: `${silent.toFixed(1)} s`,
      isMet: silent <= 10,
    },
  ]
}
