import { availableParallelism } from 'node:os'
import { type Clock, systemClock } from '../clock.ts'
import { FAULTS } from '../simulator/index.ts'
import { toolVersion } from '../tool-version.ts'
import { alarmsOf, couldNotTell, type JudgedFault, judgeFault } from './outcome.ts'
import type { Judged, Subject } from './subject.ts'
import { judgeAll } from './threads.ts'

/** A healthy simulator, and what was said against it. */
export type JudgedClean = Judged & { readonly alarms: readonly string[] }

/** What became of all simulators that were to be judged. */
export type Proof = {
  readonly toolVersion: string
  readonly startedAt: string
  readonly durationMs: number
  readonly jobs: number
  readonly cores: number
  readonly faults: readonly JudgedFault[]
  readonly clean: readonly JudgedClean[]
  /** What was not judged any more: the proof was interrupted. */
  readonly notJudged: readonly Subject[]
}

export type ProofPlan = {
  readonly subjects: readonly Subject[]
  readonly jobs: number
  readonly signal: AbortSignal
  readonly onJudged?: (judged: Judged) => void
  readonly clock?: Clock
}

/** Several runs of the gate at a time in each core: most of a run is waiting. */
export const defaultJobs = (): number => 3 * availableParallelism()

/** Judges all subjects and holds what was said of each against what it is. */
export async function prove(plan: ProofPlan): Promise<Proof> {
  const { subjects, jobs, clock = systemClock } = plan
  const [startedAt, startedMs] = [clock.now().toISOString(), clock.monotonicMs()]
  const judged = await judgeTwice({ ...plan, clock })
  const inOrder = subjects.flatMap((subject) => judged.get(subject) ?? [])
  return {
    ...{ toolVersion: toolVersion(), startedAt, durationMs: clock.monotonicMs() - startedMs },
    ...{ jobs, cores: availableParallelism() },
    faults: inOrder.flatMap((one) => {
      const fault = faultOf(one.subject)
      return fault ? [judgeFault(one, fault)] : []
    }),
    clean: inOrder
      .filter(({ subject }) => subject.fault === undefined)
      .map((one) => ({ ...one, alarms: alarmsOf(one) })),
    notJudged: subjects.filter((subject) => !judged.has(subject)),
  }
}

/** Together, and those alone whose times could not be told from the load that the others made. */
async function judgeTwice({
  subjects,
  jobs,
  signal,
  onJudged,
  clock,
}: ProofPlan & { readonly clock: Clock }) {
  const judged = new Map<Subject, Judged>()
  await judgeAll(subjects, {
    ...{ jobs, signal, clock },
    onJudged: (subject, one) => {
      judged.set(subject, one)
      onJudged?.(one)
    },
  })
  const open = subjects.filter((subject) => {
    const [one, fault] = [judged.get(subject), faultOf(subject)]
    return one && fault && judgeFault(one, fault).outcome !== 'proven' && couldNotTell(one, fault)
  })
  await judgeAll(open, {
    ...{ jobs: 1, signal, clock },
    onJudged: (subject, one) => void judged.set(subject, { ...one, isSecond: true }),
  })
  return judged
}

const faultOf = ({ fault }: Subject) => FAULTS.find(({ id }) => id === fault)

/** Faults that no check about them caught with their cause, though nothing is said to be missing for it. */
export const notProven = ({ faults }: Proof): readonly JudgedFault[] =>
  faults.filter(({ outcome }) => outcome !== 'proven' && outcome !== 'beyond')

/** Faults that no gate can tell by itself: each says what it would take. */
export const beyond = ({ faults }: Proof): readonly JudgedFault[] =>
  faults.filter(({ outcome }) => outcome === 'beyond')

/** Healthy simulators that were blamed. */
export const falseAlarms = ({ clean }: Proof): readonly JudgedClean[] =>
  clean.filter(({ alarms }) => alarms.length > 0)

/** Whether all that was asked for was judged, each fault was proven, and nothing healthy was blamed. */
export const isProven = (proof: Proof): boolean =>
  proof.notJudged.length + notProven(proof).length + falseAlarms(proof).length === 0 &&
  proof.faults.length + proof.clean.length > 0
