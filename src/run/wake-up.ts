import { createHash } from 'node:crypto'
import { type LoadClient, type Prepared, type ProcessStart, readProcessStart } from '../client/index.ts'
import { createRandom } from '../random.ts'
import type {
  GenerationRequest,
  LoadAnswer,
  PlannedSleep,
  Sample,
  WakeAnswer,
  WakeUp,
} from '../records/index.ts'
import { judgeColdness } from '../verdict/index.ts'
import type { RunningService } from './running-service.ts'
import { phasesOf } from './wake-phases.ts'
import { sendToWake, toWakeAnswer, type Waking } from './wake-request.ts'
import { warmRequestFor } from './warm-answers.ts'

const METRICS_MS = 5_000
/** A service that lost the request which woke it is asked again for so long, or for as long as a wake-up may take. */
const LAST_CHANCE_MS = 10_000
const AGAIN_MS = 500
/** Kept of many that failed. */
const KEPT = 5

/** Many words are as likely here: two copies that draw alike have drawn from the same random state. */
const SAMPLED = {
  prompt: 'Write random words, each unlike the one before it:',
  maxTokens: 24,
  temperature: 1,
}

export type WakeInput = {
  readonly service: RunningService
  readonly client: LoadClient
  readonly sleep: PlannedSleep
  readonly index: number
  readonly idleMs: number
  /** The process that answered before the wait. */
  readonly before: ProcessStart
  /** Warm answers, to tell a cold one by. */
  readonly samples: readonly Sample[]
}

/** Asks a service that should be asleep: the first answer, and those after it. */
export async function wakeUp(input: WakeInput): Promise<WakeUp> {
  const { service, client, sleep, index, idleMs } = input
  const { plan, world, clock, profile } = service
  const waking: Waking = { client, sleep, clock: plan.clock, signal: world.signal }
  const sentWallMs = plan.clock.now().getTime()
  const woken = await sendToWake(client.prepare(marked(input, 'first')), waking)
  const first = toWakeAnswer(woken.answer, woken.lastAfterMs)
  const isGood = first.outcome === 'completed'
  const { next, sampled } = isGood ? await askMore(input, waking) : await askAgain(input, waking, first)
  const process = isGood ? await processStart(service) : { unknown: 'it was not answered' }
  const processes = bothProcesses(input.before, process)
  const { before, after } = processes
  const isFresh = before === undefined || after === undefined || after > before
  const { refusals } = woken
  return {
    ...{ index, idleMs, first, refusals, next, process: processes },
    sentAtMs: woken.sentAtMs - clock.startMs,
    endedAtMs: clock.atMs(),
    ...phasesOf({ woken, sleep, profile, process, isFresh, sentWallMs }),
    hopAtMs: woken.answer.hopAtMs?.map((ms) => woken.lastAfterMs + ms) ?? [],
    ...(sampled !== undefined && { sampled }),
    coldness: judgeColdness({ first, refusals, process: processes }, input.samples),
  }
}

/** Counters of several servers tell nothing of one. */
export const processStart = ({
  client,
  profile,
  plan,
  world,
}: RunningService): Promise<ProcessStart> | ProcessStart =>
  profile.shared === undefined
    ? readProcessStart(client, plan.clock, { timeoutMs: METRICS_MS, signal: world.signal })
    : { unknown: `its metrics are not of one process: ${profile.shared}` }

function bothProcesses(before: ProcessStart, after: ProcessStart): WakeUp['process'] {
  const unknown = [before, after].flatMap((one) => ('unknown' in one ? [one.unknown] : []))[0]
  return {
    ...('startedS' in before && { before: before.startedS }),
    ...('startedS' in after && { after: after.startedS }),
    ...(unknown !== undefined && { unknown }),
  }
}

/** A service that loads twice shows it in the next answer; one that was restored with its random state in what it samples. */
async function askMore({ service, client, index }: WakeInput, { clock, signal, sleep }: Waking) {
  const { profile, plan } = service
  const isStreamed = profile.capabilities.includes('stream')
  const ask = (request: GenerationRequest) =>
    sendGently(client.prepare(request), service, { client, clock, signal, sleep })
  const drawn = { ...SAMPLED, ...(isStreamed && { stream: true, includeUsage: true }) }
  const answers = [await ask(drawn), await ask(drawn), await ask(marked({ service, index }, 'next'))]
  signal.throwIfAborted()
  const [one = '', other = ''] = answers.slice(0, 2).map(({ text, reasoning = '' }) => `${reasoning}${text}`)
  const isTelling = one !== '' && other !== '' && one !== other
  const hash = createHash('sha256').update(`${one}\0${other}`).digest('hex').slice(0, 16)
  return {
    next: answers.map((answer) => toWakeAnswer(answer)),
    ...(isTelling && plan.start.scaleToZero && { sampled: hash }),
  }
}

/** How often a request that was turned away because of load is sent again. */
const MOST_TRIES = 5

/** Within the rate of the target, and again where it was turned away: too many requests are no fault of a wake-up. */
async function sendGently(
  prepared: Prepared,
  { plan }: RunningService,
  { client, clock, signal, sleep }: Waking,
): Promise<LoadAnswer> {
  const { requestsPerMinute } = plan.spec
  for (let tries = 1; ; tries++) {
    if (requestsPerMinute !== undefined) await clock.sleep(60_000 / requestsPerMinute, signal)
    const answer = await client.send(prepared, { timeoutMs: sleep.wakeMs, signal })
    if (!answer.turnedAway || tries === MOST_TRIES) return answer
    await clock.sleep(answer.turnedAway.retryAfterMs ?? AGAIN_MS * tries, signal)
  }
}

/** Whether it wakes at all, or only the request was lost that woke it. */
async function askAgain(
  input: WakeInput,
  { client, clock, sleep, signal }: Waking,
  first: WakeAnswer,
): Promise<{ readonly next: readonly WakeAnswer[]; readonly sampled?: string }> {
  const next: WakeAnswer[] = []
  const endMs =
    clock.monotonicMs() + Math.max(Math.min(LAST_CHANCE_MS, sleep.wakeMs), sleep.wakeMs - first.e2eMs)
  for (let leftMs = endMs - clock.monotonicMs(); leftMs > 0; leftMs = endMs - clock.monotonicMs()) {
    const answer = await client.send(client.prepare(marked(input, `again/${next.length}`)), {
      ...{ timeoutMs: Math.ceil(leftMs), signal },
    })
    signal.throwIfAborted()
    next.push(toWakeAnswer(answer))
    if (next.length > KEPT) next.splice(1, 1)
    if (next.at(-1)?.outcome === 'completed') break
    await clock.sleep(AGAIN_MS, signal)
  }
  return { next }
}

/** The warm request with a marker of its own: no cache of answers knows it. */
function marked({ service, index }: Pick<WakeInput, 'service' | 'index'>, what: string): GenerationRequest {
  const request = warmRequestFor(service.profile)
  const marker = createRandom(`${service.plan.start.seed}/wake/${index}/${what}`).marker(8)
  return { ...request, prompt: `[${marker}] ${request.prompt}` }
}
