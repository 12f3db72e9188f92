import { describeOutcome } from '../checks/index.ts'
import type { Client } from '../client/index.ts'
import type { Clock } from '../clock.ts'
import type { Evidence, FailureKind, Generation, Repeat, Reply, Tries } from '../records/index.ts'
import { failureOf } from './failure-kinds.ts'
import { minimise } from './minimise.ts'
import { type Asked, ask, askedBy, curlOf, fieldsOf, plainHeaders } from './requests.ts'
import { runCurl } from './run-curl.ts'
import type { Sign } from './sign.ts'

export type RepeatOptions = {
  readonly client: Client
  readonly clock: Clock
  /** The most requests, and the most milliseconds, that all of it may take; the curl's own run comes on top. */
  readonly maxRequests: number
  readonly maxMs: number
  /** The run saw it sometimes: a few good answers do not show that it is gone. */
  readonly isSometimes: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
  readonly onStep?: (says: string) => void
}

const TRIES = 5
/** Of a failure that came sometimes: so many good answers in a row before it counts as gone. */
const PATIENT_TRIES = 15
const TIMEOUT_MS = 30_000
/** A candidate without the failure is given up when it would have shown it with this probability by then. */
const SURE = 0.9
const MOST_TRIES_OF_ONE = 8

/** Sends a recorded request again: does it fail the same, how often, and how small can it be? */
export async function repeatFailure(evidence: Evidence, sign: Sign, options: RepeatOptions): Promise<Repeat> {
  const { client, isSometimes, onStep = () => {} } = options
  const asked = askedBy(evidence, client)
  if (typeof asked === 'string') return { tried: false, why: `the request cannot be sent again: ${asked}` }
  const tester = new Tester(sign, timeoutOf(evidence, sign), options)
  const patience = isSometimes ? PATIENT_TRIES : TRIES
  onStep(`asking up to ${patience} times whether it still fails: ${sign.says}`)
  const plain = plainOf(asked)
  const failsAll = plain === undefined || (await tester.shows(plain, 1))
  const recorded = await tester.count(asked, TRIES, 0.4, patience)
  const common = {
    tried: true,
    by: sign.by,
    sign: sign.says,
    at: atOf(tester, evidence),
    recorded,
    changes: [],
  } as const
  if (recorded.shown === 0) return notShown(evidence, common, tester, client)
  // Where it breaks the service for all that comes after it, whatever is sent fails the same.
  if (!failsAll && plain && (await tester.fails(plain, LOOKS))) {
    const came = tester.last(asked)
    const curl = came ? curlOf(came.sent, { ...asked, headers: plainHeaders(asked) }) : evidence.curl
    return {
      ...{ ...common, requests: tester.requests, curl, whole: WEDGES },
      // Of the failures only the first is this request's.
      recorded: { shown: 1, of: recorded.of - recorded.shown + 1 },
      ...(came && { came: evidenceOf(came, client, curl) }),
    }
  }
  const perCandidate = triesOf(recorded)
  tester.kept = Math.max(TRIES, perCandidate)
  onStep(`making the request smaller, in at most ${options.maxRequests} requests`)
  const { asked: small, changes } = await minimise(asked, sign, (candidate) =>
    tester.shows(candidate, perCandidate),
  )
  const ended = tester.stopped()
  const minimal = await tester.count(small, tester.kept, 1)
  const came = tester.last(small) ?? tester.last(asked)
  const curl = came
    ? curlOf(came.sent, small, sign.failure === 'timeout' ? tester.timeoutMs : undefined)
    : evidence.curl
  const curlRun = await tryCurl(curl, sign, came, {
    ...options,
    times: perCandidate,
    timeoutMs: tester.timeoutMs,
  })
  return {
    ...{ ...common, changes, requests: tester.requests, curl, ...ended },
    ...(minimal.of > 0 && { minimal }),
    ...(curlRun && { curlRun }),
    ...(came && { came: evidenceOf(came, client, curl) }),
  }
}

/** The smallest request of the same route: of a failure that it does not show, something in the request is the cause. */
function plainOf(asked: Asked): Asked | undefined {
  const fields = fieldsOf(asked)
  if (!fields || !('operation' in asked.to) || !['generate', 'chat'].includes(asked.to.operation))
    return undefined
  const { model, messages } = fields
  const said = messages === undefined ? { prompt: 'Hi' } : { messages: [{ role: 'user', content: 'Hi' }] }
  const body = JSON.stringify({ ...(model !== undefined && { model }), ...said, max_tokens: 1 })
  return { ...asked, headers: plainHeaders(asked), body }
}

/** A plain request fails so often in a row only where the service is broken for all. */
const LOOKS = 3
const WEDGES =
  'a plain request was answered before it and fails the same after it: the service is broken for everyone from then on, so that nothing smaller can be tried without a new start'

type Tried = Extract<Repeat, { tried: true }>

/** Gone, or not asked at all: a service that nobody reaches tells neither. */
function notShown(
  { curl }: Evidence,
  common: Omit<Tried, 'requests'>,
  tester: Tester,
  client: Client,
): Repeat {
  const { instead } = tester
  if (instead?.outcome === 'failed' && UNREACHED.includes(instead.failure))
    return { tried: false, why: `the service was not reached: ${instead.failure}, ${instead.message}`, curl }
  return {
    ...{ ...common, requests: tester.requests, curl, ...tester.stopped() },
    ...(instead && { instead: client.redact(describeOutcome(instead)) }),
  }
}

const UNREACHED: readonly FailureKind[] = ['connect', 'dns', 'tls']

const tryCurl = (
  curl: string,
  sign: Sign,
  came: (Generation | Reply) | undefined,
  {
    env,
    client,
    times,
    timeoutMs,
    signal,
  }: RepeatOptions & { readonly times: number; readonly timeoutMs: number },
) =>
  runCurl(curl, {
    ...{ sign, env, times, timeoutMs, status: came?.received?.status },
    ...{ message: came?.outcome === 'failed' ? came.message : '', sentBody: came?.sent.body },
    redact: (text) => client.redact(text),
    ...(signal && { signal }),
  })

/** A hang is one when the recorded patience has passed again; anything else has its usual time. */
function timeoutOf({ timing }: Evidence, { failure }: Sign): number {
  return failure === 'timeout' ? Math.max(100, Math.round(timing.e2eMs)) : TIMEOUT_MS
}

/** So many tries find a failure of this rate with the probability of `SURE`. */
function triesOf({ shown, of }: Tries): number {
  const rate = shown / of
  return rate >= 1 ? 1 : Math.min(MOST_TRIES_OF_ONE, Math.ceil(Math.log(1 - SURE) / Math.log(1 - rate)))
}

const atOf = (tester: Tester, { request }: Evidence): string =>
  URL.parse(tester.url ?? request.url)?.origin ?? request.url

function evidenceOf(answer: Generation | Reply, client: Client, curl: string): Evidence {
  const { sent, received, timing } = answer
  return {
    ...{ request: sent, timing: { ...timing, chunkAtMs: timing.chunkAtMs.slice(0, 64) }, curl },
    ...(received && { response: received }),
    outcome: client.redact(describeOutcome(answer)),
  }
}

/** Sends requests within a budget, and remembers the last failure of each. */
class Tester {
  readonly #sign: Sign
  readonly #options: RepeatOptions
  readonly #endMs: number
  readonly #last = new Map<string, Generation | Reply>()
  readonly timeoutMs: number
  #stoppedBy: 'requests' | 'time' | undefined
  /** So many requests are kept for the last count. */
  kept = TRIES
  requests = 0
  url: string | undefined
  /** The last answer that did not show it. */
  instead: Generation | Reply | undefined

  constructor(sign: Sign, timeoutMs: number, options: RepeatOptions) {
    this.#sign = sign
    this.#options = options
    this.timeoutMs = timeoutMs
    this.#endMs = options.clock.monotonicMs() + options.maxMs
  }

  last(asked: Asked): Generation | Reply | undefined {
    return this.#last.get(keyOf(asked))
  }

  /** Why nothing smaller was looked for; nothing where the search came to its own end. */
  stopped(): { stoppedBy?: 'requests' | 'time' } {
    return this.#stoppedBy === undefined ? {} : { stoppedBy: this.#stoppedBy }
  }

  /** How often of `times` it fails: once at least, and then no longer than this share of the time that is left. */
  async count(asked: Asked, times: number, share: number, patience = times): Promise<Tries> {
    const untilMs = this.#options.clock.monotonicMs() + share * this.#leftMs()
    let [shown, of] = [0, 0]
    while ((of < times || (shown === 0 && of < patience)) && this.#leftRequests() > 0) {
      if (of > 0 && this.#options.clock.monotonicMs() + this.#costMs() > untilMs) break
      if (await this.#showsOnce(asked)) shown++
      of++
    }
    return { shown, of }
  }

  /** Whether one of so many tries fails; false when the budget is spent but for the last count. */
  async shows(asked: Asked, times: number): Promise<boolean> {
    for (let at = 0; at < times; at++) {
      if (this.#leftRequests() <= this.kept) this.#stoppedBy ??= 'requests'
      else if (this.#leftMs() <= 2 * this.#costMs()) this.#stoppedBy ??= 'time'
      if (this.#stoppedBy) return false
      if (await this.#showsOnce(asked)) return true
    }
    return false
  }

  /** Whether each of so many tries fails. */
  async fails(asked: Asked, times: number): Promise<boolean> {
    for (let at = 0; at < times; at++) if (!(await this.#showsOnce(asked))) return false
    return true
  }

  /** What a try may take: of a hang, all of its patience. */
  #costMs(): number {
    return this.#sign.failure === 'timeout' ? this.timeoutMs : 0
  }

  async #showsOnce(asked: Asked): Promise<boolean> {
    const { client, signal } = this.#options
    signal?.throwIfAborted()
    this.requests++
    const answer = await ask(client, asked, { timeoutMs: this.timeoutMs, ...(signal && { signal }) })
    this.url = answer.sent.url
    if (!(await this.#sign.isIn(answer))) {
      this.instead = answer
      return false
    }
    this.#last.set(keyOf(asked), answer)
    return true
  }

  #leftRequests(): number {
    return this.#options.maxRequests - this.requests
  }

  #leftMs(): number {
    return this.#endMs - this.#options.clock.monotonicMs()
  }
}

const keyOf = ({ headers, body }: Asked): string => JSON.stringify([headers, body])

/** Whether the run saw good answers beside the failure. */
export const wasSometimes = (evidence: readonly Evidence[], sign: Sign): boolean =>
  sign.by === 'failure' && evidence.some((one) => one.request.method === 'POST' && !failureOf(one))
