import { after, type Clock } from '../../clock.ts'
import { countOf, formatDuration } from '../figures.ts'
import { countedSteps, describePhase } from './phase.ts'
import type { Speaker, Standing } from './speaker.ts'

/** A phase speaks again after this time at the earliest: a CI log is read line by line. */
const INTERVAL_MS = 5_000
/** Where nothing moves, the time to the next line doubles up to this. */
const LONGEST_MS = 60_000

/** Lines with the time since the start of the run, for logs and for screen readers: no line is ever rewritten. */
export function plainLines(write: (line: string) => void, clock: Clock): Pick<Speaker, Telling> {
  const startedMs = clock.monotonicMs()
  let said = ''
  let saidMs = Number.NEGATIVE_INFINITY
  let nextMs = INTERVAL_MS
  let timer: Disposable | undefined

  const say = (text: string): void => {
    saidMs = clock.monotonicMs()
    write(`[${minutesOf(saidMs - startedMs)}] ${text}`)
  }
  const sayStanding = (standing: Standing): void => {
    const counted = describe(standing)
    nextMs = counted === said ? Math.min(LONGEST_MS, 2 * nextMs) : INTERVAL_MS
    said = counted
    say(withTimes(standing, clock.monotonicMs()))
    wait(standing)
  }
  // Also where no step ends: a start that takes minutes is no hanging program.
  const wait = (standing: Standing): void => {
    timer?.[Symbol.dispose]()
    timer = after(clock, nextMs, () => sayStanding(standing))
  }
  return {
    began: sayStanding,
    moved(standing) {
      if (clock.monotonicMs() - saidMs >= INTERVAL_MS) sayStanding(standing)
    },
    ended({ phase }) {
      timer?.[Symbol.dispose]()
      say(`${countedSteps(phase)} in ${formatDuration(clock.monotonicMs() - phase.startedMs)}`)
    },
    [Symbol.dispose]: () => timer?.[Symbol.dispose](),
  }
}

type Telling = 'began' | 'moved' | 'ended' | typeof Symbol.dispose

/** What changes where something happens. */
const describe = ({ phase }: Standing): string => `${countedSteps(phase)}${phase.status ?? ''}`

/** `checks 40/154, 5.0 s, about 14.2 s left; 2 checks failed: the status`. */
function withTimes({ phase, tally }: Standing, nowMs: number): string {
  const { failedChecks, failedRequests } = tally
  const failed = [
    ...(failedChecks > 0 ? [`${countOf(failedChecks, 'check')} failed`] : []),
    ...(failedRequests > 0 && failedChecks === 0
      ? [`${countOf(failedRequests, 'timed request')} failed`]
      : []),
  ].map((text) => `; ${text}`)
  const status = phase.status === undefined ? '' : `: ${phase.status}`
  return `${describePhase(phase, nowMs)}${failed.join('')}${status}`
}

/** `0:05`, `12:30`, `1:02:03`. */
function minutesOf(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  const two = (n: number) => String(n).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}
