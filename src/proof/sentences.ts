import { FAULTS } from '../simulator/index.ts'
import type { FaultOutcome, JudgedFault } from './outcome.ts'
import { beyond, falseAlarms, notProven, type Proof } from './proof.ts'
import type { Subject } from './subject.ts'

const WORST: Readonly<Record<Exclude<FaultOutcome, 'proven'>, string>> = {
  unstated: 'caught, and the reason does not state the cause',
  neighbour: 'caught by a neighbour alone',
  missed: 'not caught',
  beyond: 'not caught',
}

/** `temperature-ignored (ananke): not caught …`: what keeps a fault from being proven. */
export function sayWhyNot(one: JudgedFault): string {
  const { subject, outcome, failed, verdict, exitCode } = one
  if (outcome === 'proven') return `${nameOf(subject)}: proven`
  const needs = FAULTS.find(({ id }) => id === subject.fault)?.needs
  const why = outcome === 'beyond' ? `: it needs ${needs}` : ''
  const [first] = failed
  const said = first ? `; first ${first.id}: ${first.reason ?? ''}` : ''
  return `${nameOf(subject)}: ${WORST[outcome]}${why} (${verdict}, exit ${exitCode}${said})`
}

export const nameOf = ({ fault, dialect, seed, isBusy = false }: Subject): string =>
  fault === undefined
    ? `a healthy simulator (${dialect}, seed ${seed}${isBusy ? ', beside a busy thread' : ''})`
    : `${fault} (${dialect})`

/** All that keeps the proof from being whole, one a line. */
export const listOf = (proof: Proof): readonly string[] => [
  ...notProven(proof).map(sayWhyNot),
  ...falseAlarms(proof).map(
    ({ subject, alarms }) => `${nameOf(subject)}: false alarm, ${alarms.join(' | ')}`,
  ),
]

/** What no gate tells by itself, one a line. */
export const openOf = (proof: Proof): readonly string[] => beyond(proof).map(sayWhyNot)

/** The figures of a proof in one sentence. */
export function headline(proof: Proof): string {
  const { faults, clean } = proof
  const busy = clean.filter(({ subject }) => subject.isBusy).length
  const open = beyond(proof).length
  const proven = faults.length - notProven(proof).length - open
  const silent = clean.length - falseAlarms(proof).length
  const quick = medianSeconds(faults)
  return [
    `${proven} of ${faults.length} faults are caught by a check that states the cause`,
    ...(open === 0 ? [] : [`${open} are not caught and say what it would take`]),
    ...(quick === undefined ? [] : [`the first check fails after ${quick} s (median)`]),
    `${silent} of ${clean.length} healthy simulators pass without a word${busy > 0 ? `, ${busy} of them beside a busy thread` : ''}`,
  ].join('; ')
}

function medianSeconds(faults: readonly JudgedFault[]): string | undefined {
  const times = faults.flatMap(({ firstFailureMs }) => firstFailureMs ?? []).toSorted((a, b) => a - b)
  const middle = times[Math.floor(times.length / 2)]
  return middle === undefined ? undefined : seconds(middle)
}

export const seconds = (ms: number): string => (ms / 1_000).toFixed(1)
