import type { ComparedMetric, Policy, VersusRule } from '../../records/index.ts'
import { DEFAULT_RULE } from './rule.ts'

/** The rule of a policy: what it names comes first, so that it is gated, then the defaults that it does not take out. */
export function ruleOf({ regression = {} }: Pick<Policy, 'regression'>): VersusRule {
  const stated = Object.entries(regression) as [ComparedMetric, number | false][]
  const own = stated.filter((one): one is [ComparedMetric, number] => one[1] !== false)
  const rest = Object.entries(DEFAULT_RULE.margins).filter(([metric]) => !(metric in regression))
  return { ...DEFAULT_RULE, margins: Object.fromEntries([...own, ...rest]) }
}
