import { HarnessError } from '../errors.ts'
import type { Run, RunEvent, Verdict } from '../records/index.ts'
import { decide, verdictOf } from '../verdict/index.ts'
import { fold } from './fold.ts'
import { observe } from './observe.ts'
import type { Plan } from './plan.ts'
import { type RunClock, startRunClock } from './run-clock.ts'
import type { World } from './world.ts'

/**
 * One run: what happens is appended to the journal before the next thing happens, and the verdict is a fold of it. Never
 * throws for what happens on the way: it becomes a part of the journal. Throws `reports-unwritable` where not even the beginning
 * can be kept: nothing was run.
 */
export async function run(plan: Plan, world: World): Promise<Verdict> {
  const clock = startRunClock(plan.clock)
  const events: RunEvent[] = []
  // First in memory: what happened counts, even where it cannot be kept.
  const keep = (event: RunEvent): void => {
    events.push(event)
    world.journal.append(event)
  }
  keep({ kind: 'started', ...plan.start })
  world.journal.sync()
  world.begun()
  try {
    for await (const event of observe(plan, world, clock)) keep(event)
  } catch (error) {
    keepEnd(error, keep, world, clock)
  }
  const ended = endRun(events, world, clock)
  const verdict = verdictOf(ended)
  world.publish(ended, verdict)
  world.record(ended, verdict)
  return verdict
}

/** What ended the run early, as an event; a bug of ours must crash as one. */
function keepEnd(
  error: unknown,
  keep: (event: RunEvent) => void,
  { progress }: World,
  clock: RunClock,
): void {
  if (!(error instanceof HarnessError)) throw error
  const { code, message } = error
  const isSignal = code === 'interrupted' || code === 'terminated'
  const what = isSignal ? { cut: { kind: code, reason: message } } : { error: { code, message } }
  if (!isSignal) progress.warn(message)
  try {
    keep({ kind: 'cut', atMs: clock.atMs(), ...what })
  } catch (unkept) {
    if (!(unkept instanceof HarnessError)) throw unkept
    // The disk that refused this has refused something before, or is said to be full below.
  }
}

/** Decides, and keeps the decision. A decision that cannot be kept cannot be a PASS: its evidence is not whole. */
function endRun(events: readonly RunEvent[], { journal, progress }: World, clock: RunClock): Run {
  const ended = { kind: 'ended', atMs: clock.atMs() } as const
  const whole = fold([...events, ended])
  const decision = decide(whole)
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
