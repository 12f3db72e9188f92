import { median } from '../../src/statistics/index.ts'
import type { Round } from './records.ts'

/** One number of a cell over its rounds. */
export type Figure = {
  readonly median: number
  readonly low: number
  readonly high: number
  readonly n: number
}

export type Take = (round: Round) => number | undefined

/** The rounds of a cell that count. */
export const roundsOf = (
  rounds: readonly Round[],
  client: string,
  load: { readonly streams?: number; readonly rate?: number },
): readonly Round[] =>
  rounds.filter(
    (one) =>
      one.client === client &&
      one.rate === load.rate &&
      (load.rate !== undefined || one.streams === load.streams) &&
      one.round > 0 &&
      one.void === undefined,
  )

/** Undefined where no round has it. */
export function figureOf(rounds: readonly Round[], take: Take): Figure | undefined {
  const values = rounds.flatMap((round) => take(round) ?? []).filter(Number.isFinite)
  if (values.length === 0) return undefined
  return { median: median(values), low: Math.min(...values), high: Math.max(...values), n: values.length }
}

/** Milliseconds of CPU, start included. */
export const cpuARequest: Take = ({ cpuMs, requests }) => cpuMs / requests

/** Microseconds of CPU, start included. */
export const cpuAnEvent: Take = ({ cpuMs, events }) => (events === 0 ? undefined : (cpuMs * 1e3) / events)

/**
 * Microseconds of CPU that a further event costs: what the client used beyond its rounds at one stream, by the events beyond those, so
 * that what it needs to start is in neither.
 */
export function furtherEvent(atOneStream: readonly Round[]): Take {
  const cpuMs = figureOf(atOneStream, (round) => round.cpuMs)?.median
  const events = figureOf(atOneStream, (round) => round.events)?.median
  return (round) =>
    cpuMs === undefined || events === undefined || round.events <= events
      ? undefined
      : ((round.cpuMs - cpuMs) * 1e3) / (round.events - events)
}

/** By how many per cent requests came more often or more seldom than was asked for. */
export const rateError: Take = ({ requestsPerSecond, rate }) =>
  requestsPerSecond === undefined || rate === undefined
    ? undefined
    : 100 * Math.abs(requestsPerSecond / rate - 1)
