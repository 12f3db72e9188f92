import { EXIT, HarnessError } from '../errors.ts'
import { toolVersion } from '../tool-version.ts'
import { deployAndWait, gate, promote, smoke } from './bring.ts'
import { hasTouched, wayBackText } from './fold.ts'
import { byHand, type Ending, goBack, liveNow } from './go-back.ts'
import { noteLive } from './note.ts'
import type { DeployPlan } from './plan.ts'
import { Session } from './session.ts'
import { STEP_TEXT } from './words.ts'
import type { DeployWorld } from './world.ts'

/** What the watch may take beyond what it was told. */
const WATCH_MS = 24 * 3_600_000
const ACCEPT_MS = 60_000

/** How a deploy ended; `isOver`: nothing is left for the next one to know. */
export type Deployed = Ending & { readonly isOver: boolean }

/**
 * Note what is live → deploy → wait until the new version answers → smoke → gate → promote → watch; back to the old version where
 * one of them fails. Throws only where nothing was touched.
 */
export async function deploy(plan: DeployPlan, world: DeployWorld): Promise<Deployed> {
  const session = new Session(plan, world)
  const { deployId, targetName: target, release } = plan
  const startedAt = world.clock.now().toISOString()
  const said = { deployId, target, startedAt, toolVersion: toolVersion() }
  session.keep({ kind: 'started', ...said, ...(release !== undefined && { release }) })
  return toItsEnd(session, () => bringNew(session))
}

/** The same for what was left behind: goes back to the version that was noted. */
export async function rollBack(session: Session, why: string): Promise<Deployed> {
  return toItsEnd(session, () => goBack(session, why))
}

/** Keeps how it ended. An interrupt leaves everything as it is, and says what that is. */
async function toItsEnd(session: Session, act: () => Promise<Ending>): Promise<Deployed> {
  try {
    const ending = await act()
    session.keep({ kind: 'ended', atMs: session.atMs, ...ending })
    return { ...ending, isOver: ending.exitCode !== EXIT.notRolledBack }
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    if (!session.world.signal.aborted) {
      session.keep({ kind: 'ended', atMs: session.atMs, exitCode: error.exitCode, says: error.message })
      throw error
    }
    const { open } = session.state
    const step = open === undefined ? 'between two steps' : `while ${STEP_TEXT[open]}`
    const isTouched = hasTouched(session.state)
    const rest = isTouched
      ? `${wayBackText(session.state)} ${await liveNow(session)} ${byHand(session)}`
      : 'Nothing was deployed.'
    const says = `INTERRUPTED ${step}. ${rest}`
    session.keep({ kind: 'interrupted', atMs: session.atMs, says })
    return { exitCode: error.exitCode, says, isOver: !isTouched }
  }
}

async function bringNew(session: Session): Promise<Ending> {
  const { plan } = session
  const noted = await noteLive(session)
  const baselineRun = await measureOld(session, noted.before.generates)
  const arrived = await deployAndWait(session, noted)
  if (!arrived.ok) return back(session, arrived.why)
  const smoked = await smoke(session)
  if (!smoked.ok) return back(session, `the smoke test failed: ${smoked.why}`)
  const { judged, result } = await gate(session, baselineRun)
  if (!result.ok) {
    const isOpen = judged?.verdict === 'INCONCLUSIVE'
    if (isOpen && plan.onInconclusive === 'keep') return kept(session, result.why)
    return back(
      session,
      `the gate says ${judged?.verdict === 'stopped' ? 'nothing' : (judged?.verdict ?? 'nothing')}: ${result.why}`,
    )
  }
  const live = await promote(session)
  if (!live.ok) return back(session, `the promotion failed: ${live.why}`)
  const watched = await watch(session)
  if (watched !== undefined) return back(session, `the watch failed: ${watched}`)
  await accept(session)
  const { fresh } = session.state
  const name = fresh?.kind === 'version' ? fresh.version : ''
  return { exitCode: EXIT.pass, says: `PASS: version ${name} is live at ${session.urlOf('own')}.` }
}

/** Without a good measurement of the old version the new one is judged by its promises and limits alone. */
async function measureOld(session: Session, generates: boolean): Promise<string | undefined> {
  const { baseline } = session.world.parts
  if (!baseline || !generates) return undefined
  let runId: string | undefined
  const result = await session.step('baseline', session.plan.deadlines.gateMs, async (signal) => {
    const { verdict, says, ...run } = await baseline(signal)
    const told = verdict === 'stopped' ? {} : run
    session.keep({ kind: 'judged', step: 'baseline', atMs: session.atMs, verdict, ...told })
    runId = told.runId
    return runId === undefined ? { ok: false, why: says } : { ok: true, says }
  })
  if (!result.ok)
    session.say(
      'The old version has no measurement, so the new one is judged by its promises and limits alone.',
    )
  return runId
}

/** Back to the old version, with the newest lines of the service's log beside the reason. */
async function back(session: Session, why: string): Promise<Ending> {
  for (const line of (await session.logs(session.world.signal)).slice(-5)) session.say(`  log | ${line}`)
  return goBack(session, why)
}

async function kept(session: Session, why: string): Promise<Ending> {
  const { isBeside } = session.plan
  const where = isBeside ? `still runs at ${session.urlOf('fresh')} and has no traffic` : 'stays live'
  return {
    exitCode: EXIT.inconclusive,
    says: `INCONCLUSIVE: ${why}. The new version ${where}, as \`onInconclusive: keep\` says. ${await liveNow(session)} ${byHand(session)}`,
  }
}

/** Why the version that was promoted does not stay; undefined where it does. */
async function watch(session: Session): Promise<string | undefined> {
  const { watch: look } = session.world.parts
  if (!look) return undefined
  const watched = await session.step('watch', WATCH_MS, async (signal) => {
    const { verdict, says, runId } = await look(signal)
    session.keep({
      kind: 'judged',
      step: 'watch',
      atMs: session.atMs,
      verdict,
      ...(runId !== undefined && { runId }),
    })
    return verdict === 'FAIL' ? { ok: false, why: says } : { ok: true, says: `${verdict}: ${says}` }
  })
  return watched.ok ? undefined : watched.why
}

/** The new version is live, whether or not the history could be told. */
async function accept(session: Session): Promise<void> {
  const { gateRun } = session.state
  if (gateRun === undefined) return
  await session.step('accept', ACCEPT_MS, async () => ({
    ok: true,
    says: await session.world.parts.accept(gateRun),
  }))
}
