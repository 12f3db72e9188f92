import type { Acceptance, ChangePoint, Dismissal, SeriesKey, TrendChange } from '../records/index.ts'
import { median } from '../statistics/index.ts'
import { driftSince } from './accepted-level.ts'
import { lengthsDismissal } from './dismissals.ts'
import { explanationsOf } from './lengths.ts'
import { differenceAt, type Plateau } from './levels.ts'
import type { Look } from './look.ts'
import type { Point } from './points.ts'
import { changeSentence } from './sentence.ts'
import { changedInside } from './surroundings.ts'
import type { Transition } from './transition.ts'
import { isWorse } from './words.ts'

export type Subject = {
  readonly series: SeriesKey
  readonly acceptances: readonly Acceptance[]
  readonly againstReference: boolean
}

export type Judged = { readonly changes: readonly TrendChange[]; readonly dismissed: readonly Dismissal[] }

/** Each change that lasts is announced, unless what was asked and answered explains it; then the distance from the accepted level. */
export function judge(look: Look, subject: Subject): Judged {
  const changes: TrendChange[] = []
  const dismissed: Dismissal[] = []
  look.transitions.forEach((transition, i) => {
    const explained = explainedAt(look, i, subject.series.metric)
    if (explained) dismissed.push(explained)
    else changes.push(changeAt(look, i, transition, subject))
  })
  const drifted = driftOf(look, subject)
  return { changes: drifted ? [...changes, drifted] : changes, dismissed }
}

const nightsOf = ({ points }: Look, { from, to }: Plateau): readonly Point[] => points.slice(from, to)

/** The change is no larger than what longer answers, longer prompts or a colder cache can have done at most. */
function explainedAt(look: Look, i: number, metric: string): Dismissal | undefined {
  const { before, after, difference } = differenceAt(look.levels, i)
  const sign = Math.sign(difference)
  const helping = explanationsOf(metric, nightsOf(look, before), nightsOf(look, after))
    .filter(({ atMost }) => atMost * sign > 0)
    .toSorted((a, b) => (b.atMost - a.atMost) * sign)
  const [most] = helping
  const point = look.points[look.transitions[i]?.from ?? -1]
  const explained = helping.reduce((sum, { atMost }) => sum + atMost * sign, 0)
  if (!most || !point || Math.abs(difference) - explained >= look.least) return undefined
  return lengthsDismissal(most.reason, point, difference, helping.map(({ says }) => says).join(' and '))
}

function changeAt(look: Look, i: number, { from: at, interval, kind }: Transition, subject: Subject) {
  const { before, after, difference, reach } = differenceAt(look.levels, i)
  const nights = { before: nightsOf(look, before), after: nightsOf(look, after) }
  return describe(
    look.points,
    { ...nights, difference, reach, at, interval, kind, foundBy: 'change-point' },
    subject,
  )
}

/** Since the last change, whatever came of it; or since the accepted night, if that is later. */
function driftOf(look: Look, subject: Subject): TrendChange | undefined {
  const { points, levels } = look
  const from = Math.max(levels.plateaus.at(-1)?.from ?? 0, acceptedIndex(points, subject.acceptances) ?? 0)
  const drift = driftSince(points, from)
  if (!drift) return undefined
  const { difference, reach, first, last } = drift
  const [began, reached] = [from + first, points.length - last]
  const nights = { before: points.slice(from, began), after: points.slice(reached) }
  return describe(
    points,
    {
      ...nights,
      difference,
      reach,
      at: began,
      interval: [began, reached],
      kind: 'ramp',
      foundBy: 'accepted-level',
    },
    subject,
  )
}

type Description = Pick<TrendChange, 'kind' | 'foundBy'> & {
  readonly difference: number
  readonly reach: number
  readonly at: number
  readonly interval: ChangePoint['interval']
  readonly before: readonly Point[]
  readonly after: readonly Point[]
}

function describe(
  points: readonly Point[],
  { difference, reach, at, interval: [from, to], before, after, ...rest }: Description,
  subject: Subject,
): TrendChange {
  const place = (index: number): number => points[index]?.position ?? 0
  const time = (index: number): string => points[index]?.night.at ?? ''
  const accepted = acceptedIndex(points, subject.acceptances)
  const change = {
    ...{ ...rest, index: place(at), interval: [place(from), place(to)] as const },
    ...{ at: time(at), between: [time(Math.max(0, from - 1)), time(to)] as const },
    ...{
      effect: Math.expm1(difference),
      low: Math.expm1(difference - reach),
      high: Math.expm1(difference + reach),
    },
    ...{ before: levelOf(before), after: levelOf(after), nightsSince: points.length - at },
    direction: isWorse(subject.series.metric, difference) ? ('worse' as const) : ('better' as const),
    status:
      accepted !== undefined && from <= accepted && at <= accepted + NEAR
        ? ('accepted' as const)
        : ('open' as const),
    changed: changedInside(points, [from, to]),
  }
  return { ...change, sentence: changeSentence(subject.series, change, subject) }
}

/** A change that was accepted may be located some nights later as more of them are known. */
const NEAR = 5

/** The first night that counts of the last accepted segment. */
export function acceptedIndex(
  points: readonly Point[],
  acceptances: readonly Acceptance[],
): number | undefined {
  const last = acceptances.map(({ at }) => Date.parse(at)).toSorted((a, b) => b - a)[0]
  if (last === undefined) return undefined
  const index = points.findIndex(({ night }) => Date.parse(night.at) >= last)
  return index < 0 ? points.length : index
}

export const levelOf = (points: readonly Point[]): number => median(points.map(({ night }) => night.value))
