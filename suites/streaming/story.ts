import { type CheckTools, type GenerationRequest, markers } from '#infergate'

/** What most of these promises ask for: a text of some words, the same each time. */
export const STORY: GenerationRequest = { prompt: 'Tell me a story.', maxTokens: 32, temperature: 0 }

/** A text that a stream brings whole or not at all: no model says it, so it is asked for as the one choice. */
export const onlyChoice = (random: CheckTools['random']): string =>
  `${markers(random, 2).join(' ')}, and "${random.marker(6)}".`
