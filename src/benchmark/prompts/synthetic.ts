import { createRandom } from '../../random.ts'
import type { Drawn, DrawWords } from './word-costs.ts'
import { HEAD } from './words.ts'
import type { TraceLengths } from './workload.ts'

/** A text that was made, and its length by the sum of its words, in the unit of the costs. */
export type Synthetic = { readonly prompt: string; readonly tokens: number }

type Form = {
  /** Of the whole prompt; a shorter one than HEAD with its template cannot be made, and then that one is. */
  readonly tokens: number
  /** What HEAD costs with all that stands around it. */
  readonly fixed: number
  /** Decides the words. */
  readonly seed: string
}

/** `prefix`: the same words for equal seeds, before the prompt's own; its `tokens` are those of HEAD, `head`, and its words. */
export function synthesize(
  { tokens, fixed, seed }: Form,
  draw: DrawWords,
  prefix?: { readonly tokens: number; readonly head: number; readonly seed: string },
): Synthetic {
  const shared = prefix ? draw(createRandom(prefix.seed), prefix.tokens - prefix.head) : NOTHING
  const own = draw(createRandom(seed), tokens - fixed - shared.tokens)
  return join(fixed, [shared, own])
}

const NOTHING: Drawn = { words: [], tokens: 0 }
/** Of a trace in Mooncake's form. */
export const BLOCK_TOKENS = 512

/**
 * A prompt of a trace: one block of words for each of its ids, equal for equal ids at the same place, so that what the recorded
 * requests shared is shared here. The first block holds HEAD too; the last one is as long as what is left. What has
 * no id is the prompt's own.
 */
export function synthesizeBlocks(
  { tokens, fixed, seed }: Form,
  draw: DrawWords,
  {
    ids,
    blockTokens,
    head,
    blockSeed,
  }: {
    readonly ids: NonNullable<TraceLengths['hashIds']>
    readonly blockTokens: number
    /** What HEAD costs without a template: what a chat closes with stands behind the last block, so no block holds it. */
    readonly head: number
    readonly blockSeed: string
  },
): Synthetic {
  let left = tokens - fixed
  const blocks: Drawn[] = []
  ids.forEach((id, place) => {
    const room = blockTokens - (place === 0 ? head : 0)
    const block = draw(createRandom(`${blockSeed}:${id}`), Math.min(room, left))
    left -= block.tokens
    blocks.push(block)
  })
  return join(fixed, [...blocks, draw(createRandom(seed), left)])
}

const join = (fixed: number, parts: readonly Drawn[]): Synthetic => ({
  prompt: [HEAD, ...parts.flatMap(({ words }) => words)].join(' '),
  tokens: parts.reduce((sum, part) => sum + part.tokens, fixed),
})
