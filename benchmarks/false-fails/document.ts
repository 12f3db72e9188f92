import { rateUpperBound } from '../../src/statistics/index.ts'
import { CHANCES, type Chance, EVENTS, NOT_DRAWN, turnedAt, turnRate } from './chances.ts'
import { type Drawn, type Measured, SERVICES } from './measured.ts'
import { PAIR_KINDS } from './pairs.ts'

const SUPERSCRIPTS = [...'⁰¹²³⁴⁵⁶⁷⁸⁹']

/** docs/false-fails.md: how often chance alone fails a healthy service, promise by promise. */
export function documentOf(measured: Measured): string {
  return `${[
    '# How often chance fails a healthy service',
    ...['', ...INTRODUCTION, ''],
    ...['## What a draw may show', '', ...table(['event', 'what it is', '0 where'], EVENT_ROWS), ''],
    ...SERVICES.flatMap((service) => section(service, measured[service])),
    ...['## Where batches turn greedy texts more often', ''],
    ...table(['chance of a token to turn', 'greedy, seeded, with a stop string', 'streamed'], TURN_ROWS),
    ...[
      '',
      '## What is not drawn',
      '',
      ...table(['promise', 'why chance has no part in it'], NOT_DRAWN_ROWS),
    ],
  ].join('\n')}\n`
}

const INTRODUCTION = [
  '`npm run false-fails` writes this page: it runs the very checks of the suites again and again, each time with chance of its own, and',
  'counts the runs that fail (`-- --url URL` does so on a service that runs). *Computed*: the chance that a run of the check fails a',
  'healthy service, from the formula. *Limit of the draws*: the 95 % upper limit (Clopper and Pearson) of the share of draws that show the',
  'event, those of all promises with that event together, times the draws of a run. Where none was seen it says how much was drawn, not',
  'how much there is: 3/n of n draws. Failures by time are another matter and not counted. A promise that is not named here makes each of',
  'its few requests once, at temperature 0.',
]

const EVENT_ROWS = Object.entries(EVENTS).map(([name, { says, why }]) => [name, says, why])
const NOT_DRAWN_ROWS = Object.entries(NOT_DRAWN).flatMap(([why, ids]) => ids.map((id) => [`\`${id}\``, why]))

/** An engine may turn its texts more often than those that were measured. */
const TURN_ROWS = [0.01, 0.02, 0.03, 0.04, 0.05].map((rate) => [
  `${Math.round(100 * rate)} %`,
  ...[turnedAt(rate, 24, 16), turnedAt(rate, 20, 20)].map(inPowers),
])

const TITLES = { simulator: 'On the simulator', real: 'On a real vLLM' } as const

const HEADS = [
  ...['promise', 'event', 'draws a run', 'failed', 'runs', 'draws'],
  ...['computed', 'how', 'limit of the draws'],
]

function section(service: keyof typeof TITLES, drawn: Drawn | undefined): readonly string[] {
  if (!drawn) return [`## ${TITLES[service]}`, '', 'Not drawn yet.', '']
  const rows = Object.entries(CHANCES).map(([id, chance]) => [`\`${id}\``, ...cells(id, chance, drawn)])
  const pairs = PAIR_KINDS.flatMap((kind) => {
    const seen = drawn.pairs[kind]
    return seen ? [`${kind} ${seen.differing} of ${seen.pairs}`] : []
  })
  return [
    ...[`## ${TITLES[service]}`, '', `${drawn.on}; seed ${drawn.seed}.`],
    `Pairs of equal requests that differ, in a batch that eight others keep changing: ${pairs.join(', ')}. So a batch turns a greedy`,
    `token in at most ${(100 * (turnRate(drawn, 'greedy') ?? 1)).toPrecision(1)} % of cases. *Streamed*: one of them is a stream. *Counted*: in the tokens that`,
    'are counted of one given text. *Twins*: at temperature 1.5 without a seed, and these should differ.',
    ...['', ...table(HEADS, rows), ''],
  ]
}

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)

function cells(id: string, chance: Chance, drawn: Drawn): readonly string[] {
  const seen = drawn.promises[id]
  if (!seen) return [chance.event, ...Array(5).fill('–'), 'not applicable to this service', '–']
  const { runs, draws, failed } = seen
  const computed = computedChance(id, drawn)
  const limit = drawnLimit(id, drawn)
  return [
    ...[chance.event, String(Math.round(draws / runs)), ...[failed, runs, draws].map(String)],
    ...[
      computed === undefined ? '–' : inPowers(computed),
      chance.by === 'formula' ? chance.formula : 'as above',
    ],
    limit === undefined ? '–' : `≤ ${inPowers(limit)}`,
  ]
}

/** The chance that a run of a check fails a healthy service, from its formula; undefined where that lacks what was drawn. */
export function computedChance(id: string, drawn: Drawn): number | undefined {
  const chance = CHANCES[id]
  return chance?.by === 'formula' ? chance.chance(drawn) : 0
}

/** What the draws bound it by; undefined where it is not drawn by itself. */
export function drawnLimit(id: string, drawn: Drawn): number | undefined {
  const [chance, seen] = [CHANCES[id], drawn.promises[id]]
  if (chance?.by !== 'draws' || !seen) return undefined
  const sharing = Object.entries(CHANCES).flatMap(([other, { event }]) =>
    event === chance.event ? (drawn.promises[other] ?? []) : [],
  )
  const sum = (of: 'failed' | 'draws') => sharing.reduce((total, one) => total + one[of], 0)
  return Math.min(1, (seen.draws / seen.runs) * rateUpperBound(sum('failed'), sum('draws')))
}

/** The greatest chance of any promise on any service, as the page says it. */
export const worstOf = (
  measured: Measured,
  chanceOf: (id: string, drawn: Drawn) => number | undefined,
): string =>
  inPowers(
    Math.max(
      ...Object.values(measured).flatMap((drawn) =>
        Object.keys(drawn.promises).map((id) => chanceOf(id, drawn) ?? 0),
      ),
    ),
  )

function inPowers(chance: number): string {
  if (chance === 0) return '0'
  if (chance < 1e-99) return '< 10⁻⁹⁹'
  const [digits = '', exponent = ''] = chance.toExponential(0).split('e-')
  if (exponent === '') return chance.toFixed(1)
  return `${digits}·10⁻${[...exponent].map((digit) => SUPERSCRIPTS[Number(digit)]).join('')}`
}
