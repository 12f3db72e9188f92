import { median } from '../statistics/index.ts'
import type { Point } from './points.ts'

/** Nights that are this many counting nights apart at most saw one level: what differs between their hosts is the hosts. */
const NEAR = 7
/** Of hosts that met at one border only, more nights on either side tell; so few pairs are one border. */
const [FAR, FEW_PAIRS] = [30, 100]

const hostOf = ({ night }: Point): string => String(night.attributes['host'] ?? '')

/**
 * How far each host lies from the one with most nights, in log(value): the median over all pairs of near nights of the two, so that
 * neither a level that moves nor a night that is odd has much say. A host with near nights of none that is known keeps 0.
 */
export function hostOffsets(points: readonly Point[]): ReadonlyMap<string, number> {
  const nights = Map.groupBy(points, hostOf)
  const waiting = [...nights].toSorted(([, a], [, b]) => b.length - a.length).map(([host]) => host)
  const offsets = new Map<string, number>()
  const [first] = waiting
  if (first === undefined || waiting.length === 1) return new Map(waiting.map((host) => [host, 0]))
  offsets.set(waiting.shift() ?? first, 0)
  while (waiting.length > 0) {
    const gaps = waiting.map((host) => {
      const near = gapsTo(host, points, offsets, NEAR)
      return near.length > 0 && near.length < FEW_PAIRS ? gapsTo(host, points, offsets, FAR) : near
    })
    const nearest = gaps.reduce((best, one, i) => (one.length > (gaps[best]?.length ?? 0) ? i : best), 0)
    const [host = ''] = waiting.splice(nearest, 1)
    const found = gaps[nearest] ?? []
    offsets.set(host, found.length > 0 ? median(found) : 0)
  }
  return offsets
}

/** log(value) of this host less that of a near night on a known host, whose offset is taken out. */
function gapsTo(
  host: string,
  points: readonly Point[],
  known: ReadonlyMap<string, number>,
  within: number,
): readonly number[] {
  return points.flatMap((point, i) =>
    hostOf(point) === host
      ? points.slice(Math.max(0, i - within), i + within + 1).flatMap((other) => {
          const offset = known.get(hostOf(other))
          return offset === undefined ? [] : [point.log - (other.log - offset)]
        })
      : [],
  )
}

/** The same nights as if all had been on the host with most of them. */
export function withoutHosts(
  points: readonly Point[],
  offsets: ReadonlyMap<string, number>,
): readonly Point[] {
  return points.map((point) => ({ ...point, log: point.log - (offsets.get(hostOf(point)) ?? 0) }))
}

/** Where a series moved from one host to another for good: at least this many counting nights in a row on either side. */
const STAY = 5

export type Move = {
  readonly point: Point
  readonly from: string
  readonly to: string
  readonly offset: number
}

export function hostMoves(points: readonly Point[], offsets: ReadonlyMap<string, number>): readonly Move[] {
  if (offsets.size < 2) return []
  const hosts = points.map(hostOf)
  return points.flatMap((point, i) => {
    const [from = '', to = ''] = [hosts[i - 1], hosts[i]]
    if (i < STAY || from === to) return []
    const stays = (at: number, host: string) => {
      const nights = hosts.slice(at, at + STAY)
      return nights.length === STAY && nights.every((one) => one === host)
    }
    if (!stays(i - STAY, from) || !stays(i, to)) return []
    return [{ point, from, to, offset: (offsets.get(to) ?? 0) - (offsets.get(from) ?? 0) }]
  })
}
