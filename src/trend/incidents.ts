import type { AttributeChange, Incident, SeriesTrend } from '../records/index.ts'
import { changeText, dayOf, nameOf, percent } from './words.ts'

type Member = Incident['members'][number]

/**
 * Changes that nobody accepted yet, grouped by night and cause. Two belong together where their times overlap and one thing changed in
 * both, to one value; or where nothing that is recorded changed in either.
 */
export function incidents(trends: readonly SeriesTrend[]): Incident[] {
  const open: Member[] = trends.flatMap(({ series, changes }) =>
    changes.filter(({ status }) => status === 'open').map((change) => ({ series, change })),
  )
  const groups: Member[][] = []
  for (const member of open.toSorted((a, b) => startOf(a).localeCompare(startOf(b)))) {
    const group = groups.find((one) => one.some((other) => belong(member, other)))
    if (group) group.push(member)
    else groups.push([member])
  }
  return groups.map(incidentOf).toSorted((a, b) => a.at.localeCompare(b.at))
}

const startOf = ({ change }: Member): string => change.between[0]

function belong({ change: a }: Member, { change: b }: Member): boolean {
  if (a.between[0] >= b.between[1] || b.between[0] >= a.between[1]) return false
  if (a.changed.length === 0 || b.changed.length === 0) return a.changed.length === b.changed.length
  return a.changed.some((one) => b.changed.some((other) => isSame(one, other)))
}

const isSame = (a: AttributeChange, b: AttributeChange): boolean => a.name === b.name && a.after === b.after

function incidentOf(members: readonly Member[]): Incident {
  const at = members.map(({ change }) => change.at).toSorted()[0] ?? ''
  const most = members.toSorted((a, b) => Math.abs(b.change.effect) - Math.abs(a.change.effect))
  const common = (most[0]?.change.changed ?? []).filter((one) =>
    most.every(({ change }) => change.changed.some((other) => isSame(one, other))),
  )
  const named = common.length > 0 ? common : (most[0]?.change.changed ?? [])
  const cause = named.map(changeText).join(', ') || 'unknown'
  const shown = most.map(
    ({ series, change: { effect, direction } }) =>
      `${nameOf(series)} ${effect > 0 ? '+' : '−'}${percent(Math.abs(effect))} (${direction})`,
  )
  return { at, cause, members: most, sentence: `Since ${dayOf(at)}: ${shown.join('; ')}. Cause: ${cause}.` }
}
