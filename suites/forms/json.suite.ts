import {
  type CheckTools,
  type Completed,
  completed,
  contextTokens,
  type GeneratingRoute,
  type GenerationRequest,
  inParallel,
  onRoute,
  promise,
  quote,
  routesOf,
} from '#infergate'
import { COUNTED, promptTokensOf, taken } from './story.ts'

type Body = Readonly<Record<string, unknown>>

/** Of several scripts, with what JSON has to escape. */
const PROMPT = 'Zoë asks: "Größe in 東京?" 😀 \\ d’accord'
/** Tokens that one of these may be, each byte for itself. */
const PROMPT_TOKENS = 64
const LONGEST = 24

const escaped = (text: string): string =>
  `"${[...text]
    .flatMap((character) =>
      Array.from({ length: character.length }, (_, index) => character.charCodeAt(index)),
    )
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('')}"`

/** All keys of all objects in the opposite order. */
const turned = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, turned(inner)] as const)
      .reverse(),
  )
}

/** One request in other bytes: JSON and HTTP mean the same by them. */
const SPELLINGS: Readonly<Record<string, (prompt: string) => Partial<GenerationRequest>>> = {
  'escapes of JSON (\\u0041 for A)': (prompt) => ({
    written: (body: Body) => JSON.stringify(body).replace(JSON.stringify(prompt), () => escaped(prompt)),
  }),
  'keys in another order': () => ({ written: (body: Body) => JSON.stringify(turned(body)) }),
  'white space between the fields': () => ({
    written: (body: Body) => `\n${JSON.stringify(body, null, '\t')}\r\n`,
  }),
  'a content type with its charset': () => ({
    headers: { 'content-type': 'application/json; charset=utf-8' },
  }),
  'accept: */*': () => ({ headers: { accept: '*/*' } }),
  'accept of two kinds': () => ({ headers: { accept: 'application/json, text/event-stream' } }),
}

promise('forms.reads-json-alike', {
  says: 'the same request in other bytes (escapes, key order, white space, headers) is read as the same prompt',
  needs: ['usage'],
  async check(tools) {
    const { service, inCase } = tools
    const spellings = Object.entries(SPELLINGS)
    const context = (await contextTokens(service)) ?? 0
    const repeats = Math.max(1, Math.min(LONGEST, Math.floor(context / 4 / PROMPT_TOKENS)))
    const prompt = Array.from({ length: repeats }, () => PROMPT).join(' ')
    for (const route of routesOf(service)) {
      const request = { ...COUNTED, prompt, route, ...echoOf(tools, route) }
      const plain = await service.answer(request)
      await inParallel(spellings.length, 4, async (index) => {
        const [name, spelled] = spellings[index] ?? ['the same bytes', () => ({})]
        await inCase(onRoute(service, name, route), async () =>
          readsAlike(tools, name, { ...request, ...spelled(prompt) }, plain),
        )
      })
    }
  },
})

async function readsAlike(
  tools: CheckTools,
  name: string,
  request: GenerationRequest,
  plain: Completed,
): Promise<void> {
  const { service, verify } = tools
  const generation = await service.generate(request)
  // JSON is JSON; of headers a service may be particular.
  const answer = request.written
    ? completed(generation, `the same request with ${name}`)
    : taken(tools, name, generation)
  // What was read says more than its count.
  const read = answer.text.slice(0, request.prompt.length)
  verify(
    request.wire === undefined || read === request.prompt,
    `with ${name} the prompt was read as ${quote(read)}, sent was ${quote(request.prompt)}`,
    answer,
  )
  const [was, is] = [promptTokensOf(tools, plain), promptTokensOf(tools, answer)]
  verify(
    is === was,
    `the same request with ${name} counts ${is} prompt tokens, and ${was} without`,
    plain,
    answer,
  )
}

/** What vLLM read, it can say back. */
const echoOf = ({ service }: CheckTools, route: GeneratingRoute): { wire?: Body } =>
  service.profile.engine === 'vllm' && route === 'generate' ? { wire: { echo: true } } : {}
