import { type Command, InvalidArgumentError, Option } from 'commander'
import { HarnessError } from '../errors.ts'
import { EDGE_MODES, type EdgeMode } from '../simulator/index.ts'

/** Of `simulate`: a service that sleeps while nobody asks, behind an edge. Milliseconds. */
export type SleepFlags = {
  readonly sleepAfter?: number
  readonly boot?: number
  readonly edge?: EdgeMode
  readonly edgeCap?: number
  readonly healthApart?: boolean
}

export const addSleepFlags = (command: Command): Command =>
  command
    .option('--sleep-after <seconds>', 'scale to zero: stop the service once it is idle for so long', ms)
    .option('--boot <seconds>', 'what a container takes before the model loads; default: 0', ms)
    .addOption(
      new Option(
        '--edge <what>',
        'what the edge does meanwhile: hold a request (default), refuse it with 503, or redirect it with 303',
      ).choices(EDGE_MODES),
    )
    .option('--edge-cap <seconds>', 'of redirects: after so long; default: 150, as at Modal', ms)
    .option('--health-apart', 'health is another function: the edge answers it, and it wakes nobody')

/** Throws `usage` for a flag that means nothing here. */
export function requireSleepFlags({ sleepAfter, boot, edge, edgeCap, healthApart }: SleepFlags): void {
  const lost = { '--boot': boot, '--edge': edge, '--edge-cap': edgeCap, '--health-apart': healthApart }
  const [first] = Object.entries(lost).filter(([, value]) => value !== undefined)
  if (first && sleepAfter === undefined)
    throw new HarnessError('usage', `${first[0]} is of a service that sleeps: give --sleep-after as well.`)
  if (edgeCap !== undefined && edge !== 'redirects')
    throw new HarnessError('usage', '--edge-cap is of an edge that redirects: add --edge redirects.')
}

export function describeEdge({ sleepAfter = 0, boot = 0, edge = 'holds' }: SleepFlags): string {
  const boots = boot > 0 ? `, ${boot / 1_000} s to boot` : ''
  return `Asleep until it is asked, and again after ${sleepAfter / 1_000} s without a request; the edge ${edge} meanwhile${boots}`
}

const DAY_SECONDS = 86_400

function ms(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value > 0) || value > DAY_SECONDS)
    throw new InvalidArgumentError(`It must be a number of seconds above 0 and at most ${DAY_SECONDS}.`)
  return value * 1_000
}
