import { effectiveCount, serialCorrelation } from './autocorrelation.ts'
import type { Interval } from './quantile.ts'

/** What was done at a moment: one answer, so many tokens. Milliseconds. */
export type Done = { readonly atMs: number; readonly amount: number }
export type Window = { readonly fromMs: number; readonly toMs: number }

const BATCHES = 20
/** Student's t, 19 degrees of freedom, two-sided 95 %. */
const T_19 = 2.093
/** Fewer events a batch say more of where the borders of the batches fall than of the rate. */
const EVENTS_A_BATCH = 2

const Z = 1.96

/**
 * Interval for the mean of a Poisson count by Byar's formula (Rothman & Boice 1979, "Epidemiologic Analysis with a Programmable
 * Calculator"): k(1 − 1/9k − z/3√k)³ and the like with k + 1 and a plus. For 0 it is [0, 3.7].
 */
export function countInterval(count: number): Interval {
  const cube = (k: number, z: number) => k * (1 - 1 / (9 * k) + z / (3 * Math.sqrt(k))) ** 3
  return { low: count === 0 ? 0 : Math.max(0, cube(count, -Z)), high: cube(count + 1, Z) }
}

/**
 * Amount a second within [from, to), and its 95 % interval by the means of 20 batches of equal length (Law & Kelton, "Simulation
 * Modeling and Analysis", 3rd ed., §9.5.3): mean ± t·s/√k, with k lowered for the correlation of a batch with the next. No interval
 * where fewer than 40 events fall into the window.
 */
export function rateInWindow(
  done: readonly Done[],
  { fromMs, toMs }: Window,
): { readonly value: number; readonly events: number; readonly interval?: Interval } {
  const seconds = (toMs - fromMs) / 1_000
  const inside = done.filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
  const value = inside.reduce((sum, { amount }) => sum + amount, 0) / seconds
  const events = inside.length
  if (events < EVENTS_A_BATCH * BATCHES) return { value, events }
  const batches = new Array<number>(BATCHES).fill(0)
  for (const { atMs, amount } of inside) {
    const batch = Math.min(BATCHES - 1, Math.floor((BATCHES * (atMs - fromMs)) / (toMs - fromMs)))
    batches[batch] = (batches[batch] ?? 0) + (amount * BATCHES) / seconds
  }
  const variance = batches.reduce((sum, rate) => sum + (rate - value) ** 2, 0) / (BATCHES - 1)
  const half = T_19 * Math.sqrt(variance / effectiveCount(BATCHES, serialCorrelation(batches)))
  return { value, events, interval: { low: Math.max(0, value - half), high: value + half } }
}
