import {
  type CheckTools,
  type Completed,
  type GeneratingRoute,
  type GenerationRequest,
  inParallel,
  onRoute,
  promise,
  quote,
  routesOf,
  tokensWithin,
} from '#infergate'
import openPrompts from '../../fixtures/prompts/open.json' with { type: 'json' }
import { answerOr, needsOpenaiFields } from './offered.ts'

/** Tokens in which a penalty has to show, and the fewest in which it can. */
const [TOKENS, FEWEST] = [64, 24] as const
/** What a check may ask at once where others run beside it. */
const AT_ONCE = 4

/** A text that a penalty happens to leave alone proves nothing: three of them do. */
const PROMPTS = openPrompts.slice(0, 3)

/** A penalty at the ends of its range: what makes words rarer, what makes them more frequent. */
type Penalty = { readonly name: string; readonly rarer: number; readonly repeating: number }

const PENALTIES: readonly Penalty[] = [
  { name: 'frequency_penalty', rarer: 2, repeating: -2 },
  { name: 'presence_penalty', rarer: 2, repeating: -2 },
]
const REPETITION: Penalty = { name: 'repetition_penalty', rarer: 2, repeating: 0.5 }

promise('generation.obeys-penalties', {
  says: 'presence, frequency and repetition penalties change how often words come back',
  async check(tools) {
    const { service, inCase } = tools
    needsOpenaiFields(tools)
    const penalties = service.profile.engine === 'vllm' ? [...PENALTIES, REPETITION] : PENALTIES
    const maxTokens = await tokensWithin(service, TOKENS, FEWEST)
    const cases = routesOf(service).flatMap((route) => penalties.map((penalty) => ({ route, penalty })))
    await inParallel(cases.length, AT_ONCE, async (index) => {
      const { route, penalty } = cases[index] as (typeof cases)[number]
      await inCase(onRoute(service, penalty.name, route), () => penaltyOn(tools, route, penalty, maxTokens))
    })
  },
})

/** One prompt on which the penalty shows is enough. */
async function penaltyOn(
  tools: CheckTools,
  route: GeneratingRoute,
  penalty: Penalty,
  maxTokens: number,
): Promise<void> {
  const { name, rarer, repeating } = penalty
  const { service, verify, notApplicable } = tools
  const isVllm = service.profile.engine === 'vllm'
  const seen: { readonly pair: readonly [Completed, Completed]; readonly flaw: string }[] = []
  for (const prompt of PROMPTS) {
    const request: GenerationRequest = {
      ...{ prompt, route, maxTokens, temperature: 0, thinking: 'counted' },
      // Only vLLM promises to run on past the end token; without that an answer may be too short to tell.
      ...(isVllm && { ignoreEos: true }),
    }
    const draw = async (value: number) => {
      const generation = await service.generate({ ...request, wire: { [name]: value } })
      const answer = answerOr(generation, `${name} ${value}`)
      if (typeof answer !== 'string') return answer
      verify(!isVllm, answer, generation)
      return notApplicable(answer)
    }
    const pair = [await draw(rarer), await draw(repeating)] as const
    if (Math.min(...pair.map(({ usage }) => usage?.completionTokens ?? FEWEST)) < FEWEST) continue
    const flaw = flawOf(pair, penalty)
    if (flaw === undefined) return
    seen.push({ pair, flaw })
  }
  const [first] = seen
  if (!first) notApplicable('its answers end before a penalty can show')
  const said = `${name} ${rarer} and ${repeating}: ${first?.flaw}, with each of ${seen.length} prompts`
  if (!isVllm && seen.every(({ pair: [one, other] }) => wordsOf(one) === wordsOf(other)))
    notApplicable(`${said}: the field is ignored`)
  verify(false, said, ...seen.flatMap(({ pair }) => pair))
}

const wordsOf = ({ text, reasoning = '' }: Completed): string => reasoning + text

/** What is wrong with a text whose words should be rare beside one whose words should come back. */
function flawOf(
  [rare, often]: readonly [Completed, Completed],
  { name, rarer, repeating }: Penalty,
): string | undefined {
  if (wordsOf(rare) === wordsOf(often)) return `the same text, ${quote(wordsOf(rare), 80)}`
  const [many, few] = [distinct(rare), distinct(often)]
  // What grows with each use wins in the end: a token that has come k times is 2k likelier in its logarithm than one that has not.
  const isShown = name === 'frequency_penalty' ? few <= 0.8 * many : few <= many
  return isShown
    ? undefined
    : `the number of different words is ${many} with ${rarer} and ${few} with ${repeating}, where ${repeating} has to repeat more`
}

/** Different words, or characters in a script or a model that has none. */
function distinct(answer: Completed): number {
  const words = wordsOf(answer).match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? []
  return new Set(words).size
}
