/** Eight characters or more of which nine in ten are the same one: what a broken kernel says (`!!!!!!!!`). */
export function isOneSymbol(text: string): boolean {
  const symbols = [...text]
  if (symbols.length < 8) return false
  const counts = new Map<string, number>()
  for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1)
  return Math.max(...counts.values()) >= 0.9 * symbols.length
}
