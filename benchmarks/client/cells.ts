import { createRandom } from '../../src/random.ts'
import type { Client } from './records.ts'

/** What a stub is asked to do: a process of its own for each kind. */
export type Pace = { readonly ttftMs: number; readonly gapMs: number }

/** One load; a client and a load are a cell. */
export type Load = {
  readonly streams: number
  readonly requests: number
  readonly outputTokens: number
  readonly pace: Pace
  readonly rate?: number
}

export type Cell = { readonly client: Client; readonly load: Load }

const OUTPUT_TOKENS = 32
const TTFT_MS = 20

/**
 * Some two seconds each; 320 requests at 10 streams, for that number is what the CPU of a whole run is compared at. With 300 streams and
 * more the gap is what makes 28,000 events a second: streams · 32 / (20 ms + 31 gaps).
 */
export const LOADS: readonly Load[] = [
  { streams: 1, requests: 12, gapMs: 5 },
  { streams: 10, requests: 320, gapMs: 5 },
  { streams: 100, requests: 1_000, gapMs: 5 },
  { streams: 300, requests: 1_800, gapMs: 10.4 },
  { streams: 500, requests: 2_000, gapMs: 17.8 },
].map(({ gapMs, ...load }) => ({ ...load, outputTokens: OUTPUT_TOKENS, pace: { ttftMs: TTFT_MS, gapMs } }))

/** Where the slow starters are measured. */
export const SLOW_STREAMS: readonly number[] = [1, 10, 100]

/** Four seconds each; four tokens an answer, so that it is the sending that is measured. */
export const RATES: readonly Load[] = [500, 2_000].map((rate) => ({
  streams: 0,
  rate,
  requests: rate * 4,
  outputTokens: 4,
  pace: { ttftMs: TTFT_MS, gapMs: 5 },
}))

export const cellsOf = (clients: readonly Client[]): readonly Cell[] =>
  clients.flatMap((client) =>
    [...LOADS, ...RATES]
      .filter(({ streams, rate }) =>
        rate === undefined ? !client.startsSlowly || SLOW_STREAMS.includes(streams) : client.sendsAtRates,
      )
      .map((load) => ({ client, load })),
  )

/** The cells of one round in an order of its own. Fisher and Yates. */
export function inRandomOrder(cells: readonly Cell[], seed: number, round: number): readonly Cell[] {
  const random = createRandom(`${seed} ${round}`)
  const order = [...cells]
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.integer(0, last)
    ;[order[last], order[other]] = [order[other] as Cell, order[last] as Cell]
  }
  return order
}
