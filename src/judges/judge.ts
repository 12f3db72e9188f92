import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { JsonSchema } from '../records/index.ts'
import { scanJson } from './scan-json.ts'
import type { SchemaAnswer, SchemaJob } from './schema-worker.ts'
import { parseStrictJson } from './strict-json.ts'

export type Judgement = {
  readonly verdict: 'valid' | 'invalid' | 'truncated' | 'not-json' | 'unjudged'
  /** Empty only when valid. */
  readonly reason: string
}

/** How long a foreign schema or pattern may think; ajv itself needs milliseconds, and seconds on a starved machine. */
const JUDGE_DEADLINE_MS = 10_000
/** Loading ajv in a new thread is not the schema's time, and long on a starved machine. */
const START_DEADLINE_MS = 30_000
/** ajv overflows its stack at depth 800 and at 5,000 properties; real schemas stay far below these. */
const MAX_SCHEMA_DEPTH = 100
const MAX_SCHEMA_KEYS = 2_000

/**
 * Whether a text is JSON that the schema allows. Raw scan first, then a strict parse, then ajv in a thread that is killed
 * when late. `truncated`: a prefix of JSON, as an honest `length` leaves it. `unjudged`: the judge could not tell.
 */
export async function judgeJson(text: string, schema: JsonSchema): Promise<Judgement> {
  const scan = scanJson(text)
  if (scan.ending === 'truncated') return { verdict: 'truncated', reason: scan.reason }
  if (scan.ending === 'malformed') return { verdict: 'not-json', reason: scan.reason }
  const strict = parseStrictJson(text)
  if (!strict.ok) return { verdict: 'not-json', reason: strict.message }
  const schemaText = JSON.stringify(schema)
  const size = schemaSize(schemaText)
  if (size.depth > MAX_SCHEMA_DEPTH || size.keys > MAX_SCHEMA_KEYS)
    return {
      verdict: 'unjudged',
      reason: `the schema is too large to judge: depth ${size.depth}, ${size.keys} keys`,
    }
  return inThread({ kind: 'schema', schemaText, text }, JUDGE_DEADLINE_MS)
}

/** Whether the whole text matches a pattern (JavaScript's `u` syntax), judged in a thread that is killed when late. */
export function judgePattern(
  text: string,
  pattern: string,
  deadlineMs = JUDGE_DEADLINE_MS,
): Promise<Judgement> {
  return inThread({ kind: 'pattern', pattern, text }, deadlineMs)
}

/** Counted on the text, because walking a hostile object could already overflow. */
function schemaSize(text: string): { depth: number; keys: number } {
  let [depth, deepest, keys, inString] = [0, 0, 0, false]
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (inString && character === '\\') at += 1
    else if (character === '"') inString = !inString
    else if (inString) continue
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth)
    else if (character === '}' || character === ']') depth -= 1
    else if (character === ':') keys += 1
  }
  return { depth: deepest, keys }
}

/** One thread serves all jobs, one at a time; a killed one is replaced at the next job. */
let thread: Worker | undefined
let queue: Promise<unknown> = Promise.resolve()

function inThread(job: SchemaJob, deadlineMs: number): Promise<Judgement> {
  const turn = queue.then(() => ask(job, deadlineMs))
  queue = turn
  return turn
}

async function ask(job: SchemaJob, deadlineMs: number): Promise<Judgement> {
  thread ??= await startThread()
  const worker = thread
  const { promise, resolve } = Promise.withResolvers<SchemaAnswer>()
  const lost = (reason: string) => resolve({ verdict: 'unjudged', reason })
  const onError = (error: Error) => lost(`the judge's thread died: ${error.message}`)
  const onExit = () => lost("the judge's thread ended")
  const timer = setTimeout(() => lost(`no verdict within ${deadlineMs} ms`), deadlineMs)
  worker.once('message', resolve).once('error', onError).once('exit', onExit)
  worker.postMessage(job)
  const answer = await promise
  clearTimeout(timer)
  worker.off('message', resolve).off('error', onError).off('exit', onExit)
  if (answer.verdict === 'valid') return { verdict: 'valid', reason: '' }
  if (answer.verdict === 'unjudged') await dropThread(worker)
  return answer
}

async function startThread(): Promise<Worker> {
  // The same extension as this file: .ts in the source tree, .js in the package.
  const url = new URL(`./schema-worker${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(url, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 96 } })
  worker.unref()
  // An idle thread may still die (out of memory while collecting): without a listener that would end the process.
  worker.on('error', () => {})
  const { promise: loaded, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, START_DEADLINE_MS)
  worker.once('message', () => resolve()).once('exit', () => resolve())
  await loaded
  clearTimeout(timer)
  return worker
}

async function dropThread(worker: Worker): Promise<void> {
  if (thread === worker) thread = undefined
  await worker.terminate()
}
