import { watchLoad } from '../load.ts'
import type { CheckTools, DeclaredPromise, PromiseDefinition } from '../promises/index.ts'
import { inconclusive, notApplicable, verify } from '../promises/index.ts'
import { isCheckEnded } from '../promises/outcome.ts'
import { noteVerified, watchVerified } from '../promises/verified.ts'
import { createRandom } from '../random.ts'
import type { Check, FailureKind, Observed, PromiseEntry } from '../records/index.ts'
import { detectableRate } from '../statistics/index.ts'
import { Cases, type Ended } from './cases.ts'
import { causeOf } from './cause.ts'
import { type CheckTime, startCheckTime } from './check-time.ts'
import { type Recorded, selectEvidence } from './evidence.ts'
import type { Sight, Stopped } from './pulse.ts'
import type { Session } from './session.ts'
import { unlessBusy } from './unless-busy.ts'
import { createService } from './watched-service.ts'

/** One call may take this share of its check's full time, and fails after it; what the run's budget cuts does not fail. */
const CALL_SHARE = 2 / 3
/** Where the wait for the first generation already gave up, a hang has been seen: to see it again needs less. */
const CALL_SHARE_NOT_GENERATING = 1 / 5

/** Runs one check and files what became of it. Nothing is thrown for the service's or the check's fault. */
export async function runCheck(promise: DeclaredPromise, session: Session): Promise<Check> {
  const { entry, definition } = promise
  const { clock } = session.options
  const startedMs = clock.monotonicMs()
  const notRun = await session.reasonNotToRun(entry.tags)
  if (notRun !== undefined) return file(entry, { outcome: 'inconclusive', reason: notRun }, 0)
  const unmet = unmetNeed(definition, session)
  if (unmet !== undefined) return file(entry, { outcome: 'not-applicable', reason: unmet }, 0)

  const recorded: Recorded[] = []
  const seen: Seen = { recorded, cases: new Cases((ended) => causeOf(recorded, ended)) }
  using load = watchLoad()
  const settled = await unlessBusy(await settle(promise, session, seen), load, clock)
  const wedged = await session.pulse.saw(entry.id, sightOf(settled, seen.recorded))
  const ended = wedged ? asWedged(settled, wedged, seen.cases) : seen.cases.concluded(settled)
  const keepsEvidence =
    session.options.evidence === 'all' || ended.outcome === 'failed' || ended.outcome === 'inconclusive'
  const evidence = keepsEvidence ? selectEvidence(seen.recorded, ended.shown ?? []) : []
  return {
    ...file(entry, redacted(ended, session), clock.monotonicMs() - startedMs),
    ...(ended.cause !== undefined && {
      cause: ended.cause,
      ...(ended.causeIn && { causeIn: ended.causeIn }),
    }),
    ...(seen.observed && { observed: seen.observed }),
    ...casesOf(seen, session),
    ...(evidence.length > 0 && { evidence }),
  }
}

/** What a check leaves while it runs, so that one that is cut leaves it too. */
type Seen = { readonly recorded: Recorded[]; readonly cases: Cases; observed?: Observed }

async function settle(promise: DeclaredPromise, session: Session, seen: Seen): Promise<Ended> {
  const { clock, checkDeadlineMs } = session.options
  const fullMs = Math.max(
    promise.definition.deadlineMs ?? checkDeadlineMs,
    session.expectedMs(promise.entry.id),
  )
  using time = startCheckTime({
    ...{ limitMs: fullMs, runLeftMs: () => session.leftMs() },
    ...{ clock, runEnded: session.ended },
  })
  return await Promise.race([
    perform(promise, session, seen, time, Math.ceil(fullMs * callShare(session))).catch(endedBy),
    time.over.then((why) => (why === 'spent' ? timeSpent(time.spentMs()) : RUN_ENDED)),
  ])
}

async function perform(
  { entry, definition }: DeclaredPromise,
  session: Session,
  seen: Seen,
  time: CheckTime,
  callTimeoutMs: number,
): Promise<Ended> {
  const { profile, boots, seed, clock } = session.options
  const service = createService({
    ...{ client: session.client, profile, boots, signal: time.signal, callTimeoutMs },
    held: time.held,
    record: (item) => seen.recorded.push(item),
  })
  const sampled = (n: number, needed = 1): Observed => {
    noteVerified()
    if (n < needed) inconclusive(`observed ${n} times, where ${needed} are needed to tell`)
    seen.observed = { n, findsRate: detectableRate(n) }
    return seen.observed
  }
  const random = createRandom(`${seed} ${entry.id}`)
  const { leftMs } = time
  const inCase: CheckTools['inCase'] = (name, task) => seen.cases.judge(name, task)
  const tools = { service, verify, inconclusive, notApplicable, sampled, inCase, random, clock, leftMs }
  const verified = await watchVerified(() => definition.check(tools))
  // Cases that say why they do not concern the service have decided as much.
  return verified || seen.cases.concernNone ? { outcome: 'passed' } : VERIFIED_NOTHING
}

const VERIFIED_NOTHING: Ended = {
  outcome: 'inconclusive',
  reason: 'the check verified nothing: call `verify` (or `service.answer`) for what it promises',
}

const callShare = ({ options }: Session): number =>
  options.boots.at(-1)?.outcome === 'not-generating' ? CALL_SHARE_NOT_GENERATING : CALL_SHARE

const RUN_ENDED: Ended = { outcome: 'inconclusive', reason: 'the run was ended while it was checked' }

const timeSpent = (ms: number): Ended => ({
  outcome: 'inconclusive',
  reason: `its time of ${Math.round(ms / 100) / 10} s was spent before it could tell`,
  late: true,
})

function endedBy(thrown: unknown): Ended {
  if (isCheckEnded(thrown)) {
    const { outcome, message: reason, shown, caused, excess } = thrown
    return { outcome, reason, shown, ...caused, ...(excess && { excess }) }
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return { outcome: 'inconclusive', reason: `the check itself broke: ${message}` }
}

/** A reason may quote the answer that was judged, and a service may echo a secret. */
const redacted = ({ reason, ...ended }: Ended, { client }: Session): Ended =>
  reason === undefined ? ended : { ...ended, reason: client.redact(reason) }

/** Each case by itself, where the check has any. */
function casesOf({ cases }: Seen, session: Session): Pick<Check, 'cases'> {
  const kept = cases.results.map(({ name, ...ended }) => ({
    ...{ name: session.client.redact(name) },
    ...redacted(ended, session),
  }))
  return kept.length > 0 ? { cases: kept } : {}
}

function unmetNeed({ needs = [] }: PromiseDefinition, { options }: Session): string | undefined {
  const { capabilities, missing } = options.profile
  const unmet = needs.find((need) => !capabilities.includes(need))
  return unmet === undefined ? undefined : (missing[unmet] ?? `the service has no ${unmet}`)
}

const GONE: readonly string[] = ['connect', 'dns'] satisfies FailureKind[]

/** A check that generated nothing (health alone, say) tells only whether anything listens. */
function sightOf(settled: Ended, recorded: readonly Recorded[]): Sight {
  const generations = recorded.filter(({ generates }) => generates)
  if (recorded.length > 0 && recorded.every(({ failure = '' }) => GONE.includes(failure)))
    return 'unreachable'
  if (settled.late || generations.at(-1)?.failure === 'timeout') return 'silent'
  return generations.length > 0 ? 'answered' : 'nothing'
}

/**
 * What stopped the service for good breaks the promise under which it did, whatever else the check saw; it is a case of its own, so that
 * no waiver of another hides it.
 */
function asWedged(settled: Ended, { says, cause }: Stopped, cases: Cases): Ended {
  const reason = settled.reason === undefined ? says : `${says}; ${settled.reason}`
  return { ...cases.concluded({ ...settled, outcome: 'failed', reason, cause }), reason, cause }
}

function file(entry: PromiseEntry, { outcome, reason }: Ended, durationMs: number): Check {
  const { id, suite, says, required } = entry
  return { id, suite, says, outcome, required, ...(reason !== undefined && { reason }), durationMs }
}
