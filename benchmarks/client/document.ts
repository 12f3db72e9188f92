import { LOADS, RATES } from './cells.ts'
import { CLIENTS } from './clients/index.ts'
import { cpuAnEvent, cpuARequest, figureOf, furtherEvent, rateError, roundsOf, type Take } from './figures.ts'
import { goalsOf, toThree } from './goals.ts'
import { CAUSES } from './misses.ts'
import type { Client, Round } from './records.ts'
import type { Results } from './results.ts'

/** docs/benchmarks.md: how true and how dear load clients are. */
export const documentOf = (all: readonly Results[]): string =>
  `${[
    '# The client of a load beside others',
    ...['', ...INTRODUCTION],
    ...all.flatMap(chapterOf),
    ...['', '## How it is measured', '', ...METHOD],
  ].join('\n')}\n`

/** What one machine measured: clients are compared within it. */
function chapterOf({ setting, rounds }: Results): readonly string[] {
  const rates = rateRows(rounds)
  return [
    ...['', `## On ${setting.cores} cores`, ''],
    ...machineOf({ setting, rounds }),
    ...['', '### Goals', '', ...table(['goal', 'measured', 'met'], goalRows(rounds))],
    ...LOADS.flatMap(({ streams, requests, pace }) => {
      const tables = [...tableOf('streams', streams, rounds), ...tableOf('whole answers', streams, rounds)]
      if (tables.length === 0) return []
      const of = `${streams} stream${streams === 1 ? '' : 's'}: ${requests} requests`
      return ['', `### ${of}, ${pace.gapMs} ms between events`, ...tables]
    }),
    ...(rates.length > 0 ? ['', '### Open loop', '', ...table(RATE_HEADS, rates)] : []),
    ...['', '### Rounds that do not count', '', ...voidLines(rounds)],
  ]
}

const INTRODUCTION = [
  '`npm run bench:client` writes this page. Each client sends its requests to `src/stub`, a server in a process and on a core of its own,',
  'which notes on CLOCK_MONOTONIC when it had read each request and when it wrote each event. Every number is the median over the rounds,',
  'with the least and the most of them in brackets.',
]

const METHOD = [
  '- *Skew*: the time at which the client says it received an event, minus the time at which the stub wrote it; all events of a round.',
  '  It has the way through the system in it, which no client can take out. GuideLLM keeps the first and the last event of an answer only.',
  '  Answers are paired with the stub’s by their id where the client keeps it (GuideLLM, the uvloop client), else in the order of sending.',
  '  Wall-clock stamps (GuideLLM, AIPerf) are moved by the difference of the two clocks at the end of the round. The samples of `infergate',
  '  bench` are on a clock of their own, which is set as NTP does it; what comes out is rather too large.',
  '- *Bias*: the quantile that the client reports, minus that of the stub: TTFT from a request read to its first event, gaps between events',
  '  (of GuideLLM the mean of each answer, as it reports it), whole answers from a request read to the answer.',
  '- *CPU*: user and system time of the process and all its descendants (GNU time, getrusage(2)), start included. *A further event*: what',
  '  was used beyond the rounds at one stream, by the events beyond theirs, so without the start.',
  '- *Memory*: the largest process (`ru_maxrss`); of GuideLLM, AIPerf and vLLM, which are several, the most that all had together at one',
  '  of four looks a second, pages that they share counted in each.',
  '- *First request*: from the start of the process to when the stub had read the first request.',
  '- All processes of a client share core 0, the stub has the last core. A client of several processes could use more cores elsewhere.',
  '- Rounds come in an order of their own, from the seed. A round is void where the stub’s writes were too late (p99 above 5 ms, above 15 ms',
  '  at 300 streams and 25 ms at 500, whose bursts take it that long on a quiet machine), or other processes used more than 15 % of a core;',
  '  it is repeated. The first round of a cell warms up and does not count.',
]

function machineOf({ setting, rounds }: Results): readonly string[] {
  const { date, seed, cores, processor, kernel, node, versions, absent, isUnrehearsed } = setting
  const names = Object.entries(versions).map(([name, version]) =>
    version.includes(' ') ? version : `${name} ${version}`,
  )
  const counted = rounds.filter((one) => one.round > 0 && one.void === undefined).length
  return [
    `${date}, ${cores} cores (${processor}), Linux ${kernel}, Node ${node}; seed ${seed}; ${counted} rounds. ${[...new Set(names)].join(', ')}.`,
    ...(absent.length > 0 ? [`Not installed, so not measured: ${absent.join(', ')}.`] : []),
    ...(isUnrehearsed
      ? [
          'infergate was measured before its loads were rehearsed ([0024](decisions/0024-a-load-is-rehearsed.md)).',
        ]
      : []),
  ]
}

function goalRows(rounds: readonly Round[]): readonly (readonly string[])[] {
  return goalsOf(rounds).map(({ says, figure, isMet }) => {
    const missed = CAUSES[says] === undefined ? '**no**' : `**no**: ${CAUSES[says]}`
    return [says, figure, isMet === undefined ? 'not measured' : isMet ? 'yes' : missed]
  })
}

type Column = readonly [head: string, take: Take]

const COSTS: readonly Column[] = [
  ['CPU a request, ms', cpuARequest],
  ['memory, MB', ({ rssMb }) => rssMb],
  ['first request, ms', ({ startMs }) => startMs],
  ['lost', ({ lost }) => lost],
]

const columnsOf = (asksFor: Client['asksFor'], atOneStream: readonly Round[]): readonly Column[] =>
  asksFor === 'streams'
    ? [
        ['skew p50, ms', ({ skewMs }) => skewMs?.p50],
        ['skew p99, ms', ({ skewMs }) => skewMs?.p99],
        ['TTFT p50 bias, ms', ({ ttftBiasMs }) => ttftBiasMs?.p50],
        ['TTFT p99 bias, ms', ({ ttftBiasMs }) => ttftBiasMs?.p99],
        ['gap p50 bias, ms', ({ gapBiasMs }) => gapBiasMs?.p50],
        ['gap p99 bias, ms', ({ gapBiasMs }) => gapBiasMs?.p99],
        ['CPU an event, µs', cpuAnEvent],
        ['a further event, µs', furtherEvent(atOneStream)],
        ...COSTS,
      ]
    : [
        ['answer p50 bias, ms', ({ e2eBiasMs }) => e2eBiasMs?.p50],
        ['answer p99 bias, ms', ({ e2eBiasMs }) => e2eBiasMs?.p99],
        ...COSTS,
      ]

/** One row a client that was measured there. */
function tableOf(asksFor: Client['asksFor'], streams: number, rounds: readonly Round[]): readonly string[] {
  const heads = columnsOf(asksFor, []).map(([head]) => head)
  const rows = CLIENTS.filter((client) => client.asksFor === asksFor).flatMap(({ name }) => {
    const own = roundsOf(rounds, name, { streams })
    if (own.length === 0) return []
    const columns = columnsOf(asksFor, roundsOf(rounds, name, { streams: 1 }))
    const failures = own.filter(({ failure }) => failure !== undefined).length
    const invalid = own.filter(({ isInvalid }) => isInvalid).length
    const count = [
      own.length,
      ...(failures > 0 ? [`${failures} failed`] : []),
      ...(invalid > 0 ? [`${invalid} invalid by its own word`] : []),
    ].join(', ')
    return [[name, count, ...columns.map(([, take]) => cellOf(own, take))]]
  })
  const title = asksFor === 'streams' ? 'streamed' : 'whole answers'
  return rows.length === 0 ? [] : ['', ...table([title, 'rounds', ...heads], rows)]
}

const RATE_HEADS = ['asked for', 'rounds', 'rate error, %', 'send lag p50, ms', 'send lag p99, ms', 'lost']

const rateRows = (rounds: readonly Round[]): readonly (readonly string[])[] =>
  RATES.flatMap(({ rate = 0 }) => {
    const own = rounds.filter((one) => one.rate === rate && one.round > 0 && one.void === undefined)
    if (own.length === 0) return []
    const takes: readonly Take[] = [
      rateError,
      ({ sendLagMs }) => sendLagMs?.p50,
      ({ sendLagMs }) => sendLagMs?.p99,
      ({ lost }) => lost,
    ]
    return [[`${rate} requests/s`, String(own.length), ...takes.map((take) => cellOf(own, take))]]
  })

function cellOf(rounds: readonly Round[], take: Take): string {
  const figure = figureOf(rounds, take)
  if (!figure) return '–'
  const [middle, low, high] = [figure.median, figure.low, figure.high].map(toThree)
  return low === high ? String(middle) : `${middle} (${low} – ${high})`
}

function voidLines(rounds: readonly Round[]): readonly string[] {
  const failed = rounds.filter((one) => one.round > 0 && one.void === undefined && one.failure !== undefined)
  const lines = [
    ...(['the stub was late', 'other processes used the cores'] as const).flatMap((why) => {
      const { length } = rounds.filter((one) => one.void === why)
      return length > 0 ? [`- ${length}: ${why}`] : []
    }),
    ...failed.map(
      ({ client, streams, failure }) => `- ${client} at ${streams} streams counts, but ${failure}`,
    ),
  ]
  return lines.length === 0 ? ['None.'] : lines
}

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`)
