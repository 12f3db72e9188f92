/** What a user's short answer costs: long enough for a token rate, short enough for the origin story's 100–500 ms. */
export const WARM_REQUEST = { prompt: 'Tell me a story.', maxTokens: 16, temperature: 0 } as const
