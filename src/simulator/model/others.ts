import { logSum, type Scored } from './sampler.ts'

/** A token that could have stood where another one was drawn. */
export type Alternative = { readonly token: string; readonly logprob: number }

const PRINTABLE = Array.from({ length: 95 }, (_, index) => 0x20 + index)

/** How much of a place is left to what nobody means, where nothing else says so. */
const UNMEANT = -20

/**
 * The likeliest symbols beside `chosen`, each as a token of its own: of what is meant with its share, then of what is not. With the
 * chosen one their shares are at most 1 in all.
 */
export function othersBeside(
  chosen: number,
  meant: readonly Scored[],
  noise: { readonly symbol: number; readonly score: number },
  noiseOf: (symbol: number) => number,
  count: number,
): readonly Alternative[] {
  const total = meant.length > 0 ? logSum([...meant, noise]) : 0
  const unmeant = PRINTABLE.map((symbol) => ({ symbol, score: noiseOf(symbol) }))
  const [ofNoise, share] = [logSum(unmeant), meant.length > 0 ? noise.score - total : UNMEANT]
  const shares = new Map(unmeant.map(({ symbol, score }) => [symbol, share + score - ofNoise]))
  for (const { symbol, score } of meant) if (shares.has(symbol)) shares.set(symbol, score - total)
  shares.delete(chosen)
  return [...shares]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([symbol, logprob]) => ({ token: String.fromCharCode(symbol), logprob }))
}
