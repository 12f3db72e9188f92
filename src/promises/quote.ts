/** A text inside a sentence: escaped, so that control characters show, and cut. */
export function quote(text: string, limit = 120): string {
  return JSON.stringify(text.length <= limit ? text : `${text.slice(0, limit)}…`)
}

/** Any value inside a sentence, as JSON has it, cut; `absent` where there is none. */
export function quoteValue(value: unknown, limit = 120): string {
  if (value === undefined) return 'absent'
  if (typeof value === 'string') return quote(value, limit)
  const json = JSON.stringify(value)
  return json.length <= limit ? json : `${json.slice(0, limit)}…`
}
