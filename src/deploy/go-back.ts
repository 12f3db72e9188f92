import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import { shellWord } from '../shell-word.ts'
import type { Reading } from './events.ts'
import { fillKnown } from './fill.ts'
import { isBack } from './readings.ts'
import type { Result, Session } from './session.ts'
import { waitFor, waitGenerating } from './wait-for.ts'
import { readingText } from './words.ts'

/** How a deploy ended: the exit code, and the last lines that people read. */
export type Ending = { readonly exitCode: ExitCode; readonly says: string }

const GENERATION_MS = 40_000
const LOOK_MS = 10_000

/** Brings the old version back and makes sure that it answers. `why`: what went wrong, as a sentence. */
export async function goBack(session: Session, why: string): Promise<Ending> {
  const { before } = session.state
  if (!before || before.reading.kind === 'none')
    return {
      exitCode: EXIT.fail,
      says: `FAIL: ${why}. There is nothing to roll back to: no version was live before. ${await liveNow(session)}`,
    }
  const { version } = before.reading
  const { commands, deadlines } = session.plan
  const ran = await session.step('roll-back', deadlines.rollbackMs, (signal) =>
    session.run('roll-back', commands.rollback, signal),
  )
  // A command that failed may have done its work all the same: what answers is what people need to know.
  const verified = await verifyBack(session, ran.ok ? deadlines.rollbackMs : LOOK_MS)
  if (ran.ok && verified.ok)
    return {
      exitCode: EXIT.rolledBack,
      says: `ROLLED BACK: ${why}. Version ${version} is live again and verified: ${verified.says}.`,
    }
  const what = ran.ok
    ? `THE ROLL-BACK IS NOT VERIFIED: ${verified.ok ? '' : verified.why}`
    : `THE ROLL-BACK FAILED: ${ran.why}`
  const live = verified.ok
    ? `Version ${version} answers all the same: ${verified.says}.`
    : await liveNow(session)
  return {
    exitCode: EXIT.notRolledBack,
    says: `${what}. It was rolled back because ${why}. ${live} ${byHand(session)}`,
  }
}

async function verifyBack(session: Session, limitMs: number): Promise<Result> {
  const { before, fresh = { kind: 'none', why: 'it never answered' } } = session.state
  const { isBeside } = session.plan
  const { clock } = session.world
  const untilMs = clock.monotonicMs() + limitMs
  const leftMs = () => untilMs - clock.monotonicMs()
  return session.step('verify-roll-back', limitMs + GENERATION_MS, async (signal) => {
    if (before?.reading.kind !== 'version') return { ok: false, why: 'no version was live before' }
    const old = before.reading
    // Beside the old one, the new version never had its place, and may have its name.
    const replaced: Reading =
      isBeside && !session.state.begun.includes('promote') ? { kind: 'none', why: '' } : fresh
    const isWanted = (reading: Reading) => isBack(reading, old, replaced)
    const { isThere, last } = await waitFor(
      session,
      { step: 'verify-roll-back', place: 'own', isWanted, limitMs },
      signal,
    )
    const url = session.urlOf('own')
    if (!isThere)
      return { ok: false, why: `${url} ${readingText(last)}, and version ${old.version} was live before` }
    if (!before.generates)
      return { ok: true, says: `${url} ${readingText(last)}; it did not generate before either` }
    const generation = await waitGenerating(session, { place: 'own', limitMs: leftMs() }, signal)
    if (generation.ok) return { ok: true, says: `${url} ${readingText(last)} and generates` }
    return {
      ok: false,
      why: `${url} ${readingText(last)} and does not generate: ${generation.failure}: ${generation.message}`,
    }
  })
}

/** What answers at the target's own place at this moment: asked, whatever ended the deploy. */
export async function liveNow(session: Session): Promise<string> {
  const reading = await askFor(session, LOOK_MS)
  return `Live now: ${session.urlOf('own')} ${readingText(reading)}.`
}

async function askFor(session: Session, ms: number): Promise<Reading> {
  const { clock } = session.world
  const over = new AbortController()
  try {
    const late: Promise<Reading> = clock
      .sleep(ms, over.signal)
      .then(() => ({ kind: 'none', why: `no answer within ${ms / 1_000} s` }))
    return await Promise.race([session.ask('own', over.signal), late])
  } catch (error) {
    // A probe that cannot run must not swallow the message that it is a part of.
    if (error instanceof HarnessError) return { kind: 'none', why: error.message }
    throw error
  } finally {
    // A probe that hangs is ended with it: nobody waits for the process that runs it.
    over.abort()
  }
}

/** What a person can run. Secrets stay references; what is not known, or cannot be a word of a command, stays a placeholder. */
export function byHand(session: Session): string {
  const { commands, targetName, folder } = session.plan
  const known = fillKnown(session.values())
  const lines = commands.rollback
    .map(({ argv }) => `\`${argv.map((word) => shellWord(known(word))).join(' ')}\``)
    .join(', then ')
  return `To roll back, run \`infergate deploy --target ${targetName} --rollback\`, or by hand in ${folder}: ${lines}.`
}
