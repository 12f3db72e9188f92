import { type Figure, figureOf, furtherEvent, rateError, roundsOf, type Take } from './figures.ts'
import type { Round } from './records.ts'

/** A limit, and what was measured; undefined where a round of what it compares is missing. */
export type Goal = { readonly says: string; readonly figure: string; readonly isMet: boolean | undefined }

/** What the goals are of: the client of a load, and the command around it. */
const [CLIENT, COMMAND, PLAIN] = ['infergate client', 'infergate bench', 'uvloop + aiohttp']

/** In the order of the page. */
export function goalsOf(rounds: readonly Round[]): readonly Goal[] {
  const at = (client: string, streams: number, take: Take) =>
    figureOf(roundsOf(rounds, client, { streams }), take)
  const atRate = (rate: number, take: Take) => figureOf(roundsOf(rounds, COMMAND, { rate }), take)
  const further = (client: string, streams: number) =>
    at(client, streams, furtherEvent(roundsOf(rounds, client, { streams: 1 })))
  const skewP50: Take = ({ skewMs }) => skewMs?.p50
  const skewP99: Take = ({ skewMs }) => skewMs?.p99
  const cpu: Take = ({ cpuMs }) => cpuMs
  return [
    ...[1, 10].flatMap((streams) => [
      below(`skew p50 at ${inStreams(streams)}`, at(CLIENT, streams, skewP50), 0.25, 'ms'),
      below(`skew p99 at ${inStreams(streams)}`, at(CLIENT, streams, skewP99), 1.5, 'ms'),
      below(
        `bias of the TTFT's p50 at ${inStreams(streams)}`,
        at(CLIENT, streams, ({ ttftBiasMs }) => ttftBiasMs?.p50),
        1,
        'ms',
      ),
    ]),
    below('skew p99 at 100 streams', at(CLIENT, 100, skewP99), 2, 'ms'),
    against('skew p99 at 100 streams', at(CLIENT, 100, skewP99), PLAIN, at(PLAIN, 100, skewP99), 1),
    below('skew p50 at 300 streams', at(CLIENT, 300, skewP50), 0.5, 'ms'),
    below('skew p99 at 300 streams', at(CLIENT, 300, skewP99), 6, 'ms'),
    below(
      'events lost at 500 streams',
      at(CLIENT, 500, ({ lost }) => lost),
      0,
      '',
    ),
    below(
      'event loop at 500 streams',
      at(CLIENT, 500, ({ loopUtilisation }) => loopUtilisation && 100 * loopUtilisation),
      80,
      '%',
    ),
    ...[300, 500].map((streams) =>
      against(
        `CPU of a further event at ${streams} streams, 28,000 events/s`,
        further(CLIENT, streams),
        PLAIN,
        further(PLAIN, streams),
        0.6,
      ),
    ),
    ...['GuideLLM', 'AIPerf'].map((peer) =>
      against('CPU of 320 requests, start included', at(COMMAND, 10, cpu), peer, at(peer, 10, cpu), 1 / 20),
    ),
    below(
      'start to first request',
      at(COMMAND, 1, ({ startMs }) => startMs),
      150,
      'ms',
    ),
    below(
      'peak memory at 500 streams',
      at(COMMAND, 500, ({ rssMb }) => rssMb),
      120,
      'MB',
    ),
    ...(
      [
        [500, 0.5],
        [2_000, 1],
      ] as const
    ).flatMap(([rate, lagMs]) => [
      below(`error of a rate of ${rate}/s`, atRate(rate, rateError), 0.1, '%'),
      below(
        `send lag p99 at ${rate}/s`,
        atRate(rate, ({ sendLagMs }) => sendLagMs?.p99),
        lagMs,
        'ms',
      ),
    ]),
  ]
}

const inStreams = (streams: number): string => `${streams} stream${streams === 1 ? '' : 's'}`

function below(what: string, figure: Figure | undefined, limit: number, unit: string): Goal {
  return {
    says: `${what} ≤ ${limit}${unit && ` ${unit}`}`,
    figure: figure ? `${toThree(figure.median)}${unit && ` ${unit}`}` : '–',
    isMet: figure && figure.median <= limit,
  }
}

/** At most so many times what another needs. */
function against(
  what: string,
  figure: Figure | undefined,
  peer: string,
  other: Figure | undefined,
  times: number,
): Goal {
  const limit = times === 1 ? `that of ${peer}` : `${times === 1 / 20 ? '1/20' : times} × that of ${peer}`
  const isThere = figure !== undefined && other !== undefined
  return {
    says: `${what} ≤ ${limit}`,
    figure: isThere
      ? `${toThree(figure.median)} against ${toThree(other.median)}: ${toThree(figure.median / other.median)} ×`
      : '–',
    isMet: isThere ? figure.median <= times * other.median : undefined,
  }
}

/** Three digits that count. */
export const toThree = (value: number): string => {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3
  return value.toFixed(digits).replace(/^-(0(\.0*)?)$/, '$1')
}
