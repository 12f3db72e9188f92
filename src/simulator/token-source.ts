import type { TokenSource } from './engine.ts'
import { generateTokens } from './model.ts'

/** The byte model, asked in the words of a job. */
export const tokenSource: TokenSource = ({ prompt, sampling }, acceptor, seed) => {
  const { temperature, topP, topK, minP, maxTokens, minTokens, ignoreEos } = sampling
  const drawing = { temperature, topP, topK, minP }
  return generateTokens(
    { prompt, ...drawing, maxTokens, minTokens, ignoreEos, ...(acceptor ? { constraint: acceptor } : {}) },
    seed,
  )
}
