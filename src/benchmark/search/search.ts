import type { LoadSearch, SearchEnd, SearchStep, StepOutcome } from '../../records/index.ts'
import { Border, type SearchRange } from './border.ts'

/** One load that a search wants to see. */
export type StepAsked = {
  /** Its place among all steps, from 1. */
  readonly place: number
  readonly level: number
  /** That of its load and its samples. */
  readonly scenario: string
  /** A repeat of one that was too short to tell. */
  readonly isLonger: boolean
}

/** Yields each step that it wants measured and is handed what came of it; the search itself sends nothing and knows no clock. */
export type Searching = Generator<StepAsked, Found, StepOutcome>

export type Found = Omit<LoadSearch, 'kind' | 'of'>

export type SearchOptions = SearchRange & {
  /** Measurements, repeats included. */
  readonly maxSteps: number
}

export const scenarioOf = (place: number): string => `step-${place}`

/** The highest level that holds its limits, by bisection with repeats. */
export function* searchLevels({ maxSteps, ...range }: SearchOptions): Searching {
  const border = new Border(range)
  const steps: SearchStep[] = []
  const ended = (by: SearchEnd['by'], reason: string): Found => {
    const [held, broken] = [border.held?.found('held'), border.broken?.found('broken')]
    return { steps, ...(held && { held }), ...(broken && { broken }), end: { by, reason } }
  }
  while (steps.length < maxSteps) {
    const next = border.next()
    if ('end' in next) return ended(next.end, unclear(border, steps) ?? reasonOf(next.end, border))
    const [place, { level }] = [steps.length + 1, next]
    const isLonger = border.at(level).needsMore
    const scenario = scenarioOf(place)
    const step = { level, scenario, ...(yield { place, level, scenario, isLonger }) }
    steps.push(step)
    if (step.outcome === 'stopped') return ended('stopped', step.reason)
    if (step.outcome !== 'invalid') border.at(level).add(step)
    else if (isRepeated(steps)) return ended('invalid', step.reason)
  }
  return ended('steps', `${maxSteps} steps were made, and no more are allowed`)
}

/** Where the level above the one that holds is not known to break. */
function unclear({ held, broken }: Border, steps: readonly SearchStep[]): string | undefined {
  const above = steps.filter(({ outcome, level }) => outcome === 'unknown' && level > (held?.level ?? 0))
  const [first] = above.toSorted((one, other) => one.level - other.level)
  if (!first || (broken && broken.level <= first.level)) return undefined
  return `at ${first.level} it is not known whether it holds (${first.reason})`
}

/** Whether the step before was as invalid: a third would be no other. */
const isRepeated = (steps: readonly SearchStep[]): boolean =>
  steps.length > 1 &&
  steps.slice(-2).every(({ outcome, level }) => outcome === 'invalid' && level === steps.at(-1)?.level)

function reasonOf(end: 'resolved' | keyof typeof ENDS, { resolution, isDisputed }: Border): string {
  if (end !== 'resolved') return ENDS[end]
  const within = `the border is known within ${Math.round(100 * resolution)} %`
  return isDisputed ? `${within}, and no closer: steps at one level disagreed` : within
}

const ENDS = {
  'always-held': 'it held up to the highest level that may be tried',
  'never-held': 'it did not hold at the lowest level that may be tried',
} as const
