import type { Asked } from './asked.ts'
import { messagesOf } from './asked.ts'
import type { PromptPlan } from './plan.ts'
import { type PlacedDraft, placedDrafts } from './requests.ts'
import type { Counted, TokenCounter } from './token-counter.ts'

/** Prompts that are counted whole to see whether the sum of their words is their length. */
const CHECKED = 16
const TRIES = 3
/** In a mix, those of a file stand between those that were made. */
const LOOKED_AT = 10_000
/** How far from what was asked a prompt may be, as a share of it. */
const TOLERANCE = 0.01

/**
 * Holds the lengths that words add up to against whole prompts. Where one of them is not the sum of its words (a tokenizer that joins
 * words), the first `most` prompts are counted one by one, and each is made longer or shorter until it is within 1 % of its length, in
 * three tries at most.
 */
export async function verifyLengths(
  plan: PromptPlan,
  counter: TokenCounter,
  most: number,
): Promise<PromptPlan> {
  const { counting } = plan
  if (counting.by === 'nobody') return plan
  const some = madeOf(plan, Math.min(CHECKED, most))
  const counts = await counter.count(some.map(({ draft }) => countedOf(draft.make().asked)))
  const isSum = some.length > 0 && some.every(({ draft }, index) => draft.make().tokens === counts[index])
  if (isSum) return { ...plan, counting: { ...counting, checked: some.length } }
  // What most prompts are wrong by in the same way is made good before the first of them is counted.
  const asked = some.reduce((sum, { draft }) => sum + (draft.asksTokens ?? 0), 0)
  const perToken = asked / counts.reduce((sum, count) => sum + count, 0)
  const all = madeOf(plan, most)
  return {
    ...plan,
    counting: { ...counting, how: 'each', checked: all.length },
    corrections: await correct(all, counter, perToken),
  }
}

/** Of the first prompts those that were made; a later turn holds answers, so its length is known to nobody before. */
const madeOf = (plan: PromptPlan, most: number): readonly PlacedDraft[] =>
  placedDrafts(plan)
    .take(LOOKED_AT)
    .filter(({ draft }) => draft.asksTokens !== undefined && (draft.session?.turn ?? 0) === 0)
    .take(most)
    .toArray()

type Correction = PromptPlan['corrections'][number]

/** The nearest of each prompt's tries. `perToken`: tokens by the sum of the words for one that is counted. */
async function correct(
  all: readonly PlacedDraft[],
  counter: TokenCounter,
  perToken: number,
): Promise<Record<number, Correction>> {
  const nearest: Record<number, Correction> = {}
  let open = all.map((placed) => ({
    ...placed,
    more: Math.round((placed.draft.asksTokens ?? 0) * (perToken - 1)),
  }))
  for (let attempt = 0; attempt <= TRIES && open.length > 0; attempt++) {
    const counts = await counter.count(open.map(({ draft, more }) => countedOf(draft.make(more).asked)))
    open = open.flatMap((placed, place) => {
      const { index, draft, more } = placed
      const [tokens = 0, asks = 0] = [counts[place], draft.asksTokens]
      const best = nearest[index]
      if (!best || Math.abs(tokens - asks) < Math.abs(best.tokens - asks)) nearest[index] = { more, tokens }
      return Math.abs(tokens - asks) > asks * TOLERANCE ? [{ ...placed, more: more + asks - tokens }] : []
    })
  }
  return nearest
}

const countedOf = (asked: Asked): Counted =>
  asked.route === 'generate' ? { prompt: asked.prompt } : { messages: messagesOf(asked) }
