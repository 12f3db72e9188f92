import { styleText } from 'node:util'
import { type Clock, systemClock } from '../clock.ts'
import type { Check, Verdict } from '../records/index.ts'
import { formatDuration } from './figures.ts'
import { isNotRun } from './not-judged.ts'
import { oneLine } from './safe-text.ts'
import { findingLines, type LeadingWord, type LineContext, leadingWord, verdictLine } from './verdict-line.ts'

/** The terminal, as far as progress needs it. */
export type ProgressOutput = {
  stderr(text: string): void
  readonly isTTY: boolean
  readonly color: boolean
  readonly columns: number
}

export type ProgressOptions = { readonly quiet?: boolean; readonly clock?: Clock }

/** What a run tells people while it works, on stderr: phases, done of total, time left. */
export interface Progress {
  /** Starts a phase and ends the one before; `total` where the number of steps is known. */
  phase(name: string, total?: number): void
  /** One more step is done. Of a check it is told which, for one that was not run is not done. */
  step(check?: Check): void
  /** What the phase is doing right now: gone with the next one. In plain output it speaks now and then. */
  status(text: string): void
  /** A line that stays. */
  note(text: string): void
  /** A line that stays and wants attention. */
  warn(text: string): void
  /** A line that stays also where all but the verdict is to be quiet: something that was asked for is missing. */
  alert(text: string): void
  /** Ends the last phase, lists what did not hold and says the verdict: the last line, unless something could not be kept. */
  verdict(verdict: Verdict, reportFile: string, context?: LineContext): void
}

/** In plain output a phase speaks again after this time at the earliest: a CI log is read line by line. */
const PLAIN_INTERVAL_MS = 5_000
/** A terminal is redrawn at most this often. */
const REDRAW_MS = 50

const COLOR = {
  PASS: 'green',
  FAIL: 'red',
  INCONCLUSIVE: 'yellow',
  INTERRUPTED: 'yellow',
} as const satisfies Record<LeadingWord, string>

type Phase = {
  readonly name: string
  readonly total?: number
  readonly startedMs: number
  done: number
  notRun: number
  notApplicable: number
  status?: string
}

/** Progress for people. `quiet` leaves the verdict line alone. */
export function createProgress(output: ProgressOutput, options: ProgressOptions = {}): Progress {
  const { quiet = false, clock = systemClock } = options
  let current: Phase | undefined
  let shownMs = Number.NEGATIVE_INFINITY
  let lineOpen = false

  const paint = (format: Parameters<typeof styleText>[0], text: string): string =>
    output.color ? styleText(format, text, { validateStream: false }) : text
  const clear = (): void => {
    if (lineOpen) output.stderr('\r\x1b[2K')
    lineOpen = false
  }
  const line = (text: string): void => {
    clear()
    output.stderr(`${text}\n`)
  }
  const show = (phase: Phase, now: number): void => {
    shownMs = now
    const text = describe(phase, now - phase.startedMs)
    if (!output.isTTY) {
      line(text)
      return
    }
    // One column stays free: a full line would wrap, and \r would no longer reach its start.
    output.stderr(`\r\x1b[2K${[...text].slice(0, output.columns - 1).join('')}`)
    lineOpen = true
  }
  const showNowAndThen = (phase: Phase): void => {
    const now = clock.monotonicMs()
    if (!quiet && now - shownMs >= (output.isTTY ? REDRAW_MS : PLAIN_INTERVAL_MS)) show(phase, now)
  }
  const endPhase = (): void => {
    if (!current || quiet) return
    const { name, total, done, startedMs } = current
    const steps =
      total === undefined ? (done === 0 ? '' : ` ${done}`) : ` ${done}/${total}${leftOut(current)}`
    line(`${paint('dim', '·')} ${name}${steps} in ${formatDuration(clock.monotonicMs() - startedMs)}`)
    current = undefined
  }

  return {
    phase(name, total) {
      endPhase()
      const startedMs = clock.monotonicMs()
      current = {
        name,
        startedMs,
        done: 0,
        notRun: 0,
        notApplicable: 0,
        ...(total === undefined ? {} : { total }),
      }
      if (!quiet) show(current, startedMs)
    },
    step(check) {
      if (!current) return
      if (check && isNotRun(check)) current.notRun++
      else if (check?.outcome === 'not-applicable') current.notApplicable++
      else current.done++
      delete current.status
      showNowAndThen(current)
    },
    status(text) {
      if (!current) return
      current.status = oneLine(text, 300)
      showNowAndThen(current)
    },
    note: (text) => (quiet ? undefined : line(oneLine(text, 2_000))),
    alert: (text) => line(paint('yellow', `warning: ${oneLine(text, 2_000)}`)),
    warn: (text) => (quiet ? undefined : line(paint('yellow', `warning: ${oneLine(text, 2_000)}`))),
    verdict(verdict, reportFile, context) {
      endPhase()
      if (!quiet) for (const finding of findingLines(verdict, reportFile)) line(finding)
      const text = verdictLine(verdict, context, reportFile)
      const word = leadingWord(verdict)
      line(paint(['bold', COLOR[word]], word) + text.slice(word.length))
    },
  }
}

/** `checks 12/60, 3.1 s, about 12.4 s left`: time left by the mean of the steps so far. */
function describe(phase: Phase, elapsedMs: number): string {
  return phase.status === undefined
    ? doneSoFar(phase, elapsedMs)
    : `${doneSoFar(phase, elapsedMs)}: ${phase.status}`
}

function doneSoFar(phase: Phase, elapsedMs: number): string {
  const { name, total, done } = phase
  if (total === undefined) return done === 0 ? `${name} …` : `${name} ${done}, ${formatDuration(elapsedMs)}`
  const ended = done + phase.notRun + phase.notApplicable
  if (ended === 0) return `${name} 0/${total}`
  const leftMs = (elapsedMs / ended) * Math.max(0, total - ended)
  return `${name} ${done}/${total}${leftOut(phase)}, ${formatDuration(elapsedMs)}, about ${formatDuration(leftMs)} left`
}

/** ` (3 not run, 15 not applicable)`: the steps that make the count fall short of its total. */
function leftOut({ notRun, notApplicable }: Phase): string {
  const parts = [
    ...(notRun > 0 ? [`${notRun} not run`] : []),
    ...(notApplicable > 0 ? [`${notApplicable} not applicable`] : []),
  ]
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}
