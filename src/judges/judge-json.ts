import { type Clock, systemClock } from '../clock.ts'
import type { JsonSchema } from '../records/index.ts'
import { inThread, type Judgement } from './judge-thread.ts'
import { scanJson } from './scan-json.ts'

/** ajv overflows its stack at depth 800 and at 5,000 properties; real schemas stay far below these. */
const MAX_SCHEMA_DEPTH = 100
const MAX_SCHEMA_KEYS = 2_000

/**
 * Whether a text is JSON that the schema allows: scanned strictly, then held to the schema by ajv in a thread that is killed
 * when late. `truncated`: a prefix of JSON, as an honest `length` leaves it. `unjudged`: the judge could not tell.
 */
export async function judgeJson(
  text: string,
  schema: JsonSchema,
  clock: Clock = systemClock,
): Promise<Judgement> {
  const scan = scanJson(text, { repeatedKeys: 'told' })
  if (scan.ending === 'truncated') return { verdict: 'truncated', reason: scan.reason }
  if (scan.ending === 'malformed') return { verdict: 'not-json', reason: scan.reason }
  const schemaText = JSON.stringify(schema)
  const tooLarge = tooLargeToCompile(schemaText)
  if (tooLarge !== undefined) return { verdict: 'unjudged', reason: tooLarge }
  return inThread({ kind: 'schema', schemaText, text, repeated: scan.repeated ?? [] }, clock)
}

/** Measured on the text, because walking a hostile object could already overflow. */
function tooLargeToCompile(schemaText: string): string | undefined {
  const scan = scanJson(schemaText)
  if (scan.ending !== 'complete') return `the schema is no JSON: ${scan.reason}`
  const { depth, keys } = scan
  if (depth <= MAX_SCHEMA_DEPTH && keys <= MAX_SCHEMA_KEYS) return undefined
  return `the schema is too large to judge: depth ${depth}, ${keys} keys`
}
