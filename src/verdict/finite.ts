/** The path of the first number in plain data that JSON cannot hold (NaN, Infinity); undefined when all are finite. */
export function firstNonFinite(value: unknown, path = '$'): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : path
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    const found = firstNonFinite(inner, `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}
