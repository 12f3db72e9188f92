/** What a line of a trace says; `atMs` counts from the first entry of the file. */
export type TraceLine = {
  readonly atMs: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly hashIds?: readonly number[]
}

/** One form of trace files. */
export type TraceFormat = {
  /** Whether a file with this first line has the form. */
  recognises(firstLine: string): boolean
  /** Whether its first line names the columns. */
  readonly hasHeader: boolean
  /** Reads the lines of one file in order: each is an entry, or a reason why it is none. */
  reader(): (line: string) => TraceLine | string
}

/** Far above the longest context that any model has: a larger one is a slipped column or unit. */
const MOST_TOKENS = 10_000_000

/** Why a value is no number of tokens that can be asked for; undefined where it is one. */
export const badLength = (name: string, value: unknown): string | undefined =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MOST_TOKENS
    ? undefined
    : `${said(name, value)}: it must be a whole number from 1 to ${MOST_TOKENS}`

/** `name is value`, short enough for a line. */
export function said(name: string, value: unknown): string {
  if (value === undefined || value === '') return `${name} is missing`
  const text = typeof value === 'number' ? `${value}` : JSON.stringify(value)
  return `${name} is ${text.length > 40 ? `${text.slice(0, 40)}…` : text}`
}
