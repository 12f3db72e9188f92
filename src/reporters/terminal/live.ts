import { after, type Clock } from '../../clock.ts'
import { countOf, significant } from '../figures.ts'
import { cutTo } from './fit.ts'
import type { LiveRegion } from './live-region.ts'
import type { Paint } from './paint.ts'
import { describePhase } from './phase.ts'
import type { Speaker, Standing } from './speaker.ts'
import type { Tally } from './tally.ts'

/** A terminal is redrawn at most this often: the writes are made by the thread that times answers. */
const REDRAW_MS = 250

type Screen = { readonly columns: number }

/** A few lines at the end of the screen, redrawn in place while a phase goes on. */
export function liveLines(
  region: LiveRegion,
  screen: Screen,
  paint: Paint,
  clock: Clock,
): Pick<Speaker, 'began' | 'moved' | 'ended' | typeof Symbol.dispose> {
  let timer: Disposable | undefined
  const draw = (standing: Standing): void => {
    const [first = '', ...rest] = linesOf(standing, clock.monotonicMs()).map((line) =>
      cutTo(`  ${line}`, screen.columns - 1),
    )
    region.draw([first, ...rest.map((line) => paint('quiet', line))])
    timer?.[Symbol.dispose]()
    timer = after(clock, REDRAW_MS, () => draw(standing))
  }
  return {
    began: draw,
    moved() {},
    // What it came to stands in the summary; a line for each phase would push away what is worth a look.
    ended() {
      timer?.[Symbol.dispose]()
      region.clear()
    },
    [Symbol.dispose]() {
      timer?.[Symbol.dispose]()
      region.clear()
    },
  }
}

/** How far, what it has shown so far, and what it is doing. */
function linesOf({ phase, tally }: Standing, nowMs: number): readonly string[] {
  const shown = [...latencyOf(tally), ...failuresOf(tally)].join(' · ')
  const doing = phase.status ?? underWay(tally)
  return [
    describePhase(phase, nowMs),
    ...(shown === '' ? [] : [shown]),
    ...(doing === undefined ? [] : [`now: ${doing}`]),
  ]
}

function latencyOf(tally: Tally): readonly string[] {
  const soFar = tally.soFar()
  if (!soFar) return []
  const { warmth, e2eMsP50, e2eMsP99, n } = soFar
  const p99 = e2eMsP99 === undefined ? '' : `, p99 ${significant(e2eMsP99)} ms`
  return [`${warmth} answers: p50 ${significant(e2eMsP50)} ms${p99}, n = ${n}`]
}

const failuresOf = ({ failedRequests, failedChecks }: Tally): readonly string[] => [
  `${countOf(failedRequests, 'timed request')} failed`,
  ...(failedChecks > 0 ? [`${countOf(failedChecks, 'check')} failed`] : []),
]

/** The checks that have begun and not ended, the oldest first: what hangs stands in front. */
function underWay(tally: Tally): string | undefined {
  const ids = tally.underWay()
  return ids.length === 0 ? undefined : ids.join(', ')
}
