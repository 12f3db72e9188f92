/** How figures stand in sentences: three significant digits, a unit, no exponent. */

export function milliseconds(ms: number): string {
  return ms < 1_000 ? `${significant(ms)} ms` : `${significant(ms / 1_000)} s`
}

export function percent(share: number): string {
  return `${significant(100 * share)} %`
}

/** `3 checks`, `1 check`. */
export function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}

/** The first few of a list, and how many more there are. */
export function firstOf(items: readonly string[], shown = 5): string {
  const rest = items.length - shown
  return rest > 0 ? `${items.slice(0, shown).join(', ')} and ${rest} more` : items.join(', ')
}

const THREE_DIGITS = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

export const significant = (value: number): string => THREE_DIGITS.format(value)
