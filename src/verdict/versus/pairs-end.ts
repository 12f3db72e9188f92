import type { Arm, Pair, PairsEnd, VersusRule } from '../../records/index.ts'
import { counted } from '../figures.ts'
import { decidePairs } from './decide-pairs.ts'

/** The first start of an arm that could not be measured to its end while the other arm's could: then it is not the machine. */
export function brokenStart(pairs: readonly Pair[], arm: Arm): { pair: number; why: string } | undefined {
  const other = arm === 'baseline' ? 'candidate' : 'baseline'
  const pair = pairs.find((one) => one[arm].broken !== undefined && one[other].broken === undefined)
  return pair && { pair: pair.index + 1, why: pair[arm].broken ?? '' }
}

/** A pair in which neither start could be measured to its end. */
const brokenPair = (pairs: readonly Pair[]): Pair | undefined =>
  pairs.find(({ baseline, candidate }) => baseline.broken !== undefined && candidate.broken !== undefined)

/** Failed and all requests of the candidate where none of the baseline's failed: no warm request of a service fails. */
export function failsAlone(pairs: readonly Pair[]): readonly [failed: number, asked: number] | undefined {
  const sum = (of: (pair: Pair) => number) => pairs.reduce((total, pair) => total + of(pair), 0)
  const failed = sum(({ candidate }) => candidate.failed)
  if (failed === 0 || sum(({ baseline }) => baseline.failed) > 0) return undefined
  return [failed, sum(({ candidate }) => candidate.requests)]
}

/**
 * Why no more pairs are measured, asked after each of them; undefined: the next one is. Words are asked for at the looks of the rule
 * alone, or each further look would be one more chance of a false one.
 */
export function pairsEnd(pairs: readonly Pair[], rule: VersusRule): PairsEnd | undefined {
  const last = rule.looks.at(-1)?.pairs ?? 0
  const [used, voids] = [pairs.filter((pair) => !pair.void).length, pairs.filter((pair) => pair.void).length]
  const candidate = brokenStart(pairs, 'candidate')
  if (candidate) return { by: 'candidate', reason: `in pair ${candidate.pair} it ${candidate.why}` }
  const alone = failsAlone(pairs)
  if (alone) return { by: 'candidate', reason: `${alone[0]} of its ${counted(alone[1], 'request')} failed` }
  const baseline = brokenStart(pairs, 'baseline')
  if (baseline) return { by: 'baseline', reason: `in pair ${baseline.pair} it ${baseline.why}` }
  const both = brokenPair(pairs)
  if (both)
    return {
      by: 'baseline',
      reason: `in pair ${both.index + 1} neither the baseline nor the candidate could be measured`,
    }
  if (voids > mostVoids(rule))
    return { by: 'voids', reason: `${voids} of ${counted(pairs.length, 'pair')} tell nothing` }
  if (rule.looks.some((look) => look.pairs === used) && !pairs.at(-1)?.void) {
    const { outcome } = decidePairs(pairs, rule)
    if (outcome !== 'open') return { by: 'decided', reason: `${counted(used, 'pair')} showed enough` }
  }
  return used >= last ? { by: 'cap', reason: `no more than ${counted(last, 'pair')} may count` } : undefined
}

/** With more than so many void pairs, the share that may be void is exceeded even if all further pairs count. */
const mostVoids = ({ looks, mostVoids: share }: VersusRule): number =>
  Math.floor((share / (1 - share)) * (looks.at(-1)?.pairs ?? 0) + 1e-9)
