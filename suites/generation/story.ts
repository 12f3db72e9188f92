import { type GenerationRequest, PAIR_TOKENS } from '#infergate'
import openPrompts from '../../fixtures/prompts/open.json' with { type: 'json' }

/** What most of these promises ask for: a text of some words, the same each time. */
export const STORY: GenerationRequest = { prompt: 'Tell me a story.', maxTokens: 24, temperature: 0 }

/** What both answers of a pair are asked for: no two pairs the same, since a text that turned once turns again, and
 * none with one obvious answer, which a model that draws would give as well. */
export const inPair = (index: number, isShort: boolean): GenerationRequest => {
  const prompt = openPrompts[index % openPrompts.length] ?? STORY.prompt
  return { ...STORY, prompt, maxTokens: isShort ? PAIR_TOKENS : STORY.maxTokens }
}
