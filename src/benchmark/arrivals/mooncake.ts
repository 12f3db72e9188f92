import { badLength, said, type TraceFormat, type TraceLine } from './trace-format.ts'

const FIELDS = ['timestamp', 'input_length', 'output_length', 'hash_ids']

/**
 * The traces of Mooncake (Qin et al., FAST '25): JSON lines of `timestamp` in milliseconds, `input_length`, `output_length` and, if
 * it likes, `hash_ids`. A line with another field is refused: what else a trace says (a session, a delay after the turn before,
 * seconds for milliseconds) changes what its replay means.
 */
export const mooncake: TraceFormat = {
  recognises: (firstLine) => firstLine.trimStart().startsWith('{'),
  hasHeader: false,
  reader() {
    let first: number | undefined
    return (line) => {
      const entry = parsed(line)
      if (typeof entry === 'string') return entry
      first ??= entry.atMs
      return { ...entry, atMs: entry.atMs - first }
    }
  },
}

function parsed(line: string): TraceLine | string {
  const value = jsonOf(line)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is not a JSON object'
  const { timestamp, input_length, output_length, hash_ids, ...others } = value as Record<string, unknown>
  const unknown = Object.keys(others)[0]
  if (unknown !== undefined)
    return `${JSON.stringify(unknown)} is not a field of a Mooncake trace (${FIELDS.join(', ')})`
  if (!Number.isFinite(timestamp) || Number(timestamp) < 0)
    return `${said('timestamp', timestamp)}: it must be a number of milliseconds, not below 0`
  const bad = badLength('input_length', input_length) ?? badLength('output_length', output_length)
  if (bad !== undefined) return bad
  if (hash_ids !== undefined && !isIds(hash_ids))
    return `${said('hash_ids', hash_ids)}: it must be a list of whole numbers, not below 0`
  return {
    ...{ atMs: Number(timestamp), inputTokens: Number(input_length), outputTokens: Number(output_length) },
    ...(hash_ids !== undefined && { hashIds: hash_ids }),
  }
}

const isIds = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((id) => Number.isSafeInteger(id) && id >= 0)

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
