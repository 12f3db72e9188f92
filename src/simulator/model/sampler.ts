import type { Random } from '../../random.ts'

/** How one of several scored symbols is drawn. */
export type SamplingParameters = {
  /** 0: always the best. */
  readonly temperature: number
  readonly topP: number
  /** 0: all. */
  readonly topK: number
  readonly minP: number
}

/** `shift`: what biases and penalties add when it is drawn; the log probabilities are those before it, as vLLM gives them. */
export type Scored = { readonly symbol: number; readonly score: number; readonly shift?: number }
export type Drawn = { readonly symbol: number; readonly logprob: number }

/** Draws one symbol. Filters in vLLM's order: temperature, min_p, top_k, top_p. Candidates are never empty. */
export function draw(candidates: readonly Scored[], parameters: SamplingParameters, random: Random): Drawn {
  const sorted = candidates.toSorted((a, b) => liking(b) - liking(a) || a.symbol - b.symbol)
  const best = sorted[0] as Scored
  const { temperature } = parameters
  const logprob = (scored: Scored) => scored.score - logSum(sorted)
  if (temperature === 0) return { symbol: best.symbol, logprob: logprob(best) }
  const weights = sorted.map((scored) => Math.exp((liking(scored) - liking(best)) / temperature))
  const kept = keep(weights, parameters)
  const chosen = sorted[pickIndex(weights.slice(0, kept), random.next())] as Scored
  return { symbol: chosen.symbol, logprob: logprob(chosen) }
}

/** How many of the best are left by the filters; at least one. */
function keep(weights: readonly number[], { topP, topK, minP }: SamplingParameters): number {
  let kept = weights.filter((weight) => weight >= minP).length
  if (topK > 0) kept = Math.min(kept, topK)
  const total = weights.slice(0, kept).reduce((sum, weight) => sum + weight, 0)
  let mass = 0
  for (let i = 0; i < kept; i++) {
    mass += weights[i] ?? 0
    if (mass >= topP * total) return i + 1
  }
  return Math.max(1, kept)
}

function pickIndex(weights: readonly number[], uniform: number): number {
  let left = uniform * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [index, weight] of weights.entries()) {
    left -= weight
    if (left < 0) return index
  }
  return weights.length - 1
}

const liking = ({ score, shift = 0 }: Scored): number => score + shift

export const logSum = (scored: readonly Scored[]): number => {
  const top = Math.max(...scored.map(({ score }) => score))
  return top + Math.log(scored.reduce((sum, { score }) => sum + Math.exp(score - top), 0))
}
