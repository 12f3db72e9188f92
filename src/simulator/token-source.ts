import type { TokenSource } from './engine.ts'
import { generateTokens } from './model.ts'

/** The byte model, asked in the words of a job. */
export const tokenSource: TokenSource = ({ prompt, sampling, alternatives = 0 }, acceptor, seed) => {
  const { temperature, topP, topK, minP, maxTokens, minTokens, ignoreEos, bias, allowedTokens } = sampling
  const drawing = { temperature, topP, topK, minP }
  const penalties = {
    presence: sampling.presencePenalty,
    frequency: sampling.frequencyPenalty,
    repetition: sampling.repetitionPenalty,
    ...(bias && { bias }),
    ...(allowedTokens && { allowed: allowedTokens }),
  }
  return generateTokens(
    {
      ...{ prompt, ...drawing, maxTokens, minTokens, ignoreEos, penalties, alternatives },
      ...(acceptor ? { constraint: acceptor } : {}),
    },
    seed,
  )
}
