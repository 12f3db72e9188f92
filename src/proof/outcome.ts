import type { Fault } from '../simulator/index.ts'
import type { Judged, Word } from './subject.ts'

/**
 * What the gate's word on a fault is worth. `proven`: a check that is about the fault failed and stated its cause. `unstated`: it failed
 * and said something else. `neighbour`: only other checks failed. `missed`: the gate did not fail.
 * `beyond`: the gate does not fail, and the fault says what it would take.
 */
export type FaultOutcome = 'proven' | 'unstated' | 'neighbour' | 'missed' | 'beyond'

export type JudgedFault = Judged & {
  readonly outcome: FaultOutcome
  /** Every check and limit that failed, those that state the cause first. */
  readonly failed: readonly Word[]
  /** The first word that states the cause. */
  readonly proof?: Word
  /** When the first check failed. */
  readonly firstFailureMs?: number
}

/** Of a fault that stops the service for good: whichever check comes next is about it. */
export const ANY = '*'

type Declared = Pick<Fault, 'caughtBy' | 'needs'>

/** What was said of a simulator with a fault, held against what the fault itself declares. */
export function judgeFault(judged: Judged, { caughtBy, needs }: Declared): JudgedFault {
  const failed = judged.words.filter(({ outcome }) => outcome === 'failed')
  const patternFor = (id: string) => caughtBy[id] ?? caughtBy[ANY]
  const states = ({ id, reason = '' }: Word) => patternFor(id)?.test(reason) ?? false
  const proof = failed.filter(states)
  const times = failed.flatMap(({ atMs }) => atMs ?? [])
  return {
    ...judged,
    outcome: outcomeOf(judged, proof, {
      isAbout: failed.some(({ id }) => patternFor(id)),
      isBeyond: needs !== undefined,
    }),
    failed: [...proof, ...failed.filter((word) => !states(word))],
    ...(proof[0] && { proof: proof[0] }),
    ...(times.length > 0 && { firstFailureMs: Math.min(...times) }),
  }
}

/** Whether a promise that is about the fault could not tell, as beside others on a machine with few cores. */
export const couldNotTell = ({ words }: Judged, { caughtBy }: Declared): boolean =>
  words.some(({ id, outcome }) => outcome === 'inconclusive' && id in caughtBy)

function outcomeOf(
  { exitCode }: Judged,
  proof: readonly Word[],
  { isAbout, isBeyond }: { readonly isAbout: boolean; readonly isBeyond: boolean },
): FaultOutcome {
  if (exitCode !== FAIL) return isBeyond ? 'beyond' : 'missed'
  if (proof.length > 0) return 'proven'
  return isAbout ? 'unstated' : 'neighbour'
}

const FAIL = 10

/** What was said of a healthy simulator and is not true; a PASS alone is silent. */
export const alarmsOf = ({ words, exitCode, reasons }: Judged): readonly string[] => {
  const said = words
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'inconclusive')
    .map(({ id, outcome, reason }) => `${id} ${outcome}: ${reason}`)
  return said.length > 0 || exitCode === 0 ? said : reasons
}
