import { createRandom } from '../random.ts'
import type { Check, Exchange, FailureKind, Observed, PromiseEntry } from '../records/index.ts'
import { detectableRate } from '../statistics/index.ts'
import type { PromiseDefinition } from './definition.ts'
import { type Recorded, selectEvidence } from './evidence.ts'
import { inconclusive, isCheckEnded, notApplicable, verify } from './outcome.ts'
import { createService } from './service.ts'
import type { Session, Sight } from './session.ts'

/** After the deadline: how long the exchanges in flight have to be recorded as cut. */
const GRACE_MS = 500
/** One call may take this share of its check's full time, and fails after it; what the run's budget cuts does not fail. */
const CALL_SHARE = 2 / 3
/** Where the wait for the first generation already gave up, a hang has been seen: to see it again needs less. */
const CALL_SHARE_NOT_GENERATING = 1 / 5

/** Runs one check and files what became of it. Nothing is thrown for the service's or the check's fault. */
export async function runCheck(
  entry: PromiseEntry,
  definition: PromiseDefinition,
  session: Session,
): Promise<Check> {
  const startedMs = session.clock.monotonicMs()
  const notRun = session.reasonNotToRun(entry.tags)
  if (notRun !== undefined) return file(entry, { outcome: 'inconclusive', reason: notRun }, 0)
  const unmet = unmetNeed(definition, session)
  if (unmet !== undefined) return file(entry, { outcome: 'not-applicable', reason: unmet }, 0)

  const recorded: Recorded[] = []
  const counted: { observed?: Observed } = {}
  const ended = await settle(entry, definition, session, recorded, counted)
  session.saw(sightOf(ended, recorded))
  const keepsEvidence = ended.outcome === 'failed' || ended.outcome === 'inconclusive'
  const evidence = keepsEvidence ? selectEvidence(recorded, ended.shown ?? []) : []
  return {
    ...file(entry, ended, session.clock.monotonicMs() - startedMs),
    ...counted,
    ...(evidence.length > 0 && { evidence }),
  }
}

type Ended = {
  readonly outcome: Check['outcome']
  readonly reason?: string
  readonly shown?: readonly Exchange[]
  readonly late?: boolean
}

async function settle(
  entry: PromiseEntry,
  definition: PromiseDefinition,
  session: Session,
  recorded: Recorded[],
  counted: { observed?: Observed },
): Promise<Ended> {
  const { clock, context } = session
  const fullMs = definition.deadlineMs ?? context.checkDeadlineMs
  const deadlineMs = Math.min(fullMs, session.leftMs())
  const endsAtMs = clock.monotonicMs() + deadlineMs
  const over = new AbortController()
  const { promise: late, resolve } = Promise.withResolvers<Ended>()
  const onRunEnded = () => {
    over.abort()
    resolve({ outcome: 'inconclusive', reason: 'the run was ended while it was checked' })
  }
  session.ended.addEventListener('abort', onRunEnded, { once: true })
  const timers = [
    setTimeout(() => over.abort(), deadlineMs),
    setTimeout(() => resolve(timeSpent(deadlineMs)), deadlineMs + GRACE_MS),
  ]
  const check = async (): Promise<Ended> => {
    const service = createService({
      client: await session.client(),
      profile: context.profile,
      boots: context.boots,
      signal: over.signal,
      callTimeoutMs: Math.ceil(fullMs * callShare(session)),
      record: (item) => recorded.push(item),
    })
    const sampled = (n: number, needed = 1) => {
      if (n < needed) inconclusive(`observed ${n} times, where ${needed} are needed to tell`)
      counted.observed = { n, findsRate: detectableRate(n) }
      return counted.observed
    }
    const leftMs = () => endsAtMs - clock.monotonicMs()
    const random = createRandom(`${context.seed} ${entry.id}`)
    await definition.check({ service, verify, inconclusive, notApplicable, sampled, random, clock, leftMs })
    return { outcome: 'passed' }
  }
  const ended = await Promise.race([check().catch(endedBy), late])
  session.ended.removeEventListener('abort', onRunEnded)
  for (const timer of timers) clearTimeout(timer)
  // What the check left in flight must not run into the next one.
  over.abort()
  return ended
}

const callShare = ({ context }: Session): number =>
  context.boots.at(-1)?.outcome === 'not-generating' ? CALL_SHARE_NOT_GENERATING : CALL_SHARE

const timeSpent = (ms: number): Ended => ({
  outcome: 'inconclusive',
  reason: `its time of ${Math.round(ms / 100) / 10} s was spent before it could tell`,
  late: true,
})

function endedBy(thrown: unknown): Ended {
  if (isCheckEnded(thrown)) return { outcome: thrown.outcome, reason: thrown.message, shown: thrown.shown }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return { outcome: 'inconclusive', reason: `the check itself broke: ${message}` }
}

function unmetNeed({ needs = [] }: PromiseDefinition, { context }: Session): string | undefined {
  const { capabilities, missing } = context.profile
  const unmet = needs.find((need) => !capabilities.includes(need))
  return unmet === undefined ? undefined : (missing[unmet] ?? `the service has no ${unmet}`)
}

const GONE: readonly string[] = ['connect', 'dns'] satisfies FailureKind[]
const SILENT: readonly string[] = ['timeout', 'aborted'] satisfies FailureKind[]

/** A check that generated nothing (health alone, say) tells only whether anything listens. */
function sightOf(ended: Ended, recorded: readonly Recorded[]): Sight {
  const all = (exchanges: readonly Recorded[], kinds: readonly string[]) =>
    exchanges.length > 0 && exchanges.every(({ failure }) => failure !== undefined && kinds.includes(failure))
  const generations = recorded.filter(({ generates }) => generates)
  if (all(recorded, GONE)) return 'unreachable'
  if (ended.late || all(generations, SILENT)) return 'starved'
  return generations.length > 0 ? 'answered' : 'nothing'
}

function file(entry: PromiseEntry, { outcome, reason }: Ended, durationMs: number): Check {
  const { id, suite, says, required } = entry
  return { id, suite, says, outcome, required, ...(reason !== undefined && { reason }), durationMs }
}
