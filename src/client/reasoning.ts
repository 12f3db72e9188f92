import { scanJson } from '../judges/index.ts'
import type { Completed, GenerationRequest, Reasoning, Reply } from '../records/index.ts'
import type { CallOptions, Client } from './client.ts'
import { apart, longestThought, splitThought } from './thinking.ts'

/** Tokens of the first look: a model that does not think has said hello by then. One that still speaks gets the second. */
const LOOKS = [64, 512]
/** A thought is looked for up to here; who thinks longer over a hello is for the check of it. */
const LONGEST = 8_192
/** Each look may take this long, and a model that thinks is asked a few times. */
const LOOK_MS = 30_000
const PROMPTS = ['Say hello.', 'What is the capital of Italy?', 'Tell me a story.']

/** How services are asked not to think: vLLM's and SGLang's templates by their kind, and the effort of OpenAI's wire. */
const OFF: readonly Readonly<Record<string, unknown>>[] = [
  { chat_template_kwargs: { enable_thinking: false } },
  { chat_template_kwargs: { thinking: false } },
  { reasoning_effort: 'none' },
]

type Ask = (request: Partial<GenerationRequest>) => Promise<Completed | undefined>

/** Whether the model thinks before it answers on the chat route, how long, and whether it can be asked not to. */
export async function findReasoning(
  client: Client,
  models: Reply | undefined,
  call: CallOptions,
): Promise<Reasoning | undefined> {
  if (!client.has('chat')) return undefined
  const ask: Ask = async (request) => {
    const asked = { prompt: 'Say hello.', route: 'chat', temperature: 0, maxTokens: 64, ...request } as const
    const answer = await client.generate(asked, { ...call, timeoutMs: LOOK_MS })
    return answer.outcome === 'completed' ? answer : undefined
  }
  const where = await findThought(ask)
  if (where === undefined) return undefined
  const room = longestThought(Math.min(LONGEST, contextOf(models) / 2))
  const tokens = Math.min(room, await measureThought(ask, where, room))
  const off = await findOff(ask, tokens)
  const constraintsWait = where === 'field' ? await whyConstraintsWait(client, ask) : undefined
  return {
    where,
    tokens,
    ...(off && { off }),
    ...(constraintsWait !== undefined && { constraintsWait }),
  }
}

async function findThought(ask: Ask): Promise<Reasoning['where'] | undefined> {
  for (const maxTokens of LOOKS) {
    const answer = await ask({ maxTokens })
    if (!answer) return undefined
    if (answer.reasoning) return 'field'
    if (splitThought(answer.text)) return 'tags'
    // Without its opening tag a thought is known by its end alone.
    if (answer.finishReason !== 'length') return undefined
  }
  return undefined
}

/** The longest of a few thoughts in tokens; at least what was allowed where one did not end. */
async function measureThought(ask: Ask, where: Reasoning['where'], room: number): Promise<number> {
  const thoughts: number[] = []
  for (const prompt of PROMPTS)
    for (let maxTokens = Math.min(128, room); ; maxTokens = Math.min(4 * maxTokens, room)) {
      const answer = await ask({ prompt, maxTokens })
      if (!answer) break
      thoughts.push(thoughtTokens(answer))
      // Without its opening tag a thought that was cut looks like an answer.
      const hasEnded = where === 'field' ? answer.text !== '' : splitThought(answer.text)?.text
      if (hasEnded || answer.finishReason !== 'length' || maxTokens >= room) break
    }
  return Math.max(1, ...thoughts)
}

/** Usage counts thoughts with the rest: their share of the characters is their share of the tokens. */
function thoughtTokens(answer: Completed): number {
  const { text, reasoning = '' } = apart(answer)
  const characters = text.length + reasoning.length
  const tokens = answer.usage?.completionTokens ?? characters / 3
  return Math.ceil((tokens * reasoning.length) / Math.max(1, characters)) + 2
}

/** The first way of asking for no thought that gets answers without one, both times. */
async function findOff(ask: Ask, tokens: number): Promise<Reasoning['off']> {
  for (const wire of OFF) {
    const maxTokens = 2 * tokens + 64
    const answers = await Promise.all(PROMPTS.slice(0, 2).map((prompt) => ask({ prompt, maxTokens, wire })))
    if (answers.every((answer) => answer && isPlain(answer))) return wire
  }
  return undefined
}

const isPlain = ({ text, reasoning, finishReason }: Completed): boolean =>
  text.trim() !== '' && !reasoning && !splitThought(text) && finishReason !== 'length'

const SCHEMA = {
  type: 'object',
  properties: { n: { type: 'integer', minimum: 0, maximum: 9 } },
  required: ['n'],
  additionalProperties: false,
}

/**
 * On the plain route nothing tells a model to think, yet vLLM, with a reasoning parser, holds a constraint back until it reads
 * the end of a thought. Shown by the same request with that end in its prompt, which binds.
 */
async function whyConstraintsWait(client: Client, ask: Ask): Promise<string | undefined> {
  if (!client.has('generate')) return undefined
  const constraint = { kind: 'json-schema', schema: SCHEMA } as const
  const held = (prompt: string) => ask({ route: 'generate', prompt, maxTokens: 48, constraint })
  const [free, ended] = [await held('Tell me a story.'), await held('Tell me a story.</think>')]
  if (!free || !ended || isObject(free.text) || !isObject(ended.text)) return undefined
  return (
    `on /v1/completions the constraint waits for </think>: held to a JSON Schema, the answer is ` +
    `${JSON.stringify(free.text.slice(0, 60))}; with </think> at the end of the prompt it is ${JSON.stringify(ended.text.slice(0, 60))}`
  )
}

const isObject = (text: string): boolean =>
  text.trimStart().startsWith('{') && scanJson(text).ending === 'complete'

function contextOf(models: Reply | undefined): number {
  const listed: unknown = models?.outcome === 'completed' ? Object(models.json).data : undefined
  const lengths = (Array.isArray(listed) ? listed : []).flatMap((entry) => {
    const length: unknown = Object(entry).max_model_len
    return typeof length === 'number' && length > 0 ? [length] : []
  })
  return Math.min(...lengths, Number.POSITIVE_INFINITY)
}
