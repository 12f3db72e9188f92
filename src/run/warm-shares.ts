import type { Plan } from './plan.ts'

/** The warm answers of one start of several: together they are as many as were asked for, so that no limit is judged on fewer. */
export const shareOf = (requests: number, start: number, starts: number): number =>
  Math.floor((requests + start) / starts)

/** Whether every start is measured warm: runs are compared by their starts, and each may be the baseline of a later one. */
export const measuresEachStart = ({ start, spec }: Pick<Plan, 'start' | 'spec'>): boolean =>
  start.command !== 'check' && spec.kind !== 'url'
