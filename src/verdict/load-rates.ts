import type { Sample } from '../records/index.ts'
import { countInterval, type Done, type Interval, rateInWindow } from '../statistics/index.ts'
import type { Gap, Seen } from './load-quantiles.ts'
import { NOTHING_DUE } from './load-times.ts'
import type { SeenLoad } from './seen-load.ts'
import { meets } from './slos.ts'

/** What is counted in the window, of how many requests, and why nothing is. `isCount`: each is one, and not so many tokens. */
type Found =
  | Gap
  | { readonly done: readonly Done[]; readonly of: number; readonly none: string; readonly isCount?: true }

/** What is counted by the second. */
export const RATES = {
  requestsPerSecond: (load) => countedBy(load, () => true),
  askedRequestsPerSecond: due,
  goodput: (load) => countedBy(load, (one) => meets(one, load.slos)),
  inputTokensPerSecond: inputTokens,
  outputTokensPerSecond: outputTokens,
} satisfies Record<string, (load: SeenLoad) => Found>

export const NO_COUNT = 'no answer came with a count of its tokens'

export function rateOf(found: Found, { window }: SeenLoad): Seen | Gap {
  if ('gap' in found) return found
  const { value, events, interval } = rateInWindow(found.done, window)
  const n = found.of
  if (n === 0) return { gap: found.none }
  const seconds = (window.toMs - window.fromMs) / 1_000
  return { value, n, interval: interval ?? (found.isCount && intervalOfFew(events, seconds)) }
}

/** Of requests that are counted a few tell something, too. */
function intervalOfFew(events: number, seconds: number): Interval {
  const { low, high } = countInterval(events)
  return { low: low / seconds, high: high / seconds }
}

const completed = ({ all }: SeenLoad): readonly Sample[] =>
  all.filter(({ outcome }) => outcome === 'completed')
const endOf = ({ sentAtMs, e2eMs }: Sample): number => sentAtMs + e2eMs
const NONE_IN_WINDOW = 'no answer was complete within the steady window'

const isIn = (atMs: number, { window }: SeenLoad): boolean => atMs >= window.fromMs && atMs < window.toMs
const endedIn = (load: SeenLoad, all = load.all): number => all.filter((one) => isIn(endOf(one), load)).length

/** Completed answers that keep something, of all requests that came to an end. */
function countedBy(load: SeenLoad, keeps: (sample: Sample) => boolean): Found {
  return {
    ...{ of: endedIn(load), isCount: true, none: 'no request came to an end within the steady window' },
    done: completed(load)
      .filter(keeps)
      .map((one) => ({ atMs: endOf(one), amount: 1 })),
  }
}

function due(load: SeenLoad): Found {
  const done = load.all.flatMap(({ dueAtMs }) =>
    dueAtMs === undefined ? [] : [{ atMs: dueAtMs, amount: 1 }],
  )
  if (load.all.length > 0 && done.length === 0) return { gap: NOTHING_DUE }
  const of = done.filter(({ atMs }) => isIn(atMs, load)).length
  return { done, of, isCount: true, none: 'no request was due within the steady window' }
}

/** A prompt is read once the first token is there. */
function inputTokens(load: SeenLoad): Found {
  const known = completed(load).filter((one) => one.inputTokens)
  if (known.length === 0) return { gap: 'no answer came with a count of the tokens of its prompt' }
  const done = known.map(({ sentAtMs, ttftMs, e2eMs, inputTokens: amount = 0 }) => ({
    ...{ atMs: sentAtMs + (ttftMs ?? e2eMs), amount },
  }))
  return { done, of: endedIn(load, known), none: NONE_IN_WINDOW }
}

/** Each chunk brings its share of the tokens; without a stream all come at the end. */
function outputTokens(load: SeenLoad): Found {
  const known = completed(load).filter((one) => one.outputTokens)
  if (known.length === 0) return { gap: NO_COUNT }
  const done = known.flatMap(({ sentAtMs, e2eMs, chunkAtMs, outputTokens: tokens = 0 }) => {
    const times = chunkAtMs?.length ? chunkAtMs : [e2eMs]
    return times.map((atMs) => ({ atMs: sentAtMs + atMs, amount: tokens / times.length }))
  })
  return { done, of: endedIn(load, known), none: NONE_IN_WINDOW }
}
