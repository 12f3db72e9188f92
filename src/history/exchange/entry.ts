import type { RunRecord } from '../record.ts'
import type { Promotion, TrendAcceptance } from '../types.ts'

/** One thing that a history keeps, as it leaves one history and enters another. */
export type Entry =
  | { readonly kind: 'run'; readonly seal: string; readonly record: RunRecord }
  | ({ readonly kind: 'promotion' } & Promotion)
  | ({ readonly kind: 'acceptance' } & TrendAcceptance)

/** Where in its file an entry stands. */
export type Placed<T> = { readonly line: number; readonly entry: T }

/** Of the lines below it. */
export const FORMAT = { kind: 'infergate-history', format: 1 } as const
