import { createProbe } from '../client/index.ts'
import { deadline } from '../clock.ts'
import type { ProbeOutcome } from '../records/index.ts'
import { addressOfUrl } from '../targets/index.ts'
import type { Reading, Step } from './events.ts'
import type { Place, Session } from './session.ts'

/** While one is replaced by the other, behind one address now this one answers and now that: so often in a row it must be one. */
export const IN_A_ROW = 3
const PAUSE_MS = 300

export type Wanted = {
  readonly step: Step
  readonly place: Place
  readonly isWanted: (reading: Reading) => boolean
  readonly limitMs: number
}

export type Waited = { readonly isThere: boolean; readonly last: Reading }

/** Asks again and again which version answers, until it is the wanted one or the time is over. */
export async function waitFor(
  session: Session,
  { step, place, isWanted, limitMs }: Wanted,
  signal: AbortSignal,
): Promise<Waited> {
  const { clock } = session.world
  using late = deadline(clock, limitMs)
  const either = AbortSignal.any([signal, late.signal])
  let last: Reading = { kind: 'none', why: 'it was not asked' }
  let inARow = 0
  try {
    for (;;) {
      const reading = await session.ask(place, either)
      either.throwIfAborted()
      if (JSON.stringify(reading) !== JSON.stringify(last))
        session.keep({ kind: 'answered', step, atMs: session.atMs, url: session.urlOf(place), reading })
      last = reading
      inARow = isWanted(reading) ? inARow + 1 : 0
      if (inARow >= IN_A_ROW) return { isThere: true, last }
      await clock.sleep(PAUSE_MS, either)
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!late.signal.aborted) throw error
    return { isThere: false, last }
  }
}

/**
 * Asks for a generation until there is one or the time is over: a container that was started again has its name, and so its version,
 * long before it has loaded the model.
 */
export async function waitGenerating(
  session: Session,
  { place, limitMs }: Pick<Wanted, 'place' | 'limitMs'>,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const { clock } = session.world
  const untilMs = clock.monotonicMs() + limitMs
  for (;;) {
    const generation = await createProbe().generate(addressOfUrl(session.plan[place]), signal)
    signal.throwIfAborted()
    if (generation.ok || clock.monotonicMs() >= untilMs) return generation
    await clock.sleep(PAUSE_MS, signal)
  }
}
