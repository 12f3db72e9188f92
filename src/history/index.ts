export { openHistory } from './history.ts'
export { targetKey } from './target-key.ts'
export type { History, Metric, TrendPoint, TrendQuery } from './types.ts'
