import { createParser } from 'eventsource-parser'
import type { Completed } from '../records/index.ts'

/** One token as `logprobs` lists it, and those that it lists beside it. Nothing of it is known to be of the right type. */
export type ListedToken = {
  /** A text, or `token_id:` and its id where vLLM was asked for that. */
  readonly token: string
  readonly logprob: unknown
  readonly id?: number
  readonly bytes?: readonly number[]
  /** Absent: no list. */
  readonly top?: readonly Omit<ListedToken, 'top'>[]
}

/** A choice as it stands on OpenAI's wire, of a whole answer or put together from a stream. */
export type Choice = {
  readonly index: number
  readonly text: string
  readonly reasoning: string
  /** In order of arrival; a good choice has one. */
  readonly finishReasons: readonly string[]
  readonly stopReason?: unknown
  readonly promptLogprobs?: unknown
  /** Absent: `logprobs` is null or not there. */
  readonly tokens?: readonly ListedToken[]
  /** Lists of `logprobs` that should be as long as each other and are not. */
  readonly uneven?: string
}

/** All choices of an answer by their index, also where two say that they have the same. */
export function choicesOf(answer: Completed): readonly Choice[] {
  if (answer.stream === undefined) return listOf(answer.json).map(readChoice)
  const found = new Map<number, Choice[]>()
  for (const event of eventsOf(answer))
    for (const choice of listOf(event).map(readChoice))
      found.set(choice.index, [...(found.get(choice.index) ?? []), choice])
  return [...found].toSorted(([a], [b]) => a - b).map(([, parts]) => joined(parts))
}

/** The JSON of a stream's events; what is none is left out. */
function eventsOf({ body = '' }: Completed): readonly unknown[] {
  const events: unknown[] = []
  const parser = createParser({
    onEvent({ data }) {
      try {
        events.push(JSON.parse(data))
      } catch {
        // `[DONE]`; anything else has failed the answer already.
      }
    },
  })
  parser.feed(body)
  return events
}

const listOf = (body: unknown): readonly Wire[] => {
  const choices: unknown = Object(body).choices
  return Array.isArray(choices) ? choices.map(Object) : []
}

type Wire = Readonly<Record<string, unknown>>

function readChoice(wire: Wire): Choice {
  const said = Object(wire['message'] ?? wire['delta'])
  const { tokens, uneven } = readLogprobs(Object(wire['logprobs']))
  const reason = wire['finish_reason']
  return {
    index: typeof wire['index'] === 'number' ? wire['index'] : 0,
    text: textOf(wire['text'] ?? said.content),
    reasoning: textOf(said.reasoning ?? said.reasoning_content),
    finishReasons: typeof reason === 'string' && reason !== '' ? [reason] : [],
    ...(wire['stop_reason'] != null && { stopReason: wire['stop_reason'] }),
    ...(wire['prompt_logprobs'] != null && { promptLogprobs: wire['prompt_logprobs'] }),
    ...(tokens && { tokens }),
    ...(uneven !== undefined && { uneven }),
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function joined(parts: readonly Choice[]): Choice {
  const tokens = parts.flatMap((part) => part.tokens ?? [])
  const stopReason = parts.find((part) => part.stopReason !== undefined)?.stopReason
  const uneven = parts.find((part) => part.uneven !== undefined)?.uneven
  return {
    index: parts[0]?.index ?? 0,
    text: parts.map(({ text }) => text).join(''),
    reasoning: parts.map(({ reasoning }) => reasoning).join(''),
    finishReasons: parts.flatMap(({ finishReasons }) => finishReasons),
    ...(stopReason !== undefined && { stopReason }),
    ...(parts.some((part) => part.tokens) && { tokens }),
    ...(uneven !== undefined && { uneven }),
  }
}

type Read = Pick<Choice, 'tokens' | 'uneven'>

/** Chat lists objects; completions has lists side by side, and a list of alternatives is an object by token there. */
function readLogprobs(logprobs: Wire): Read {
  const { content, tokens, token_logprobs: values, top_logprobs: tops } = logprobs
  if (Array.isArray(content)) return { tokens: content.map(Object).map(readListed) }
  if (!Array.isArray(tokens) || !Array.isArray(values)) return {}
  const top = Array.isArray(tops) ? tops : []
  const uneven =
    values.length !== tokens.length || (top.length > 0 && top.length !== tokens.length)
      ? `${tokens.length} tokens, ${values.length} token_logprobs, ${top.length} top_logprobs`
      : undefined
  return {
    tokens: tokens.map((token, at) => ({
      ...named(token),
      logprob: values[at],
      ...(top[at] != null && {
        top: Object.entries(top[at]).map(([name, logprob]) => ({ ...named(name), logprob })),
      }),
    })),
    ...(uneven !== undefined && { uneven }),
  }
}

const readListed = (wire: Wire): ListedToken => ({
  ...readOne(wire),
  ...(Array.isArray(wire['top_logprobs']) && { top: wire['top_logprobs'].map(Object).map(readOne) }),
})

const readOne = (wire: Wire) => ({
  ...named(wire['token'], wire['id']),
  logprob: wire['logprob'],
  ...(Array.isArray(wire['bytes']) && { bytes: wire['bytes'] }),
})

/** llama.cpp says the id beside the token. */
function named(token: unknown, id?: unknown): Pick<ListedToken, 'token' | 'id'> {
  const name = textOf(token)
  const said = /^token_id:(\d+)$/.exec(name)?.[1]
  if (said !== undefined) return { token: name, id: Number(said) }
  return { token: name, ...(typeof id === 'number' && { id }) }
}
