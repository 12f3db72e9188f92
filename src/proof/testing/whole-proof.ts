import { createRandom } from '../../random.ts'
import type { CheckOutcome } from '../../records/index.ts'
import { FAULTS, type Fault } from '../../simulator/index.ts'
import { alarmsOf, judgeFault } from '../outcome.ts'
import type { Proof } from '../proof.ts'
import type { Judged, Subject } from '../subject.ts'
import { subjectsOf } from '../subjects.ts'

/** What a check that is about a fault says where it fails; in a page it has to stay text. */
export const SAID = 'the answer ends with </script><b>"x"</b>'

/**
 * A proof as large as the whole one, or of a few faults: every fault in each of its dialects, every check that a fault names, healthy simulators. Its
 * words are invented: each fault fails what is about it, whose reason does not state the cause; one healthy simulator is blamed.
 */
export function wholeProof(faults?: readonly string[]): Proof {
  const random = createRandom(13)
  const ids = [...new Set(FAULTS.flatMap(({ caughtBy }) => Object.keys(caughtBy)))].filter((id) => id !== '*')
  const judged = (subject: Subject, outcomeOf: (id: string) => CheckOutcome): Judged => {
    const words = ids.map((id, index) => {
      const outcome = outcomeOf(id)
      const isSaid = outcome === 'failed' || outcome === 'inconclusive'
      return { id, outcome, ...(isSaid && { reason: SAID }), atMs: 1_000 + 20 * index }
    })
    const isBroken = words.some(({ outcome }) => outcome === 'failed')
    const [verdict, exitCode] = isBroken ? (['FAIL', 10] as const) : (['PASS', 0] as const)
    return { subject, verdict, exitCode, words, reasons: [], durationMs: 4_000 }
  }
  const subjects = subjectsOf({ faults, seeds: faults ? 2 : 25 })
  const chance = (id: string, fault: Fault): CheckOutcome =>
    id in fault.caughtBy
      ? 'failed'
      : random.next() < 0.02
        ? 'failed'
        : random.next() < 0.05
          ? 'not-applicable'
          : 'passed'
  return {
    ...{
      toolVersion: '0.1.0',
      startedAt: '2026-01-01T00:00:00.000Z',
      durationMs: 360_000,
      jobs: 6,
      cores: 2,
    },
    faults: subjects.flatMap((subject) => {
      const fault = FAULTS.find(({ id }) => id === subject.fault)
      return fault
        ? [
            judgeFault(
              judged(subject, (id) => chance(id, fault)),
              fault,
            ),
          ]
        : []
    }),
    clean: subjects
      .filter(({ fault }) => fault === undefined)
      .map((subject) => judged(subject, (id) => (subject.seed === 2 && id === ids[0] ? 'failed' : 'passed')))
      .map((one) => ({ ...one, alarms: alarmsOf(one) })),
    notJudged: [],
  }
}
