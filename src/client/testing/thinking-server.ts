import { startOnLoopback } from '../../../testing/loopback.ts'

export type Thinking = {
  /** Where the thought goes: fields of either name, tags, tags whose opening was a part of the prompt, or nowhere. */
  readonly as: 'reasoning' | 'reasoning_content' | 'tags' | 'unopened' | 'none'
  /** Words of a thought. */
  readonly words?: number
  /** The template heeds `enable_thinking`. */
  readonly heedsOff?: true
  /** All of an answer stands in the reasoning, and nothing in its content. */
  readonly neverAnswers?: true
  /** What a constraint does on the plain route; absent: there is none. */
  readonly plain?: 'binds' | 'waits' | 'drops'
}

type Body = {
  readonly prompt?: string
  readonly max_tokens: number
  readonly chat_template_kwargs?: { readonly enable_thinking?: boolean }
  readonly response_format?: { readonly json_schema?: { readonly schema: Schema } }
}
type Schema = { readonly properties: Readonly<Record<string, { readonly const?: string }>> }

const ANSWER = 'Hello, Anna! How are you?'

/** A service whose model thinks first on the chat route, a word a token; what it was asked there is kept. Tests only. */
export async function startThinkingServer(thinking: Thinking) {
  const bodies: Body[] = []
  const server = await startOnLoopback(async (request, response) => {
    const say = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const body: Body = JSON.parse(Buffer.concat(await request.toArray()).toString() || '{}')
    if (request.url === '/v1/completions' && thinking.plain)
      return say(200, answerOf({ text: plainText(thinking.plain, body) }, 4, 'stop'))
    if (request.url !== '/v1/chat/completions') return say(404, { detail: 'Not Found' })
    bodies.push(body)
    say(200, think(thinking, body))
  })
  return { ...server, bodies }
}

function think({ as, words = 12, heedsOff, neverAnswers }: Thinking, body: Body): object {
  const thinks = as !== 'none' && !(heedsOff && body.chat_template_kwargs?.enable_thinking === false)
  const thought = thinks ? Array<string>(words).fill('well') : []
  const all = [...thought, ...(boundText(body) ?? ANSWER).split(' ')]
  const said = all.slice(0, body.max_tokens)
  const own = neverAnswers ? all.length : thought.length
  const [before, after] = [said.slice(0, own).join(' '), said.slice(own).join(' ')]
  const message = thinks ? thoughtful(as, before, after, said.length > own) : { content: after }
  return answerOf({ message }, said.length, said.length < all.length ? 'length' : 'stop')
}

function thoughtful(as: Thinking['as'], thought: string, answer: string, hasEnded: boolean): object {
  if (as === 'reasoning' || as === 'reasoning_content') return { [as]: thought, content: answer || null }
  const opened = `${as === 'tags' ? '<think>' : ''}${thought}`
  return { content: hasEnded ? `${opened}</think>\n\n${answer}` : opened }
}

/** On a route without turns: nothing but the end of a thought in the prompt tells that there was one. */
function plainText(how: NonNullable<Thinking['plain']>, body: Body): string {
  const binds = how === 'binds' || (how === 'waits' && body.prompt?.endsWith('</think>'))
  return (binds ? boundText(body) : undefined) ?? 'Once upon a time.'
}

/** The text that the schema of a request allows: its constants, or a number. */
function boundText({ response_format }: Body): string | undefined {
  const properties = response_format?.json_schema?.schema.properties
  if (!properties) return undefined
  return JSON.stringify(
    Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, schema.const ?? 1])),
  )
}

const answerOf = (choice: object, tokens: number, finish_reason: string): object => ({
  choices: [{ index: 0, ...choice, finish_reason }],
  usage: { prompt_tokens: 5, completion_tokens: tokens, total_tokens: 5 + tokens },
})
