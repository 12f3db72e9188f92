import { createProbe } from '../client/index.ts'
import { addressOfUrl, startTarget } from '../targets/index.ts'
import type { Reading } from './events.ts'
import type { Noted } from './note.ts'
import { isNew } from './readings.ts'
import type { Result, Session } from './session.ts'
import { waitFor, waitGenerating } from './wait-for.ts'
import { readingText } from './words.ts'
import type { Judgement } from './world.ts'

/** Several steps at most run commands; each of these has its own deadline, and the step the sum. */
const PAUSES_MS = 10_000
const GENERATION_MS = 40_000
const GENERATIONS = 3

/** Makes the new version run and waits until it is the one that answers, and generates. */
export async function deployAndWait(session: Session, { stale }: Noted): Promise<Result> {
  const { commands, deadlines, release, fresh } = session.plan
  const deployed = await session.step(
    'deploy',
    commands.deploy.length * deadlines.commandMs + PAUSES_MS,
    (signal) => session.run('deploy', commands.deploy, signal),
  )
  if (!deployed.ok) return deployed
  const { readyTimeoutMs, firstAnswerTimeoutMs = 0 } = fresh
  const generationMs = Math.max(readyTimeoutMs, firstAnswerTimeoutMs) + PAUSES_MS
  return session.step('answer', deadlines.answerMs + generationMs, async (signal) => {
    const { clock } = session.world
    const isWanted = (reading: Reading) => isNew(reading, stale, release)
    const wanted = { step: 'answer', place: 'fresh', isWanted, limitMs: deadlines.answerMs } as const
    const { isThere, last } = await waitFor(session, wanted, signal)
    if (!isThere) return { ok: false, why: neverAnswered(session, stale, last) }
    session.keep({ kind: 'arrived', atMs: session.atMs, reading: last })
    const { boot } = await startTarget(session.plan.fresh, {
      ...{ index: 0, probe: createProbe(), clock, signal },
      onPhase: (text) => session.say(`  ${text}`),
    })
    const name = last.kind === 'version' ? last.version : ''
    if (boot.outcome === 'generating')
      return { ok: true, says: `${session.urlOf('fresh')} ${readingText(last)} and generates` }
    return { ok: false, why: `version ${name} answers and does not generate: ${boot.reason}` }
  })
}

function neverAnswered(session: Session, stale: Reading, last: Reading): string {
  const { release } = session.plan
  const url = session.urlOf('fresh')
  const wanted = release === undefined ? '' : ` (${release})`
  const isOld = last.kind === 'version' && stale.kind === 'version' && last.version === stale.version
  if (isOld) return `the new version${wanted} never answered: ${url} still ${readingText(last)}`
  if (last.kind === 'none') return `the new version${wanted} never answered: ${url} ${readingText(last)}`
  return `the new version${wanted} never answered: ${url} ${readingText(last)}, which is neither that nor what was live before`
}

/** A few generations, quickly: what is plainly broken need not be judged for minutes. */
export const smoke = (session: Session): Promise<Result> =>
  session.step('smoke', session.plan.deadlines.smokeMs, async (signal) => {
    const address = addressOfUrl(session.plan.fresh)
    for (let nth = 1; nth <= GENERATIONS; nth++) {
      const generation = await createProbe().generate(address, signal)
      signal.throwIfAborted()
      if (!generation.ok)
        return {
          ok: false,
          why: `generation ${nth} of ${GENERATIONS} failed: ${generation.failure}: ${generation.message}`,
        }
    }
    return { ok: true, says: `${GENERATIONS} of ${GENERATIONS} generations are good` }
  })

/** What the gate said; `undefined` in `judged` where it did not come to a verdict. */
export type Gated = { readonly judged?: Judgement; readonly result: Result }

export async function gate(session: Session, baselineRun: string | undefined): Promise<Gated> {
  let judged: Judgement | undefined
  const { gateMs } = session.plan.deadlines
  const result = await session.step('gate', gateMs, async (signal) => {
    judged = await session.world.parts.gate(signal, baselineRun)
    const { runId, verdict, says } = judged
    session.keep({
      kind: 'judged',
      step: 'gate',
      atMs: session.atMs,
      verdict,
      ...(runId !== undefined && { runId }),
    })
    return verdict === 'PASS' ? { ok: true, says } : { ok: false, why: says }
  })
  return { result, ...(judged && { judged }) }
}

/** Gives the new version the traffic where it does not have it yet, and makes sure that it is what answers there. */
export async function promote(session: Session): Promise<Result> {
  const { commands, deadlines } = session.plan
  const { fresh } = session.state
  if (commands.promote) {
    const limitMs = commands.promote.length * deadlines.commandMs + PAUSES_MS
    const promoted = await session.step('promote', limitMs, (signal) =>
      session.run('promote', commands.promote ?? [], signal),
    )
    if (!promoted.ok) return promoted
  }
  return session.step('verify', deadlines.answerMs + GENERATION_MS, async (signal) => {
    const isWanted = (reading: Reading) =>
      reading.kind === 'version' && fresh?.kind === 'version' && reading.version === fresh.version
    const wanted = { step: 'verify', place: 'own', isWanted, limitMs: deadlines.answerMs } as const
    const { isThere, last } = await waitFor(session, wanted, signal)
    const url = session.urlOf('own')
    if (!isThere)
      return { ok: false, why: `the new version does not answer at ${url}, which ${readingText(last)}` }
    const generation = await waitGenerating(session, { place: 'own', limitMs: PAUSES_MS }, signal)
    if (generation.ok) return { ok: true, says: `${url} ${readingText(last)} and generates` }
    return {
      ok: false,
      why: `${url} ${readingText(last)} and does not generate: ${generation.failure}: ${generation.message}`,
    }
  })
}
