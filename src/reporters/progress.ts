import { type Clock, systemClock } from '../clock.ts'
import type { Check, RunEvent, Verdict } from '../records/index.ts'
import { oneLine } from './safe-text.ts'
import { eventLines } from './terminal/events.ts'
import { wrapTo } from './terminal/fit.ts'
import { liveLines } from './terminal/live.ts'
import { LiveRegion } from './terminal/live-region.ts'
import { paintWith } from './terminal/paint.ts'
import { countStep, type Phase, startPhase } from './terminal/phase.ts'
import { plainLines } from './terminal/plain.ts'
import type { Speaker } from './terminal/speaker.ts'
import { summary, verdictText } from './terminal/summary.ts'
import { Tally } from './terminal/tally.ts'
import type { LineContext } from './verdict-line.ts'

/** The terminal, as far as progress needs it. */
export type ProgressOutput = {
  stderr(text: string): void
  readonly isTTY: boolean
  /** Whether lines can be redrawn there; absent: no. */
  readonly isLive?: boolean
  readonly color: boolean
  readonly columns: number
  /** Calls once before the program ends, however it ends. */
  beforeExit?(act: () => void): void
}

/** `auto`: live on a terminal, else plain. */
export const PROGRESS_MODES = ['auto', 'live', 'plain', 'json', 'none'] as const
export type ProgressMode = (typeof PROGRESS_MODES)[number]

export type ProgressOptions = {
  /** Only the verdict, and what could not be kept. */
  readonly quiet?: boolean
  readonly mode?: ProgressMode
  readonly clock?: Clock
}

/** What a run tells while it works, on stderr. */
export interface Progress extends Disposable {
  /** Starts a phase and ends the one before; `total` where the number of steps is known. */
  phase(name: string, total?: number): void
  /** One more step is done. Of a check it is told which, for one that was not run is not done. */
  step(check?: Check): void
  /** A check has begun. */
  began(checkId: string): void
  /** What happened, as the journal keeps it. */
  saw(event: RunEvent): void
  /** What the phase is doing right now: gone with the next check or phase. */
  status(text: string): void
  /** A line that stays. */
  note(text: string): void
  /** A line that stays and wants attention. */
  warn(text: string): void
  /** A line that stays also where all but the verdict is to be quiet: something that was asked for is missing. */
  alert(text: string): void
  /** Ends the last phase: others may write to the terminal now. */
  end(): void
  /** Ends the last phase and shows what the run came to. The verdict is the last line, unless something could not be kept. */
  verdict(verdict: Verdict, reportFile: string, context?: LineContext): void
}

export function createProgress(output: ProgressOutput, options: ProgressOptions = {}): Progress {
  const { quiet = false, mode = 'auto', clock = systemClock } = options
  const loud = speakerFor(output, mode, clock)
  const speaker = quiet ? hushed(loud, output, mode) : loud
  const tally = new Tally()
  let current: Phase | undefined
  const end = (): void => {
    if (current) speaker.ended({ phase: current, tally })
    current = undefined
  }
  const moved = (): void => {
    if (current) speaker.moved({ phase: current, tally })
  }
  return {
    phase(name, total) {
      end()
      current = startPhase(oneLine(name), total, clock.monotonicMs())
      speaker.began({ phase: current, tally })
    },
    step(check) {
      if (!current) return
      countStep(current, check)
      moved()
    },
    began(checkId) {
      tally.began(checkId)
    },
    saw(event) {
      tally.saw(event)
      if (event.kind === 'started') speaker.started(event)
      if (event.kind === 'checked') speaker.checked(event.check)
    },
    status(text) {
      if (!current) return
      current.status = oneLine(text, 300)
      moved()
    },
    end,
    note: (text) => speaker.said('note', text),
    warn: (text) => speaker.said('warning', text),
    alert: (text) => loud.said('warning', text),
    verdict(verdict, reportFile, context) {
      end()
      speaker.closed({ verdict, reportFile, ...(context && { context }) })
    },
    [Symbol.dispose]: () => speaker[Symbol.dispose](),
  }
}

function speakerFor(output: ProgressOutput, mode: ProgressMode, clock: Clock): Speaker {
  const shown = mode === 'auto' ? (output.isLive ? 'live' : 'plain') : mode
  if (shown === 'json') return eventLines((line) => output.stderr(`${line}\n`), clock)
  const paint = paintWith(output.color)
  const region = new LiveRegion((text) => output.stderr(text))
  const print = (lines: readonly string[]): void => region.print(`${lines.join('\n')}\n`)
  if (shown === 'live') output.beforeExit?.(() => region.clear())
  const lines = {
    live: () => liveLines(region, output, paint, clock),
    plain: () => plainLines((line) => print(wrapTo(line, widthOf(output), '    ')), clock),
    none: () => SILENT,
  }[shown]()
  return {
    started() {},
    checked() {},
    ...lines,
    said(kind, text) {
      const rows = wrapTo(
        `${kind === 'warning' ? 'warning: ' : ''}${oneLine(text, 2_000)}`,
        widthOf(output),
        '    ',
      )
      print(kind === 'warning' ? rows.map((row) => paint('open', row)) : rows)
    },
    closed: (closing) => print(summary(closing, widthOf(output), paint)),
  }
}

/** A log has no width: its lines are broken by who shows them. */
const widthOf = ({ isTTY, columns }: ProgressOutput): number => (isTTY ? columns : Number.POSITIVE_INFINITY)

const SILENT = { began() {}, moved() {}, ended() {}, [Symbol.dispose]() {} }

/** The verdict alone. */
function hushed(loud: Speaker, output: ProgressOutput, mode: ProgressMode): Speaker {
  const line: Speaker['closed'] = (closing) =>
    output.stderr(`${verdictText(closing, widthOf(output), paintWith(output.color))}\n`)
  return { ...SILENT, started() {}, checked() {}, said() {}, closed: mode === 'json' ? loud.closed : line }
}
