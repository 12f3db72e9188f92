import { createRandom } from '../random.ts'
import type { Constraint, GenerationRequest, ServiceProfile } from '../records/index.ts'

/** As users ask: short questions, each answer of one length, so that their times compare. */
const PROMPTS = [
  'Tell me a story about a lighthouse.',
  'Explain how a bicycle stays upright.',
  'Write a short note of thanks to a colleague.',
  'Which vegetables grow well in the shade?',
  'Summarise the plot of a film that you like.',
  'Give me a recipe for soup with lentils.',
  'How do I rename a branch in git?',
  'Describe the sea on a calm morning.',
] as const
/** As many output tokens as the warm request of a run has: what it measured is comparable. */
export const OUTPUT_TOKENS = 16
const CONSTRAINED_TOKENS = 32
/** Of ten requests one is constrained, among the first ones too. */
const [CONSTRAINED_EACH, CONSTRAINED_AT] = [10, 4]

const SCHEMA: Constraint = {
  kind: 'json-schema',
  schema: {
    type: 'object',
    properties: { answer: { type: 'boolean' } },
    required: ['answer'],
    additionalProperties: false,
  },
}

/** The first request: any service that generates answers it. */
const PLAIN = { prompt: PROMPTS[0], maxTokens: OUTPUT_TOKENS, temperature: 0 } as const

/**
 * The request of this number, in the words of the service: routes in turn, streamed where it streams, different prompts whose
 * answers no cache has. Without a profile: the plainest one. `isPlain`: one whose time is comparable.
 */
export function requestAt(
  index: number,
  seed: number,
  profile?: ServiceProfile,
  isPlain = false,
): GenerationRequest {
  const prompt = `[${createRandom(`watch ${seed}/${index}`).marker(8)}] ${PROMPTS[index % PROMPTS.length]}`
  if (!profile) return { ...PLAIN, prompt }
  const { capabilities } = profile
  const routes = routesOf(profile)
  const route = routes[index % routes.length]
  const constrained =
    !isPlain && index % CONSTRAINED_EACH === CONSTRAINED_AT && capabilities.includes('json-schema')
  return {
    ...{ ...PLAIN, prompt },
    ...(route && { route }),
    ...(constrained
      ? { constraint: SCHEMA, maxTokens: CONSTRAINED_TOKENS, prompt: `${prompt} Answer in JSON.` }
      : profile.engine === 'vllm' && { ignoreEos: true }),
    ...(capabilities.includes('stream') && !constrained && { stream: true, includeUsage: true }),
  }
}

function routesOf({ capabilities, absentRoutes = {} }: ServiceProfile): readonly ('generate' | 'chat')[] {
  const hasChat = capabilities.includes('chat') && absentRoutes.chat === undefined
  if (!hasChat) return []
  return absentRoutes.completions === undefined ? ['generate', 'chat'] : ['chat']
}

/** A constrained answer takes other steps, so its time is compared with none. */
export const isComparable = ({ constraint }: GenerationRequest): boolean => constraint === undefined
