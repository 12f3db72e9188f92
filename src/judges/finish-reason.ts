/** How a good generation ends: by the model itself, at its token limit, or with a call of a tool. */
export const GOOD_FINISH_REASONS: readonly string[] = ['stop', 'length', 'tool_calls']

export const isGoodFinish = (reason: string): boolean => GOOD_FINISH_REASONS.includes(reason)

/** Whether a service says by its finish reason that it did not generate what was asked. */
export const isFailedFinish = (reason: string): boolean => reason === 'error' || reason === 'abort'
