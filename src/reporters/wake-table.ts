import type { PlannedSleep, Run, WakePhase, WakeUp } from '../records/index.ts'
import { countOf, formatDuration } from './figures.ts'
import type { Table } from './load-table.ts'

type Slept = Partial<Pick<Run, 'scaleToZero' | 'wakeUps' | 'unwoken'>>

const PHASES: readonly (readonly [WakePhase, string])[] = [
  ['connected', 'connected'],
  ['edge', 'edge answers'],
  ['process', 'process started'],
  ['answer', 'answer begins'],
  ['token', 'first token'],
  ['complete', 'answer complete'],
]

const STATE = { cold: 'cold', 'not-shown': 'not shown to be cold', unknown: 'failed' } as const

/** What cold means for this target; undefined for one that does not sleep. */
export function describeSleep({ scaleToZero, wakeUps = [], unwoken }: Slept): string | undefined {
  if (!scaleToZero) return undefined
  const meaning = `Cold means: idle for longer than the scale-down window of ${formatDuration(scaleToZero.windowMs)}`
  if (scaleToZero.coldStarts === 0) return `${meaning}. No cold start was measured (--no-cold).`
  const shown = wakeUps.filter(({ coldness }) => coldness.is === 'cold').length
  const waits = `${countOf(wakeUps.length, 'wait')} of ${formatDuration(waitMs(scaleToZero))}, ${shown} shown to end in a cold start`
  return `${meaning}. ${waits}${unwoken === undefined ? '' : `; ${unwoken}`}.`
}

export const waitMs = ({ windowMs, marginMs }: PlannedSleep): number => windowMs + marginMs

/** Each wake-up with what the wire showed of it, after the request was sent. */
export function wakeTable({ wakeUps = [] }: Slept): Table | undefined {
  if (wakeUps.length === 0) return undefined
  return {
    head: [
      'cold start',
      'was it cold',
      ...PHASES.map(([, name]) => name),
      '303s',
      'refusals',
      'the next answers',
    ],
    rows: wakeUps.map((wakeUp) => [
      String(wakeUp.index),
      `${STATE[wakeUp.coldness.is]}: ${wakeUp.coldness.because}`,
      ...PHASES.map(([phase]) => cellOf(wakeUp, phase)),
      hopsOf(wakeUp),
      String(wakeUp.refusals),
      wakeUp.next
        .map(({ outcome, e2eMs }) => (outcome === 'completed' ? formatDuration(e2eMs) : outcome))
        .join(', '),
    ]),
  }
}

/** Each reason once: the same ones come again with each wake-up. */
export function unseenPhases({ wakeUps = [] }: Slept): readonly string[] {
  const lines = PHASES.flatMap(([phase, name]) =>
    [...new Set(wakeUps.flatMap(({ unmeasured }) => unmeasured[phase] ?? []))].map(
      (why) => `${name}: not measured, because ${why}`,
    ),
  )
  return lines.length === 0 || wakeUps.every(({ phases }) => phases.process === undefined)
    ? lines
    : [...lines, 'process started: by the clock of the service, which its Date header tells to half a second']
}

function cellOf({ phases }: WakeUp, phase: WakePhase): string {
  const value = phases[phase]
  if (value === undefined) return 'not measured'
  return phase === 'process' ? `${formatDuration(value)} ± 0.5 s` : formatDuration(value)
}

const hopsOf = ({ hopAtMs }: WakeUp): string =>
  hopAtMs.length === 0 ? '0' : `${hopAtMs.length}, at ${hopAtMs.map((ms) => formatDuration(ms)).join(', ')}`
