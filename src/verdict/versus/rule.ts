import type { ComparedMetric, VersusRule } from '../../records/index.ts'

const MEDIAN = 0.05
const TAIL = 0.1

/** In the order of their weight. */
const MARGINS: VersusRule['margins'] = {
  ttftMsP50: MEDIAN,
  tpotMsP50: MEDIAN,
  e2eMsP50: MEDIAN,
  outputTokensPerSecond: MEDIAN,
  coldStartMs: TAIL,
  ttftMsP99: TAIL,
  tpotMsP99: TAIL,
  e2eMsP99: TAIL,
  ttftMsP90: TAIL,
  tpotMsP90: TAIL,
  e2eMsP90: TAIL,
}

/** From night to night a service that nobody changed moves by about 3 %, its tails and cold starts more. */
const DRIFT = Object.fromEntries(
  Object.entries(MARGINS).map(([metric, margin]) => [metric, margin === MEDIAN ? 0.03 : 0.05]),
)

/** docs/statistics.md holds the error rates that these come to. */
export const DEFAULT_RULE: VersusRule = {
  margins: MARGINS,
  mostGated: 8,
  errorMargin: 0.02,
  alphaFail: 0.01,
  alphaPass: 0.05,
  looks: [
    { pairs: 7, fail: 0, pass: 0.2 },
    { pairs: 10, fail: 0.4, pass: 0.3 },
    { pairs: 20, fail: 0.6, pass: 0.5 },
  ],
  mostVoids: 0.2,
  assumedDrift: DRIFT,
}

/** The same rule where at most so many pairs will be measured: what later looks would have spent is spent at the last one, which may come later too. */
export function withinPairs(rule: VersusRule, most: number): VersusRule {
  const before = rule.looks.slice(0, -1).filter(({ pairs }) => pairs < most)
  const spent = (kind: 'fail' | 'pass') => before.reduce((sum, look) => sum + look[kind], 0)
  return { ...rule, looks: [...before, { pairs: most, fail: 1 - spent('fail'), pass: 1 - spent('pass') }] }
}

/** What may be spent on so many pairs. Between two looks it is the later one's share: the pairs ended early, and no look follows. */
export function lookAt(rule: VersusRule, pairs: number): { alphaFail: number; alphaPass: number } {
  const look = rule.looks.find((one) => one.pairs >= pairs) ?? rule.looks.at(-1)
  return { alphaFail: rule.alphaFail * (look?.fail ?? 1), alphaPass: rule.alphaPass * (look?.pass ?? 1) }
}

const TAILS = /P9[09]$/

/**
 * The metrics that decide: each that is measured at all, and of each time the highest tail that every start has requests enough for. `hasAny` and `hasAll`
 * say in how many starts a metric is known.
 */
export function gatedMetrics(
  rule: VersusRule,
  { hasAny, hasAll }: Record<'hasAny' | 'hasAll', (metric: ComparedMetric) => boolean>,
): readonly ComparedMetric[] {
  const taken = new Set<string>()
  const gated = (Object.keys(rule.margins) as ComparedMetric[]).filter((metric) => {
    if (!TAILS.test(metric)) return hasAny(metric)
    const time = metric.replace(TAILS, '')
    if (taken.has(time) || !hasAll(metric)) return false
    taken.add(time)
    return true
  })
  return gated.slice(0, rule.mostGated)
}
