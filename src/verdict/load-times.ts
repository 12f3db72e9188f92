import type { Sample } from '../records/index.ts'
import type { Gap, Values } from './load-quantiles.ts'
import type { SeenLoad } from './seen-load.ts'
import { e2eFromDueMs } from './slos.ts'

const NO_ANSWER: Gap = { gap: 'no request of the load was answered' }
const NO_STREAM = 'no answer was streamed, so there is no first token to time'
const NO_TOKENS = 'no answer was a stream of two events with a usage count of two tokens'
export const NOTHING_DUE = 'in a closed loop nothing is due before a place is free'

/** What is timed, in milliseconds and in the order of time. */
export const TIMES = {
  ttftMs: (load) => timesOf(load, ({ ttftMs }) => ttftMs, NO_STREAM),
  tpotMs: (load) => timesOf(load, ({ tpotMs }) => tpotMs, NO_TOKENS),
  e2eMs: (load) => timesOf(load, ({ e2eMs }) => e2eMs, NO_STREAM),
  e2eFromDueMs: (load) => timesOf(load, e2eFromDueMs, NOTHING_DUE),
  interChunkMs: gapsOf,
  itlMs: tokenGapsOf,
  // A timer may fire a fraction of a millisecond early: that is no lag.
  sendLagMs: (load) => timesOf(load, ({ sendLagMs: lag }) => lag && Math.max(0, lag), NOTHING_DUE),
} satisfies Record<string, (load: SeenLoad) => Gap | Values>

function timesOf({ good }: SeenLoad, of: (sample: Sample) => number | undefined, why: string): Gap | Values {
  if (good.length === 0) return NO_ANSWER
  const values = good.flatMap((sample) => of(sample) ?? [])
  return values.length === 0 ? { gap: why } : { values }
}

/** The gaps between the content events of one answer. */
export const gapsIn = ({ chunkAtMs = [] }: Sample): number[] =>
  chunkAtMs.slice(1).map((atMs, i) => Math.max(0, atMs - (chunkAtMs[i] ?? 0)))

/** Gaps of one answer depend on each other, so that an answer counts as one value. */
function gapsOf({ good }: SeenLoad): Gap | Values {
  if (good.length === 0) return NO_ANSWER
  const streamed = good.filter(({ chunkAtMs = [] }) => chunkAtMs.length > 1)
  if (streamed.length === 0) return { gap: 'no answer was a stream of two events with content' }
  return { values: streamed.flatMap(gapsIn), groups: streamed.length }
}

/** A gap is one between tokens only where each chunk holds one token. */
function tokenGapsOf(load: SeenLoad): Gap | Values {
  const streamed = load.good.filter(({ chunkAtMs = [] }) => chunkAtMs.length > 1)
  const other = streamed.filter(({ chunkAtMs, outputTokens }) => chunkAtMs?.length !== outputTokens)
  if (other.length === 0) return gapsOf(load)
  const share = `in ${other.length} of ${streamed.length} answers`
  return { gap: `${share} the chunks are not as many as the tokens: see interChunkMs` }
}
