import { countOf, formatDuration } from '../reporters/index.ts'
import { OUTPUT_TOKENS, type WatchState } from '../watch/index.ts'
import type { WatchOptions } from './watch-options.ts'

const HOUR_MS = 3_600_000
/** Of one of its prompts, with the marker before it. */
const PROMPT_TOKENS = 20

/** What it will cost, said before the first request. */
export function describeWatchCost({ requests, everyMs, forMs }: WatchOptions, state?: WatchState): string {
  const done = state?.requests ?? 0
  const most = Math.max(0, requests - done) + Math.ceil((forMs ?? HOUR_MS) / everyMs)
  const time = forMs === undefined ? 'an hour, until it is ended' : formatDuration(forMs)
  return `Cost: about ${countOf(most, 'request')} in ${time}, about ${most * PROMPT_TOKENS} prompt tokens and ${most * OUTPUT_TOKENS} output tokens, beside one look at what the service is.`
}

/** What it has cost. */
export const describeWatchSpent = ({ requests, promptTokens, outputTokens, watchedMs }: WatchState): string =>
  `Watched for ${formatDuration(watchedMs)}: ${countOf(requests, 'request')}, ${promptTokens} prompt tokens and ${outputTokens} output tokens, as the service counted them.`
