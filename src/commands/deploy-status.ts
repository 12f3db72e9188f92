import type { Clock } from '../clock.ts'
import {
  byHand,
  hasTouched,
  Ledger,
  type Leftover,
  leftoverOf,
  leftoverText,
  type Reading,
  readDeployJournal,
  readingText,
  Session,
} from '../deploy/index.ts'
import { EXIT, type ExitCode } from '../errors.ts'
import { type DeployFlags, type Prepared, prepareDeploy, worldOf } from './deploy-prepare.ts'
import type { Io } from './io.ts'

/** What the last deploy of a target came to, and which version is live. Runs nothing but the probe of the version. */
export async function runDeployStatus(flags: DeployFlags, io: Io, clock: Clock): Promise<ExitCode> {
  const prepared = await prepareDeploy(flags, io, clock)
  const { plan, values, redact } = prepared
  using ledger = new Ledger(values.history)
  const entry = ledger.last(plan.targetName)
  const leftover = entry && leftoverOf(entry)
  const session = lookingSession(leftover, prepared, io, clock)
  const live = await session.ask('own', io.signal)
  const isOpen = leftover !== undefined && leftover.life !== 'ended'
  if (flags.json) {
    const { state, life } = leftover ?? {}
    const step = state?.open
    const text = {
      target: plan.targetName,
      live,
      ...(entry && { deploy: entry, life, ...(step && { step }), state }),
    }
    io.stdout(`${redact(JSON.stringify(text, null, 2))}\n`)
  } else {
    io.stdout(
      redact(`${leftover ? leftoverText(leftover) : `No deploy of ${plan.targetName} is known here.`}\n`),
    )
    io.stdout(redact(`Live now: ${session.urlOf('own')} ${readingText(live)}.\n`))
    if (isOpen && leftover.life !== 'alive' && leftover.state && hasTouched(leftover.state))
      io.stdout(redact(`${byHand(session)}\n`))
  }
  return isOpen ? EXIT.fail : EXIT.pass
}

/** Which version answers at the target's own place now. */
export const askLive = (leftover: Leftover, prepared: Prepared, io: Io, clock: Clock): Promise<Reading> =>
  lookingSession(leftover, prepared, io, clock).ask('own', io.signal)

/** A session of the deploy that was left, which keeps nothing. */
function lookingSession(leftover: Leftover | undefined, prepared: Prepared, io: Io, clock: Clock): Session {
  const { folder = prepared.plan.folder } = leftover?.entry ?? {}
  const journal = { append() {}, [Symbol.dispose]() {} }
  const parts = { gate: unused, accept: unused }
  const release = leftover?.state?.release
  const plan = { ...prepared.plan, ...(release !== undefined && { release }) }
  return new Session(
    plan,
    worldOf(prepared, { io, clock, journal, folder, parts }),
    readDeployJournal(folder) ?? [],
  )
}

const unused = (): never => {
  throw new Error('a look judges nothing')
}
