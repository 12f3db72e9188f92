import type { Completed } from '../records/index.ts'
import type { CheckTools } from './definition.ts'

type Pair = readonly [Completed, Completed]

/**
 * `alike`: a pair has one text, or enough of many have. `different`: more pairs differ than arithmetic explains. `open`: neither
 * could be shown.
 */
export type Alikeness = {
  readonly verdict: 'alike' | 'different' | 'open'
  readonly differing: number
  readonly pairs: readonly Pair[]
}

/** Pairs of which one with equal texts is enough: what a service without other users needs. */
const FIRST_PAIRS = 3
/** Pairs after them, at most. */
const FURTHER_PAIRS = 40
/** The tokens of an answer of these: the shorter, the rarer another turn. */
export const PAIR_TOKENS = 16

/**
 * How often a further pair has one text, at the edge of either side. Other users' requests change the batch, so the last bits of
 * a sum, and where two words are nearly as likely the greedy text takes another turn, for good. At a chance of 5 % a token, far
 * above what was seen, 44 % of pairs of 16 tokens have one text (0.95¹⁶). Two texts of a model that samples agree over 16 tokens
 * in less than 8 %: 0.85 for each token on average.
 */
const [HEALTHY, BROKEN] = [0.44, 0.08] as const

/**
 * Wald's sequential test between the two (The Annals of Mathematical Statistics 16, 1945): the evidence of each pair is the
 * logarithm of its odds. At 5 % a token the first three pairs (of 24 tokens) all differ in 36 % of runs and the others then
 * fail a healthy service in at most 10⁻⁴: 3·10⁻⁵ a run, computed in the test; at 4 % it is 6·10⁻⁷, at 2 % 2·10⁻¹².
 */
const [FAILS_AT, PASSES_AT] = [Math.log(1e-4), Math.log(1 / 0.04)] as const
const EVIDENCE = { alike: Math.log(HEALTHY / BROKEN), different: Math.log((1 - HEALTHY) / (1 - BROKEN)) }

/** Weighs pairs one by one; undefined as long as the next one is needed. */
export function weighPairs(areAlike: readonly boolean[]): Alikeness['verdict'] | undefined {
  const first = areAlike.slice(0, FIRST_PAIRS)
  if (first.includes(true)) return 'alike'
  const further = areAlike.slice(FIRST_PAIRS)
  const sum = further.reduce((total, alike) => total + EVIDENCE[alike ? 'alike' : 'different'], 0)
  if (sum <= FAILS_AT) return 'different'
  if (sum >= PASSES_AT) return 'alike'
  return further.length >= FURTHER_PAIRS ? 'open' : undefined
}

/**
 * Draws pairs of answers that should have one text until it is clear whether they do. `isFurther`: beyond the first three, where an answer
 * may well be shorter: `PAIR_TOKENS`.
 */
export async function drawAlike(
  draw: (index: number, isFurther: boolean) => Promise<Pair>,
  isAlike: (pair: Pair) => boolean = ([one, other]) => one.text === other.text,
): Promise<Alikeness> {
  const pairs: Pair[] = []
  const areAlike: boolean[] = []
  for (let index = 0; ; index++) {
    const pair = await draw(index, index >= FIRST_PAIRS)
    pairs.push(pair)
    areAlike.push(isAlike(pair))
    const verdict = weighPairs(areAlike)
    if (verdict) return { verdict, differing: areAlike.filter((alike) => !alike).length, pairs }
  }
}

/** Judges what the pairs came to. Another server under the same name, or others in its batches, are said beside it where they were seen. */
export function verifyAlike(
  { service, verify, inconclusive }: Pick<CheckTools, 'service' | 'verify' | 'inconclusive'>,
  { verdict, pairs }: Alikeness,
  seen: string,
  different = 'more than batching can explain',
): void {
  const { shared } = service.profile
  const beside = shared === undefined ? '' : ` (${shared})`
  if (verdict === 'open') inconclusive(`${seen}: its batches turn its texts too often to tell${beside}`)
  verify(verdict === 'alike', `${seen}: ${different}${beside}`, ...pairs.flat())
}
