import type { Segment, SeriesKey, TrendChange } from '../records/index.ts'
import { changeText, dayOf, figure, nameOf, percent } from './words.ts'

/** One change of level: what, by how much, when, and what else changed then. */
export function changeSentence(
  series: SeriesKey,
  change: Omit<TrendChange, 'sentence'>,
  { againstReference }: { readonly againstReference: boolean },
): string {
  const { effect, low, high, before, after, kind, between, direction, changed, foundBy } = change
  const verb = `${effect > 0 ? 'rose' : 'fell'}${kind === 'ramp' ? ' slowly' : ''}`
  const size = [low, high].map((end) => percent(effect > 0 ? end : -end))
  if (effect < 0) size.reverse()
  const against = againstReference ? ' against the reference target' : ''
  return [
    `${nameOf(series)} ${verb} by ${percent(Math.abs(effect))} (95 %: ${size.join(' to ')})${against} ${when(kind, between)}`,
    `, from ${figure(before, series.metric)} to ${figure(after, series.metric)}: ${direction}.`,
    foundBy === 'accepted-level'
      ? ' No single night shows it: it is the distance from the accepted level.'
      : '',
    changed.length > 0
      ? ` In that time ${changed.map(changeText).join(', ')}.`
      : ' Nothing else that is recorded changed in that time.',
  ].join('')
}

function when(kind: TrendChange['kind'], [after, until]: TrendChange['between']): string {
  return kind === 'ramp'
    ? `from ${dayOf(after)} to ${dayOf(until)}`
    : `between ${dayOf(after)} and ${dayOf(until)}`
}

export const steadySentence = (series: SeriesKey, { level, since, nights }: Segment, noise: number): string =>
  `${nameOf(series)} is steady at ${figure(level, series.metric)} since ${dayOf(since)}: ${nights} nights that count, ${percent(noise)} from night to night.`

export const tooFewSentence = (series: SeriesKey, used: number, needed: number): string =>
  `${nameOf(series)} has ${used} ${used === 1 ? 'night that counts' : 'nights that count'}: a trend needs ${needed}.`
