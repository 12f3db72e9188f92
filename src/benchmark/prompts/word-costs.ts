import type { Random } from '../../random.ts'
import type { TokenCounter } from './token-counter.ts'
import { HEAD, WORDS } from './words.ts'

/**
 * What each word of the list adds to a prompt. A prompt is HEAD and words, one space between, so its length is `fixed` and the sum of
 * its words. That is exact where a tokenizer takes a space and a word apart from their neighbours, as those do that cut at spaces
 * first; `preparePrompts` holds it against whole prompts before it is relied on.
 */
export type WordCosts = {
  readonly unit: 'tokens' | 'words'
  /** Of a prompt that is HEAD alone, with the special tokens and the template of its route. */
  readonly fixed: { readonly generate: number; readonly chat: number }
  /** Of each word of the list behind another one; 0 where it is not used. */
  readonly each: readonly number[]
}

/** Where nobody counts tokens, a length is a number of words. */
export const COUNTED_IN_WORDS: WordCosts = {
  unit: 'words',
  fixed: { generate: 1, chat: 1 },
  each: WORDS.map(() => 1),
}

/** One count a word, once: hundreds of short requests where the server counts. */
export async function measureWords(counter: TokenCounter): Promise<WordCosts> {
  const [generate = 0, chat = 0, ...whole] = await counter.count([
    { prompt: HEAD },
    { messages: [{ role: 'user', content: HEAD }] },
    ...WORDS.map((word) => ({ prompt: `${HEAD} ${word}` })),
  ])
  return {
    unit: 'tokens',
    fixed: { generate, chat },
    each: whole.map((tokens) => Math.max(0, tokens - generate)),
  }
}

export type Drawn = { readonly words: readonly string[]; readonly tokens: number }

/**
 * Draws words of the list at random, of `tokens` tokens together; of fewer only where no word is as short as what is left. Equal
 * draws of `random` give equal words.
 */
export type DrawWords = (random: Random, tokens: number) => Drawn

export function wordDrawer({ each }: WordCosts): DrawWords {
  const longest = Math.max(...each)
  /** By what is left: the words that fit. */
  const fitting = Array.from({ length: longest + 1 }, (_, left) =>
    each.flatMap((cost, index) => (cost > 0 && cost <= left ? [index] : [])),
  )
  return (random, tokens) => {
    const words: string[] = []
    let left = tokens
    while (left > 0) {
      const candidates = fitting[Math.min(left, longest)] ?? []
      if (candidates.length === 0) break
      const index = random.pick(candidates)
      words.push(WORDS[index] as string)
      left -= each[index] as number
    }
    return { words, tokens: tokens - left }
  }
}
