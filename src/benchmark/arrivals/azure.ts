import { badLength, said, type TraceFormat } from './trace-format.ts'

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens'

/**
 * The LLM inference traces of Azure (Patel et al., ISCA '24; Stojkovic et al., HPCA '25): CSV with exactly these columns. A time has
 * up to nine decimals of a second, where a `Date` has three; one without an offset counts as UTC.
 */
export const azure: TraceFormat = {
  recognises: (firstLine) => firstLine.trim().toLowerCase() === HEADER.toLowerCase(),
  hasHeader: true,
  reader() {
    let first: Moment | undefined
    return (line) => {
      const fields = line.split(',').map((field) => field.trim())
      if (fields.length !== 3) return `it has ${fields.length} columns: expected ${HEADER}`
      const [timestamp = '', context = '', generated = ''] = fields
      const time = momentOf(timestamp)
      if (!time)
        return `${said('TIMESTAMP', timestamp)}: it must be a time such as 2023-11-16 18:17:03.9799600`
      const [inputTokens, outputTokens] = [numberOr(context), numberOr(generated)]
      const bad = badLength('ContextTokens', inputTokens) ?? badLength('GeneratedTokens', outputTokens)
      if (bad !== undefined) return bad
      first ??= time
      // Whole nanoseconds, exact for 104 days: one rounding.
      const atMs = ((time.secondMs - first.secondMs) * 1e6 + time.nanoseconds - first.nanoseconds) / 1e6
      return { atMs, inputTokens: Number(inputTokens), outputTokens: Number(outputTokens) }
    }
  },
}

/** A whole second as milliseconds since 1970, and the nanoseconds after it: one double could not hold both exactly. */
type Moment = { readonly secondMs: number; readonly nanoseconds: number }

const TIME =
  /^(?<date>\d{4}-\d\d-\d\d)[ T](?<clock>\d\d:\d\d:\d\d)(?:\.(?<decimals>\d{1,9}))?(?<offset>Z|[+-]\d\d:\d\d)?$/

function momentOf(text: string): Moment | undefined {
  const { date, clock, decimals = '', offset = 'Z' } = TIME.exec(text)?.groups ?? {}
  const written = Date.parse(`${date}T${clock}Z`)
  // A day such as February 30 becomes another one.
  if (Number.isNaN(written) || !new Date(written).toISOString().startsWith(`${date}T${clock}`))
    return undefined
  const secondMs = Date.parse(`${date}T${clock}${offset}`)
  return Number.isNaN(secondMs) ? undefined : { secondMs, nanoseconds: Number(decimals.padEnd(9, '0')) }
}

/** A plain whole or negative number as one; anything else as it is written, for the reason. */
const numberOr = (text: string): number | string => (/^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text)
