import type { CharSet } from './char-set.ts'

/** A regular expression in the true sense: everything here is a regular language. */
export type Regex =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly items: readonly Regex[] }
  | { readonly kind: 'choice'; readonly options: readonly Regex[] }
  | { readonly kind: 'repeat'; readonly item: Regex; readonly min: number; readonly max: number }
  | { readonly kind: 'at-start' }
  | { readonly kind: 'at-end' }
