import type { Client } from '../../src/client/index.ts'
import { completed, inParallel, PAIR_TOKENS } from '../../src/promises/index.ts'
import { createRandom, type Random } from '../../src/random.ts'
import type { Completed, GenerationRequest } from '../../src/records/index.ts'
import { inPair, STORY } from '../../suites/generation/story.ts'
import { onlyChoice } from '../../suites/streaming/story.ts'

/** Pairs of equal requests, and how many of them differ. */
export type Pairs = { readonly pairs: number; readonly differing: number }

/**
 * In their texts; `counted`: in the tokens that their usage counts of one given text. `streamed`: the second answer is a stream. `twins`: at
 * temperature 1.5 without a seed, as the six answers of generation.samples-freely: these should differ.
 */
export type PairKind = 'greedy' | 'streamed' | 'seeded' | 'counted' | 'twins'
export const PAIR_KINDS: readonly PairKind[] = ['greedy', 'streamed', 'seeded', 'counted', 'twins']

/** Others that keep the batch changing while a pair is asked for. */
const NEIGHBOURS = 8
/** Pairs at a time. */
const LANES = 4

type Kind = {
  readonly ask: (index: number, random: Random) => GenerationRequest
  readonly stream?: boolean
  readonly of?: (answer: Completed) => unknown
}

const KINDS: Readonly<Record<PairKind, Kind>> = {
  greedy: { ask: (index) => inPair(index, false) },
  streamed: { ask: (index) => inPair(index, false), stream: true },
  seeded: { ask: (index) => ({ ...inPair(index, false), temperature: 1, seed: 11 + index }) },
  counted: {
    ask: (_, random) => ({
      ...{ ...STORY, maxTokens: 96 },
      constraint: { kind: 'choice', choices: [onlyChoice(random)] },
    }),
    stream: true,
    of: ({ usage }) => JSON.stringify(usage),
  },
  twins: { ask: () => ({ ...STORY, temperature: 1.5 }) },
}

/** Each answer comes out of a batch of its own making: neighbours come and go, with prompts and lengths of their own. */
export async function drawPairs(
  client: Client,
  kind: PairKind,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<Pairs> {
  const random = createRandom(`${seed} ${kind}`)
  let drawing = true
  const neighbours = inParallel(NEIGHBOURS, NEIGHBOURS, async () => {
    while (drawing) {
      const prompt = `Tell me a story about ${random.marker(5)}.`
      await client.generate({
        ...STORY,
        prompt,
        maxTokens: random.integer(1, 2 * PAIR_TOKENS),
        temperature: 1,
      })
    }
  })
  const { ask, stream = false, of = ({ text }: Completed) => text } = KINDS[kind]
  const areAlike = await inParallel(count, LANES, async (index) => {
    const request = { ...ask(index, random), includeUsage: true }
    const one = completed(await client.generate({ ...request, stream: false }))
    const other = completed(await client.generate({ ...request, stream }))
    return of(one) === of(other)
  }).finally(() => {
    drawing = false
  })
  await neighbours
  return { pairs: count, differing: areAlike.filter((alike) => !alike).length }
}
