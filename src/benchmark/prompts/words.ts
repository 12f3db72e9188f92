import { readFileSync } from 'node:fs'

/** Plain lower-case words, each once. Short ones stand among them: in most tokenizers a space and such a word are one token. */
export const WORDS: readonly string[] = readFileSync(
  new URL('../../../fixtures/prompts/words.txt', import.meta.url),
  'utf8',
)
  .trim()
  .split(/\s+/)

/** How each synthetic prompt begins: what follows it is a word after a space, whose tokens are the same in each place. */
export const HEAD = 'Words:'
