/** How a good generation ends: by the model itself, at its token limit, or with a call of a tool. */
export const GOOD_FINISH_REASONS: readonly string[] = ['stop', 'length', 'tool_calls']

export const isGoodFinish = (reason: string): boolean => GOOD_FINISH_REASONS.includes(reason)

/** Whether a service says by its finish reason that it did not generate what was asked. */
export const isFailedFinish = (reason: string): boolean => reason === 'error' || reason === 'abort'

/** What other engines and gateways write where OpenAI's wire has a word of its own. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  ...{ eos: 'stop', eos_token: 'stop', end_turn: 'stop', end: 'stop', stop_sequence: 'stop' },
  ...{ max_tokens: 'length', max_length: 'length', tool_use: 'tool_calls' },
}

/** A finish reason in OpenAI's word for it; one that nobody knows stays as it is. */
export const usualFinish = (reason: string): string => OTHER_WORDS[reason] ?? reason
