import {
  type CheckTools,
  type Completed,
  type GeneratingRoute,
  good,
  inParallel,
  metricSum,
  onRoute,
  promise,
  routesOf,
  type Service,
  tokensWithin,
} from '#infergate'
import { STORY } from './story.ts'

/** Requests sent at once. */
const AT_ONCE = 4
/** So many of them have to be in work at one moment: a lock that lets two through serves nobody together. */
const TOGETHER = 3
/** What an answer takes beside its first token, at the pace of the service: shorter ones would be over before they could meet. */
const HELD_MS = [100, 200, 400, 800] as const
const [FEWEST_TOKENS, MOST_TOKENS] = [16, 2_048] as const
/** Of the first try, whatever the pace promises: a few tokens may have come by chance in no time. */
const FIRST_TOKENS = 128
/** A further try is twice as long, and others may be in the way. */
const ROOM = 4
/** A first token that takes long counts beside the rest, up to this. */
const LONGEST_HELD_MS = 1_000
/** An answer waits on the way for at most so many times of what it is in work. */
const MOST_WAITING = 8
/** How much later than the quickest the third may end, as a share of what the quickest was in work. */
const MOST_LATER = 0.5
/** One stall of a machine makes turns look like that: what ends later than this is looked at again, for longer. */
const SURELY_LATER = 0.1
/** The same for one after another: in turns it is the whole. */
const MOST_SPACED = 0.6

promise('generation.serves-together', {
  says: 'requests that come at once are served together, not one after the other',
  alone: 'times',
  async check(tools) {
    const { service, inCase, notApplicable } = tools
    const kinds = service.profile.capabilities.includes('stream') ? [true, false] : [false]
    const untold: string[] = []
    let told = 0
    let tokenMs = service.profile.pace?.tokenMs ?? 0
    for (const route of routesOf(service))
      for (const isStreamed of kinds) {
        const what = isStreamed ? 'four streams' : 'four answers'
        await inCase(onRoute(service, what, route), async () => {
          const { reason, ...seen } = await serveTogether(tools, route, isStreamed, tokenMs)
          tokenMs = seen.tokenMs ?? tokenMs
          if (reason === undefined) told += 1
          else untold.push(reason)
        })
      }
    if (told === 0 && untold[0] !== undefined) notApplicable(untold[0])
  },
})

/** `reason`: why nothing can be said, where that is so. `tokenMs`: of a stream that was seen to come, from its first delta on. */
type Seen = { readonly reason?: string; readonly tokenMs?: number }

/** Breaks the promise where each try was served in turn. */
async function serveTogether(
  tools: CheckTools,
  route: GeneratingRoute,
  isStreamed: boolean,
  knownTokenMs: number,
): Promise<Seen> {
  const { service, verify, leftMs } = tools
  const { engine, pace } = service.profile
  if (engine === 'unknown' && !isStreamed)
    return { reason: 'only vLLM and ananke can be made to answer at a length' }
  let tokenMs = knownTokenMs
  let maxTokens = Math.min(FIRST_TOKENS, await tokensFor(service, HELD_MS[0], tokenMs))
  let wasExcused = false
  // The last is there for what excused the one before.
  for (const nextMs of [...HELD_MS.slice(1), undefined, undefined]) {
    const startedMs = leftMs()
    const { result: all, waiting } = await watchQueue(
      tools,
      sendAtOnce(service, route, isStreamed, maxTokens),
    )
    const group = inFlightTogether(all)
    tokenMs = tokenMsOf(group) ?? tokenMs
    const untold = (reason: string): Seen => ({ reason, tokenMs })
    if (group.length < 2)
      return untold(
        `no two of ${AT_ONCE} requests were in flight at once: fewer are let through on the way to the service`,
      )
    const served = howServed(group, pace?.answerMs ?? 0)
    if (served.are === 'together') return { tokenMs }
    const seen = `${group.length} ${isStreamed ? 'streams' : 'requests'} sent at once were served ${served.says}`
    // Its own batch is full, as it was told to be; a lock before the engine leaves nobody waiting in it.
    if (served.are === 'apart' && served.most > 1 && waiting > 0)
      return untold(`${seen}; its own queue holds the others (${WAITING} is ${waiting})`)
    // A further try may take several times as long.
    const tookMs = startedMs - leftMs()
    if (nextMs === undefined || leftMs() < ROOM * tookMs) {
      const excuse: Seen | undefined =
        served.are === 'perhaps together'
          ? { tokenMs }
          : areSpaced(group, pace?.networkMs ?? 0)
            ? untold(`${seen}: a limit of the rate on the way spaces them`)
            : undefined
      // Turns look like either once, where the load of a machine falls meanwhile.
      if (excuse) {
        if (wasExcused || leftMs() < 2 * tookMs) return excuse
        wasExcused = true
        continue
      }
      if (engine === 'unknown')
        return untold(`an engine of this kind does not promise to serve in parallel: ${seen}`)
      verify(false, seen, ...all)
    }
    const wholeMs = Math.min(...group.map(({ timing }) => timing.e2eMs)) / maxTokens
    // What waits on the way is not at work meanwhile: a stream shows how long it is, unless something buffers it.
    const workMs = tokenMs > 0 ? Math.max(tokenMs, wholeMs / MOST_WAITING) : wholeMs
    maxTokens = await tokensFor(service, nextMs ?? 0, workMs)
  }
  return {}
}

/** A token's time in the quickest of streams; undefined where nothing came in pieces. */
function tokenMsOf(group: readonly Completed[]): number | undefined {
  const times = group.flatMap(({ timing: { chunkAtMs }, usage }) => {
    const [first, last] = [chunkAtMs[0], chunkAtMs.at(-1)]
    const tokens = usage?.completionTokens ?? chunkAtMs.length
    return first === undefined || last === undefined || last === first ? [] : [(last - first) / tokens]
  })
  return times.length === 0 ? undefined : Math.min(...times)
}

const WAITING = 'vllm:num_requests_waiting'
/** Between two looks at the queue. */
const LOOK_PAUSE_MS = 15

/** The result of some work, and the most requests that the engine itself had waiting meanwhile, where it says so. */
async function watchQueue<T>({ service, clock }: CheckTools, work: Promise<T>) {
  let isDone = false
  const result = work.finally(() => {
    isDone = true
  })
  // Awaited below; until then a failure must not count as unhandled.
  result.catch(() => {})
  let waiting = 0
  await clock.sleep(LOOK_PAUSE_MS)
  while (!isDone && service.profile.capabilities.includes('metrics')) {
    waiting = Math.max(waiting, metricSum(await service.metrics(), WAITING) ?? 0)
    await clock.sleep(LOOK_PAUSE_MS)
  }
  return { result: await result, waiting }
}

/** So many tokens as take the time, a first one that comes late included. */
function tokensFor(service: Service, heldMs: number, tokenMs: number): Promise<number> {
  const wantedMs = Math.max(heldMs, Math.min(service.profile.pace?.answerMs ?? 0, LONGEST_HELD_MS))
  const wanted = Math.ceil(wantedMs / Math.max(tokenMs, wantedMs / MOST_TOKENS))
  return tokensWithin(service, Math.max(FEWEST_TOKENS, wanted), FEWEST_TOKENS)
}

function sendAtOnce(
  service: Service,
  route: GeneratingRoute,
  isStreamed: boolean,
  maxTokens: number,
): Promise<readonly Completed[]> {
  const request = { ...STORY, route, maxTokens, thinking: 'counted' } as const
  const asked = service.profile.engine === 'unknown' ? request : { ...request, ignoreEos: true }
  return inParallel(AT_ONCE, AT_ONCE, async () =>
    good(await (isStreamed ? service.stream(asked) : service.generate(asked)), 'one of four answers at once'),
  )
}

const sentMs = ({ timing }: Completed): number => timing.sentAtMs
const endMs = ({ timing }: Completed): number => timing.sentAtMs + timing.e2eMs

/** Those that were sent before any of them ended, whatever held the others back on our side. */
function inFlightTogether(answers: readonly Completed[]): readonly Completed[] {
  const firstEndMs = Math.min(...answers.map(endMs))
  return answers.filter((answer) => sentMs(answer) < firstEndMs)
}

/** `most`: of them in work at one moment. `says`: how that was seen. */
type Served = {
  readonly are: 'together' | 'perhaps together' | 'apart'
  readonly most: number
  readonly says: string
}

function howServed(group: readonly Completed[], answerMs: number): Served {
  const needed = Math.min(TOGETHER, group.length)
  const spans = group.flatMap(spanOf)
  const ends = group.map(({ timing }) => timing.e2eMs).toSorted((a, b) => a - b)
  const first = ends[0] ?? 0
  // What something buffers on the way has no span, and yet it ends together.
  const endingWithin = (share: number, fromMs = first): number =>
    ends.filter((ms) => ms >= fromMs && ms - fromMs <= share * Math.max(first - answerMs, first / 4)).length
  // Of two turns of two the first may be torn apart: whichever ends of them lie together say how many a turn has.
  const most =
    spans.length > 0 ? mostAtOnce(spans) : Math.max(...ends.map((ms) => endingWithin(MOST_LATER, ms)))
  const how = most > 1 ? `at most ${most} at a time` : 'one after the other'
  const firsts = group.flatMap(({ timing }) => timing.chunkAtMs[0] ?? []).toSorted((a, b) => a - b)
  const deltas = firsts.length > 0 ? `their first deltas came after ${list(firsts)} ms, and ` : ''
  const says = `${how}: ${deltas}they ended after ${list(ends)} ms`
  const overlap = spans.length > 0 && mostAtOnce(spans) >= needed
  if (overlap || endingWithin(SURELY_LATER) >= needed) return { are: 'together', most, says }
  return { are: endingWithin(MOST_LATER) >= needed ? 'perhaps together' : 'apart', most, says }
}

/** In turns each waits for a whole other answer; a limit of the rate lets them in a part of one apart. */
function areSpaced(group: readonly Completed[], networkMs: number): boolean {
  const ends = group.map(({ timing }) => timing.e2eMs).toSorted((a, b) => a - b)
  const gaps = ends.slice(1).map((end, index) => end - (ends[index] ?? 0))
  return Math.max(...gaps) < MOST_SPACED * ((ends[0] ?? 0) - networkMs)
}

const list = (times: readonly number[]): string => times.map((ms) => Math.round(ms)).join(', ')

type Span = readonly [start: number, end: number]

/** What two streams served one after the other may seem to share: the last of one and the first of the next are read at once. */
const SEAM = 0.1

/** When a stream came, without its two ends, after the earliest send; none where nothing came. */
function spanOf(
  { timing: { chunkAtMs, sentAtMs } }: Completed,
  _: number,
  group: readonly Completed[],
): Span[] {
  const [first, last] = [chunkAtMs[0], chunkAtMs.at(-1)]
  if (first === undefined || last === undefined) return []
  const offsetMs = sentAtMs - Math.min(...group.map(sentMs))
  const seamMs = SEAM * (last - first)
  return [[offsetMs + first + seamMs, offsetMs + last - seamMs]]
}

/** The most spans that hold one moment: that is the start of one of them. */
const mostAtOnce = (spans: readonly Span[]): number =>
  Math.max(...spans.map(([at]) => spans.filter(([start, end]) => start <= at && at < end).length))
