import type { Asked, Hooks } from '../hooks.ts'
import type { Reply } from '../http.ts'
import { isDone, isGeneration, type JsonObject, patchJson } from './patch.ts'

type Cache = {
  /** What an answer is stored under, beside its path. */
  readonly key: (asked: Asked) => unknown
  /** Called each time that an answer is given again: what becomes of it, or of each of its events. */
  readonly renew?: () => (part: JsonObject) => JsonObject
}

/** A cache of answers in front of the service: the first good one is given to each later request with its key. */
export function replayCache({ key, renew = () => (part) => part }: Cache): Partial<Hooks> {
  const [replies, streams] = [new Map<string, Reply>(), new Map<string, readonly string[]>()]
  const nameOf = (asked: Asked) => `${asked.path} ${JSON.stringify(key(asked))}`
  return {
    reply: (reply, asked) => {
      if (!isGeneration(asked.path) || reply.status !== 200) return reply
      const stored = replies.get(nameOf(asked))
      if (stored) return patchJson(stored, renew())
      replies.set(nameOf(asked), reply)
      return reply
    },
    stream: (stream, asked) => {
      const stored = streams.get(nameOf(asked))
      return {
        ...stream,
        events: stored
          ? again(stored, renew())
          : keep(stream.events, (all) => streams.set(nameOf(asked), all)),
      }
    },
  }
}

async function* again(
  events: readonly string[],
  change: (part: JsonObject) => JsonObject,
): AsyncGenerator<string> {
  for (const event of events) yield isDone(event) ? event : JSON.stringify(change(JSON.parse(event)))
}

async function* keep(
  events: AsyncIterable<string>,
  whole: (all: readonly string[]) => void,
): AsyncGenerator<string> {
  const all: string[] = []
  for await (const event of events) {
    all.push(event)
    yield event
  }
  whole(all)
}
