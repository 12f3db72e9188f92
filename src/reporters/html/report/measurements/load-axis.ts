import type { LoadRun } from '../../../../records/index.ts'
import type { ChartBand } from '../../kit/index.ts'

/** What the charts of one load have in common. Seconds after its start. */
export type TimeAxis = {
  readonly id: string
  readonly startedAtMs: number
  readonly range: readonly [number, number]
  readonly bands: readonly ChartBand[]
}

export const secondsOf = (ms: number): number => Math.round(ms) / 1_000

export function axisOfLoad({ startedAtMs, endedAtMs, steady }: LoadRun, id: string): TimeAxis {
  const end = secondsOf(endedAtMs - startedAtMs)
  const [from, to] = steady ? [steady.fromMs, steady.toMs].map((ms) => secondsOf(ms - startedAtMs)) : []
  return {
    ...{ id, startedAtMs, range: [0, end] },
    bands:
      from === undefined || to === undefined
        ? [{ from: 0, to: end, label: 'never steady' }]
        : [
            { from: 0, to: from, label: 'warm-up' },
            { from: to, to: end, label: 'cool-down' },
          ].filter((band) => band.to > band.from),
  }
}

export const SECONDS = 'seconds after the start of the load'
