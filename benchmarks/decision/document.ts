import type { BudgetResults } from './budgets.ts'
import { budgetsPage } from './budgets-page.ts'
import { gatePage } from './gate-page.ts'
import type { GatePart } from './gate-part.ts'
import { type MutantResults, mutantsPage } from './mutants-page.ts'
import type { NightResults } from './night.ts'
import { nightPage } from './night-page.ts'
import type { SpeedResults } from './speed.ts'
import { speedPage } from './speed-page.ts'
import type { TcpdResults } from './tcpd.ts'
import { tcpdPage } from './tcpd-page.ts'
import { trendPage } from './trend-page.ts'
import type { TrendResults } from './trend-results.ts'
import type { WatchResults } from './watch.ts'
import { watchPage } from './watch-page.ts'

export type DecisionResults = {
  readonly gate?: GatePart
  readonly night?: NightResults
  readonly watch?: WatchResults
  readonly trend?: TrendResults
  readonly tcpd?: TcpdResults
  readonly speed?: SpeedResults
  readonly budgets?: BudgetResults
  readonly mutants?: MutantResults
}

const INTRODUCTION = [
  '`npm run bench:decision` writes this page from what it simulates and measures (fixtures/decision.json). It says how often the decisions of',
  'infergate are wrong where the truth is known, and how soon they see what is there. A seed gives the same numbers again.',
]

/** docs/statistics.md. */
export function documentOf({
  gate,
  night,
  watch,
  trend,
  tcpd,
  speed,
  budgets,
  mutants,
}: DecisionResults): string {
  const parts = [
    '# Error rates of the decisions',
    '',
    ...INTRODUCTION,
    '',
    ...(gate ? [gatePage(gate)] : []),
    ...(night ? nightPage(night) : []),
    ...(watch ? watchPage(watch) : []),
    ...(trend ? trendPage(trend) : []),
    ...(tcpd ? tcpdPage(tcpd) : []),
    ...(speed ? speedPage(speed) : []),
    ...(budgets ? budgetsPage(budgets) : []),
    ...(mutants ? mutantsPage(mutants) : []),
  ]
  return `${parts.join('\n').trimEnd()}\n`
}
