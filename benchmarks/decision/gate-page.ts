import { rateUpperBound } from '../../src/statistics/index.ts'
import { type GateCell, type GateResults, isAsAssumed } from './gate.ts'
import type { GatePart } from './gate-part.ts'
import type { Counts } from './gate-trials.ts'
import { WORLDS } from './gate-worlds.ts'
import { type Goal, goalTable, percentOf, table } from './markdown.ts'

type Cell = GateResults['cells'][number]

/** The part of docs/statistics.md that tells how often the gate is wrong, and what it finds. */
export function gatePage(results: GatePart): string {
  const { seed, trials, date, commit, cells } = results
  const lines = [
    ...['## The gate', '', `Seed ${seed}, up to ${trials} trials a row, ${date}, commit ${commit}.`, ''],
    ...[...goalTable(gateGoals(results)), '', ...READING, ''],
    ...['### What is simulated', '', ...table(['world', 'what varies'], WORLD_ROWS), ''],
    ...['### Pairs of starts (`gate --against`)', '', ...pairedTable(cells.filter(isByRule)), ''],
    ...['### At the stated number of pairs', '', STATED, '', ...statedTable(cells), ''],
    ...['### A stored run (`gate --baseline`)', '', ...STORED, '', ...storedTable(cells), ''],
    ...['### How much a stored run can tell', '', ...storedCurve(cells)],
  ]
  return `${lines.join('\n')}\n`
}

const READING = [
  'FAIL, PASS and INCONCLUSIVE are shares of the trials; in brackets the 95 % upper limit of a false one (Clopper and Pearson). *Unchanged*: the candidate is',
  'the baseline, so a FAIL is false. *At the margin*: its time to first token is 5 % longer, which is just no longer tolerated, so a PASS is false; a FAIL is not,',
  'and an INCONCLUSIVE is what the rule asks for where an estimate falls to either side by chance.',
]

const STATED =
  'What `powerOf` states before the first request, from the spread of 200 unchanged pairs: after so many pairs a candidate whose time to first token is 10 % longer is to be called FAIL, and an unchanged one PASS.'

const STORED = [
  'Runs of five starts each; a run’s level drifts from the one before (AR .3, Student’s t of 5 degrees). *Known from*: accepted runs that the drift is measured on; 0: it is',
  'assumed (3 %). Where the true drift is above what is assumed, so are the error rates: the last rows, which the goals leave out.',
]

const WORLD_ROWS = Object.entries(WORLDS).map(([name, { says }]) => [name, says])

const isByRule = ({ mode, stated }: GateCell): boolean => mode === 'paired' && stated === undefined

const HEADS = ['FAIL', 'PASS', 'INCONCLUSIVE'] as const

function pairedTable(cells: readonly Cell[]): readonly string[] {
  const rows = cells.map(({ world, effect, counts }) => [
    ...[world, effectOf(effect)],
    ...sharesOf(counts, effect.fails === undefined ? effect.ttft : Number.NaN),
    ...[(counts.pairs / counts.trials).toFixed(1), String(counts.trials)],
  ])
  return table(['world', 'candidate', ...HEADS, 'pairs', 'trials'], rows)
}

function statedTable(cells: readonly Cell[]): readonly string[] {
  const rows = cells.flatMap(({ world, effect, stated, counts }) =>
    stated === undefined
      ? []
      : [
          [
            ...[world, String(stated), effectOf(effect), ...sharesOf(counts, effect.ttft)],
            String(counts.trials),
          ],
        ],
  )
  return table(['world', 'stated pairs', 'candidate', ...HEADS, 'trials'], rows)
}

function storedTable(cells: readonly Cell[]): readonly string[] {
  const rows = cells.flatMap(({ world, effect, storage, counts }) =>
    storage === undefined || effect.ttft > 1.05
      ? []
      : [
          [
            ...[world, percentOf(storage.drift, 0), String(storage.runs), effectOf(effect)],
            ...[...sharesOf(counts, effect.ttft), String(counts.trials)],
          ],
        ],
  )
  return table(['world', 'true drift', 'known from', 'candidate', ...HEADS, 'trials'], rows)
}

/** FAIL by how much longer the time to first token is; PASS of the unchanged one beside it. */
function storedCurve(cells: readonly Cell[]): readonly string[] {
  const stored = cells.filter(({ mode }) => mode === 'stored')
  const curves = Map.groupBy(stored, ({ world, storage }) => JSON.stringify([world, storage]))
  const kinds = [...curves.values()].filter((of) => of.length > 2)
  const effects = [...new Set(kinds.flat().map(({ effect }) => effect.ttft))].toSorted((a, b) => a - b)
  const rows = kinds.map((of) => {
    const share = (ttft: number): string => {
      const counts = of.find(({ effect }) => effect.ttft === ttft)?.counts
      return counts ? percentOf(counts.worse / counts.trials, 0) : ''
    }
    const first = of.find(({ effect }) => effect.ttft === 1)
    const kept = first ? percentOf(first.counts.kept / first.counts.trials, 0) : ''
    const { world = '', storage } = of[0] ?? {}
    return [world, percentOf(storage?.drift ?? 0, 0), String(storage?.runs), kept, ...effects.map(share)]
  })
  const heads = effects.map((ttft) => `FAIL at ${changeOf(ttft)}`)
  return table(['world', 'true drift', 'known from', 'PASS unchanged', ...heads], rows)
}

/** With the upper limit beside what is false there; below the margin nothing else is. */
function sharesOf({ trials, worse, kept, open }: Counts, ttft: number): readonly string[] {
  const limit = (count: number): string => ` (≤ ${percentOf(rateUpperBound(count, trials), 2)})`
  return [
    `${percentOf(worse / trials)}${ttft === 1 ? limit(worse) : ''}`,
    `${percentOf(kept / trials)}${ttft === 1.05 ? limit(kept) : ''}`,
    percentOf(open / trials),
  ]
}

const changeOf = (ttft: number): string => `+${Number((100 * (ttft - 1)).toFixed(1))} %`

const effectOf = ({ ttft, fails }: GateCell['effect']): string =>
  fails === undefined
    ? ttft === 1
      ? 'unchanged'
      : ttft === 1.05
        ? 'at the margin'
        : changeOf(ttft)
    : `fails ${fails} times as often`

/** The goals, each against the worst of the worlds. */
export function gateGoals({ cells }: GateResults): readonly Goal[] {
  const paired = cells.filter(isByRule)
  const stored = cells.filter((cell) => cell.mode === 'stored' && isAsAssumed(cell))
  const same = ({ effect }: Cell): boolean => effect.ttft === 1 && effect.fails === undefined
  const atMargin = ({ effect }: Cell): boolean => effect.ttft === 1.05
  const found = cells.filter(({ stated, effect }) => stated !== undefined && effect.ttft > 1.05)
  return [
    falseGoal('pairs: an unchanged candidate FAILs', paired.filter(same), 'worse'),
    falseGoal('pairs: a candidate at the margin PASSes', paired.filter(atMargin), 'kept'),
    foundGoal(found),
    falseGoal('stored: an unchanged candidate FAILs', stored.filter(same), 'worse'),
    falseGoal('stored: a candidate at the margin PASSes', stored.filter(atMargin), 'kept'),
  ]
}

/** The largest share of all worlds. */
function falseGoal(says: string, cells: readonly Cell[], word: 'worse' | 'kept'): Goal {
  const most = word === 'worse' ? 0.01 : 0.05
  const shares = cells.map(({ counts }) => ({
    share: counts[word] / counts.trials,
    limit: rateUpperBound(counts[word], counts.trials),
  }))
  const worst = shares.toSorted((a, b) => b.share - a.share)[0]
  return {
    says,
    goal: word === 'worse' ? '≤ 1 %, its upper limit ≤ 1.5 %' : '≤ 5 %',
    measured: worst ? `at most ${percentOf(worst.share, 2)} (≤ ${percentOf(worst.limit, 2)})` : 'not yet',
    isMet: worst !== undefined && worst.share <= most && (word === 'kept' || worst.limit <= 0.015),
  }
}

function foundGoal(cells: readonly Cell[]): Goal {
  const shares = cells.map(({ counts }) => counts.worse / counts.trials)
  return {
    says: 'pairs: twice the margin is FAIL at the stated number of pairs',
    goal: '≥ 95 %',
    measured: shares.length > 0 ? `at least ${percentOf(Math.min(...shares))}` : 'not yet',
    isMet: shares.length > 0 && Math.min(...shares) >= 0.95,
  }
}
