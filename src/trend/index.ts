export { acceptedBaseline, type Known } from './accepted-baseline.ts'
export { analyse, type TrendOptions } from './analyse.ts'
export { incidents } from './incidents.ts'
