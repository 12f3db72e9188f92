import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { after, type Clock } from '../clock.ts'
import type { ThreadAnswer, ThreadJob } from './judge-worker.ts'

export type Judgement = {
  readonly verdict: 'valid' | 'invalid' | 'truncated' | 'not-json' | 'unjudged'
  /** Empty only when valid. */
  readonly reason: string
}

/** How long a foreign schema or pattern may think; ajv itself needs milliseconds, and seconds on a starved machine. */
export const JUDGE_DEADLINE_MS = 10_000
/** Loading ajv in a new thread is not the schema's time, and long on a starved machine. */
const START_DEADLINE_MS = 30_000

/** One thread serves all jobs, one at a time; a killed one is replaced at the next job. */
let thread: Worker | undefined
let queue: Promise<unknown> = Promise.resolve()

/** Judges what a foreign schema or pattern may hang or blow up, in a thread of its own; never rejects. */
export function inThread(
  job: ThreadJob,
  clock: Clock,
  deadlineMs: number = JUDGE_DEADLINE_MS,
): Promise<Judgement> {
  const turn = queue.then(() => ask(job, clock, deadlineMs))
  queue = turn
  return turn
}

async function ask(job: ThreadJob, clock: Clock, deadlineMs: number): Promise<Judgement> {
  const worker = thread ?? (await startThread(clock))
  if (worker === undefined) return { verdict: 'unjudged', reason: "the judge's thread did not start in time" }
  thread = worker
  const { promise, resolve } = Promise.withResolvers<ThreadAnswer>()
  const lost = (reason: string) => resolve({ verdict: 'unjudged', reason })
  const onError = (error: Error) => lost(`the judge's thread died: ${error.message}`)
  const onExit = () => lost("the judge's thread ended")
  using _timer = after(clock, deadlineMs, () => lost(`no verdict within ${deadlineMs} ms`))
  worker.once('message', resolve).once('error', onError).once('exit', onExit)
  worker.postMessage(job)
  const answer = await promise
  worker.off('message', resolve).off('error', onError).off('exit', onExit)
  if (answer.verdict === 'valid') return { verdict: 'valid', reason: '' }
  if (answer.verdict === 'unjudged') await dropThread(worker)
  return answer
}

async function startThread(clock: Clock): Promise<Worker | undefined> {
  // The same extension as this file: .ts in the source tree, .js in the package.
  const url = new URL(`./judge-worker${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(url, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 96 } })
  worker.unref()
  // An idle thread may still die (out of memory while collecting): without a listener that would end the process.
  worker.on('error', () => {})
  const { promise, resolve } = Promise.withResolvers<boolean>()
  using _timer = after(clock, START_DEADLINE_MS, () => resolve(false))
  worker.once('message', () => resolve(true)).once('exit', () => resolve(false))
  if (await promise) return worker
  await worker.terminate()
  return undefined
}

async function dropThread(worker: Worker): Promise<void> {
  if (thread === worker) thread = undefined
  await worker.terminate()
}
