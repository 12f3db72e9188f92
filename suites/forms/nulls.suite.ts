import {
  type Alikeness,
  type CheckTools,
  type Completed,
  describeFailure,
  drawAlike,
  type Failed,
  type GeneratingRoute,
  type Generation,
  inParallel,
  onRoute,
  PAIR_TOKENS,
  promise,
  quote,
  routesOf,
  verifyAlike,
} from '#infergate'
import { isSaidAlike, mayRefuse, openPrompt, promptTokensOf, taken } from './story.ts'

type Fields = Readonly<Record<string, unknown>>

/** Fields that may be null in OpenAI's own description of its wire; clients in typed languages send them so. */
const NULLABLE = {
  both: [
    ...['temperature', 'top_p', 'stop', 'stream', 'stream_options', 'logprobs', 'logit_bias'],
    ...['presence_penalty', 'frequency_penalty'],
  ],
  generate: ['echo', 'best_of', 'suffix'],
  chat: ['n', 'top_logprobs', 'max_completion_tokens', 'metadata'],
} as const
/** vLLM takes these so too; its n on completions it does not. */
const NULLABLE_OF_VLLM = {
  generate: ['response_format'],
  chat: ['response_format', 'tools', 'tool_choice'],
} as const

/** What a field does where it is absent, written out. */
const DEFAULTS: Fields = { n: 1, stream: false, presence_penalty: 0, frequency_penalty: 0 }

promise('forms.null-is-absent', {
  says: 'an optional field that is null, or has its default written out, changes nothing',
  needs: ['seed', 'models'],
  alone: 'compares',
  deadlineMs: 60_000,
  async check(tools) {
    const { service, inCase } = tools
    const cases: Readonly<Record<string, (route: GeneratingRoute) => Promise<void>>> = {
      'null fields': (route) => changesNothing(tools, route, nullsOf(tools, route), 'null'),
      defaults: (route) => changesNothing(tools, route, DEFAULTS, 'the default of the field'),
      'max_tokens null': (route) => capsNothing(tools, route),
    }
    const all = routesOf(service).flatMap((route) =>
      Object.entries(cases).map(([name, judge]) => ({ name: onRoute(service, name, route), judge, route })),
    )
    // Two at once: a batch turns few texts, and one pair that it does not turn is enough.
    await inParallel(all.length, 2, async (index) => {
      const one = all[index]
      if (one) await inCase(one.name, () => one.judge(one.route))
    })
  },
})

function nullsOf({ service }: CheckTools, route: GeneratingRoute): Fields {
  const ofVllm = service.profile.engine === 'vllm' ? NULLABLE_OF_VLLM[route] : []
  return Object.fromEntries([...NULLABLE.both, ...NULLABLE[route], ...ofVllm].map((name) => [name, null]))
}

/** The seed makes two answers of one temperature one text: what is read otherwise shows in it. */
async function changesNothing(
  tools: CheckTools,
  route: GeneratingRoute,
  fields: Fields,
  value: string,
): Promise<void> {
  const { service, verify } = tools
  const ignoreEos = service.profile.engine === 'vllm'
  const ask = (index: number, wire: Fields) =>
    service.generate({
      ...{ prompt: openPrompt(index), route, maxTokens: PAIR_TOKENS, seed: 31 + index, wire },
      ...(ignoreEos ? { ignoreEos } : { thinking: 'counted' }),
    })
  const absent = async (index: number) => taken(tools, 'a request without the fields', await ask(index, {}))
  const draw = async (index: number, wire: Fields) => {
    const answer = await ask(index, wire)
    return answer.outcome === 'failed'
      ? await failing(tools, answer, wire, value, (one) => ask(index, one))
      : answer
  }
  const drawn = await drawAlike(async (index) => {
    const [without, within] = await Promise.all([absent(index), draw(index, fields)])
    const [was, is] = [promptTokensOf(tools, without), promptTokensOf(tools, within)]
    verify(
      is === was,
      `with ${value} in ${listed(fields)} one prompt counts ${is} tokens, ${was} without`,
      without,
      within,
    )
    const [long, longer] = [without.usage?.completionTokens, within.usage?.completionTokens]
    verify(
      !ignoreEos || long === longer,
      `with ${value} in ${listed(fields)} the answer has ${longer} tokens, ${long} without`,
      without,
      within,
    )
    return [without, within]
  }, isSaidAlike)
  if (drawn.verdict !== 'alike') await excuseSeeds(tools, drawn, absent)
  const guilty =
    drawn.verdict === 'different' ? await changing(fields, (wire) => draw(0, wire), await absent(0)) : []
  const named = guilty.length > 0 ? ` (alone: ${guilty.map((name) => quote(name)).join(', ')})` : ''
  verifyAlike(
    tools,
    drawn,
    `${drawn.differing} of ${drawn.pairs.length} answers are another text where optional fields are ${value}${named}`,
    'not what they are where the fields are absent',
  )
}

/** Where equal seeds do not repeat a text, nothing tells: generation.keeps-seeds says so. */
async function excuseSeeds(
  { notApplicable }: CheckTools,
  { verdict }: Alikeness,
  ask: (index: number) => Promise<Completed>,
): Promise<void> {
  const control = await drawAlike(async (index) => [await ask(index), await ask(index)], isSaidAlike)
  if (control.verdict !== 'alike' && verdict !== 'alike')
    notApplicable('equal requests with equal seeds do not repeat a text here')
}

/** The fields that change the text each by itself. */
async function changing(
  fields: Fields,
  ask: (wire: Fields) => Promise<Completed>,
  absent: Completed,
): Promise<readonly string[]> {
  const names = Object.keys(fields)
  const answers = await inParallel(names.length, 1, (index) => {
    const name = names[index] ?? ''
    return ask({ [name]: fields[name] })
  })
  return names.filter((_, index) => answers[index] && !isSaidAlike([absent, answers[index]]))
}

/** Says which of the fields make a request fail by themselves. */
async function failing(
  tools: CheckTools,
  all: Failed,
  fields: Fields,
  value: string,
  ask: (wire: Fields) => Promise<Generation>,
): Promise<never> {
  const { service, verify, notApplicable } = tools
  const names = Object.keys(fields)
  const answers = await inParallel(names.length, 4, (index) => {
    const name = names[index] ?? ''
    return ask({ [name]: fields[name] })
  })
  const guilty = names.filter((_, index) => answers[index]?.outcome === 'failed')
  const [first = all] = answers.filter(({ outcome }) => outcome === 'failed')
  const which = guilty.length > 0 ? guilty.join(', ') : 'optional fields'
  const seen = `a request fails where ${which} is ${value}, which is the same as absent: ${describeFailure(first)}`
  if (mayRefuse(service, first)) notApplicable(seen)
  verify(false, seen, first)
  return notApplicable(seen)
}

const listed = (fields: Fields): string => `${Object.keys(fields).length} optional fields`

/** After so many content events an answer without a cap is left. */
const ENOUGH = 24
/** A default that ends an answer before this is none. */
const FEWEST = 4

/** An answer whose cap is null goes on as one without a cap does. */
async function capsNothing(tools: CheckTools, route: GeneratingRoute): Promise<void> {
  const { service, verify, notApplicable } = tools
  if (!service.profile.capabilities.includes('stream'))
    notApplicable('without a stream an answer without a cap is not waited for')
  const ask = async (wire: Fields) => {
    const left = new AbortController()
    let events = 0
    const answer = await service.stream(
      {
        ...{ prompt: 'Tell me a story.', route, maxTokens: ENOUGH, temperature: 0, wire },
        ...(service.profile.engine === 'vllm' ? { ignoreEos: true } : { thinking: 'counted' }),
      },
      {
        signal: left.signal,
        onDelta: () => {
          events += 1
          if (events >= ENOUGH) left.abort()
        },
      },
    )
    return { answer, events, goesOn: events >= ENOUGH }
  }
  const capped = await ask({ max_tokens: null })
  if (capped.goesOn) return verify(true, 'goes on')
  const free = await ask({ max_tokens: undefined })
  const answer = free.goesOn ? undefined : taken(tools, 'a request without max_tokens', free.answer)
  const own = taken(tools, 'max_tokens null', capped.answer)
  const [was, is] = [answer?.usage?.completionTokens, own.usage?.completionTokens ?? capped.events]
  verify(
    own.finishReason !== 'length' || is >= FEWEST || is === was,
    `with max_tokens null the answer is cut after ${is} tokens, without the field ${was === undefined ? 'it goes on' : `after ${was}`}`,
    own,
    free.answer,
  )
}
