import { countOf, formatDuration } from '../reporters/index.ts'
import { OUTPUT_TOKENS, requestsIn, type WatchState } from '../watch/index.ts'
import type { WatchOptions } from './watch-options.ts'

const HOUR_MS = 3_600_000
/** Of one of its prompts, with the marker before it. */
const PROMPT_TOKENS = 20

/** What it will cost, said before the first request. */
export function describeWatchCost({ requests, everyMs, forMs }: WatchOptions, state?: WatchState): string {
  const { planned, more } = requestsIn(forMs ?? HOUR_MS, { first: requests, everyMs })
  const most = Math.max(0, planned - (forMs === undefined ? 0 : (state?.requests ?? 0)))
  const time = forMs === undefined ? 'an hour, until it is ended' : formatDuration(forMs)
  const tokens = `about ${most * PROMPT_TOKENS} prompt tokens and ${most * OUTPUT_TOKENS} output tokens`
  const sooner =
    more === 0 ? '' : ` Where an answer is slow it asks sooner: at most ${countOf(more, 'request')} more.`
  return `Cost: about ${countOf(most, 'request')} in ${time}, ${tokens}, beside one look at what the service is.${sooner}`
}

/** What it has cost. */
export const describeWatchSpent = ({ requests, promptTokens, outputTokens, watchedMs }: WatchState): string =>
  `Watched for ${formatDuration(watchedMs)}: ${countOf(requests, 'request')}, ${promptTokens} prompt tokens and ${outputTokens} output tokens, as the service counted them.`
