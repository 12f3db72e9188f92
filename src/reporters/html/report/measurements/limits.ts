import type { Run } from '../../../../records/index.ts'
import type { ChartMark } from '../../kit/index.ts'
import type { Group } from './groups.ts'

/** The limits that the policy has for a time (`ttftMs`), as marks on the axis that it is drawn on. */
export function limitMarks(
  { policy }: Pick<Run, 'policy'>,
  time: string,
  warmth: Group['warmth'],
  axis: ChartMark['axis'],
): readonly ChartMark[] {
  const stated = Object.entries(policy.limits ?? {}).flatMap(([name, { max }]) => {
    const [of, field = ''] = name.split('.')
    const isOfIt = of === warmth && field.startsWith(time)
    return max !== undefined && isOfIt ? [{ at: max, of: field.slice(time.length).toLowerCase() }] : []
  })
  const budget = time === 'e2eMs' && warmth === 'warm' ? [{ at: policy.warmE2eMsP50, of: 'p50' }] : []
  return [...budget, ...stated].map(({ at, of }) => ({ axis, at, label: `limit of ${of}`, tone: 'bad' }))
}
