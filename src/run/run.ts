import { HarnessError } from '../errors.ts'
import type { Run, RunEvent, Verdict } from '../records/index.ts'
import { decide, verdictOf } from '../verdict/index.ts'
import { fold } from './fold.ts'
import { observe } from './observe.ts'
import type { Plan } from './plan.ts'
import { type RunClock, startRunClock } from './run-clock.ts'
import type { World } from './world.ts'

/**
 * One run: what happens is appended to the journal before the next thing happens, and the verdict is a fold of it. What
 * happens on the way becomes a part of it; only a bug of ours is thrown. Throws `reports-unwritable` where not even the beginning
 * can be kept: nothing was run.
 */
export async function run(plan: Plan, world: World): Promise<Verdict> {
  const clock = startRunClock(plan.clock)
  const events: RunEvent[] = []
  // First in memory: what happened counts, even where it cannot be kept.
  const keep = (event: RunEvent): void => {
    events.push(event)
    world.journal.append(event)
    world.progress.saw(event)
  }
  keep({ kind: 'started', ...plan.start })
  world.journal.sync()
  world.begun()
  let isWhole = true
  try {
    for await (const event of observe(plan, world, clock, () => whyNoPairs(events, clock))) keep(event)
    // An interrupt while the service was being stopped is one too.
    world.signal.throwIfAborted()
  } catch (error) {
    isWhole = keepEnd(error, keep, world, clock)
  }
  const ended = endRun(events, isWhole, world, clock)
  const verdict = verdictOf(ended)
  world.publish(ended, verdict)
  await world.record(ended, verdict)
  return verdict
}

/** A run that fails already, or cannot pass any more, needs no comparison that takes many starts. */
function whyNoPairs(events: readonly RunEvent[], clock: RunClock): string | undefined {
  const soFar = fold([...events, { kind: 'ended', atMs: clock.atMs() }])
  if (soFar.cut) return 'the run was cut before'
  return decide(soFar).verdict === 'FAIL' ? 'the run fails without them' : undefined
}

/** What ended the run early, as an event; whether it could be kept. A bug of ours is kept too, and must crash as one. */
function keepEnd(
  error: unknown,
  keep: (event: RunEvent) => void,
  { progress }: World,
  clock: RunClock,
): boolean {
  const isKept = triedToKeep(() => keep({ kind: 'cut', atMs: clock.atMs(), ...whatEnded(error) }))
  if (!(error instanceof HarnessError)) throw error
  if (error.code !== 'interrupted' && error.code !== 'terminated') progress.warn(error.message)
  return isKept
}

function whatEnded(error: unknown): Pick<Run, 'cut' | 'error'> {
  if (!(error instanceof HarnessError)) return { error: { code: 'crashed', message: String(error) } }
  const { code, message } = error
  return code === 'interrupted' || code === 'terminated'
    ? { cut: { kind: code, reason: message } }
    : { error: { code, message } }
}

function triedToKeep(act: () => void): boolean {
  try {
    act()
    return true
  } catch (error) {
    if (error instanceof HarnessError) return false
    throw error
  }
}

/**
 * Decides, and keeps the decision. One that cannot be kept cannot be a PASS: its evidence is not whole. Nor is it kept where the
 * journal lacks why the run ended: whoever reads it must not take it for a complete one.
 */
function endRun(
  events: readonly RunEvent[],
  isWhole: boolean,
  { journal, progress }: World,
  clock: RunClock,
): Run {
  const ended = { kind: 'ended', atMs: clock.atMs() } as const
  const whole = fold([...events, ended])
  const decision = decide(whole)
  if (!isWhole) return { ...whole, decision }
  try {
    journal.append({ ...ended, decision })
    journal.sync()
    return { ...whole, decision }
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    const { code, message } = error
    if (whole.error === undefined) progress.warn(message)
    const unkept: Run = { ...whole, state: 'interrupted', error: whole.error ?? { code, message } }
    return { ...unkept, decision: decide(unkept) }
  }
}
