import { isObject } from '../fields.ts'
import type { Hooks } from '../hooks.ts'
import type { Reply, Stream } from '../http.ts'
import type { Job, Output } from '../job.ts'

export type JsonObject = Record<string, unknown>

const GENERATION_PATHS = ['/v1/completions', '/v1/chat/completions', '/v1/responses', '/generate_api']

export const isGeneration = (path: string): boolean => GENERATION_PATHS.includes(path)

/** The reply with its JSON object changed; anything else goes through as it is. */
export function patchJson(reply: Reply, change: (body: JsonObject) => JsonObject): Reply {
  if (!reply.headers['content-type']?.includes('json')) return reply
  const body: unknown = JSON.parse(reply.body)
  return isObject(body) ? { ...reply, body: JSON.stringify(change(body)) } : reply
}

/** The stream with each event changed, multiplied or dropped. */
export function patchEvents(
  stream: Stream,
  change: (event: string, index: number) => readonly string[],
): Stream {
  return {
    ...stream,
    events: (async function* () {
      let index = 0
      for await (const event of stream.events) yield* change(event, index++)
    })(),
  }
}

export const isDone = (event: string): boolean => event === '[DONE]'

/** A chunk's JSON with its choices changed; `[DONE]`, errors and the usage chunk stay. */
export function patchChoices(event: string, change: (choice: JsonObject) => JsonObject): string {
  if (isDone(event)) return event
  const chunk = JSON.parse(event) as JsonObject
  const choices = chunk['choices']
  if (!Array.isArray(choices)) return event
  return JSON.stringify({ ...chunk, choices: choices.map(change) })
}

/** A choice of either route with its text changed. */
export function patchText(choice: JsonObject, change: (text: string) => string): JsonObject {
  if (typeof choice['text'] === 'string') return { ...choice, text: change(choice['text']) }
  for (const holder of ['delta', 'message']) {
    const inner = choice[holder]
    if (isObject(inner) && typeof inner['content'] === 'string')
      return { ...choice, [holder]: { ...inner, content: change(inner['content']) } }
  }
  return choice
}

/** An `outputs` hook that changes each output of the jobs that it applies to. */
export const eachOutput = (
  change: (output: Output) => Output,
  applies: (job: Job) => boolean = () => true,
): Pick<Hooks, 'outputs'> => ({
  outputs: (outputs, job) => (applies(job) ? mapOutputs(outputs, change) : outputs),
})

async function* mapOutputs(outputs: AsyncIterable<Output>, change: (output: Output) => Output) {
  for await (const output of outputs) yield change(output)
}

/** A `job` hook that changes how tokens are drawn. */
export const withSampling = (change: (sampling: Job['sampling']) => Job['sampling']): Pick<Hooks, 'job'> => ({
  job: (job) => ({ ...job, sampling: change(job.sampling) }),
})

/** Resolves never; rejects when the client leaves. */
export const hang = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
