/** Eight characters or more of which nine in ten are the same one: what a broken kernel says (`!!!!!!!!`). */
export function isOneSymbol(text: string): boolean {
  const symbols = [...text]
  if (symbols.length < 8) return false
  const counts = new Map<string, number>()
  for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1)
  return Math.max(...counts.values()) >= 0.9 * symbols.length
}

/** The longest run of one symbol, the first of several; white space ends a run, because indentation is none. */
export function longestRun(text: string): { readonly symbol: string; readonly count: number } {
  const runs = [...text.matchAll(/(\S)\1*/gu)].map(([run, symbol = '']) => ({
    symbol,
    count: [...run].length,
  }))
  return runs.reduce((longest, run) => (run.count > longest.count ? run : longest), { symbol: '', count: 0 })
}
