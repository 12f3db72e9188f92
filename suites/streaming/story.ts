import type { GenerationRequest } from '#infergate'

/** What most of these promises ask for: a text of some words, the same each time. */
export const STORY: GenerationRequest = { prompt: 'Tell me a story.', maxTokens: 32, temperature: 0 }
