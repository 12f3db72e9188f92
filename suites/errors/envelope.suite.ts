import {
  type CheckTools,
  type GeneratingRoute,
  type Generation,
  inParallel,
  isRefusal,
  onRoute,
  PROBE,
  promise,
  quote,
  type Reply,
  routesOf,
  type Service,
} from '#infergate'
import { flawOfRefusal, type RefusedBy } from './envelope.ts'
import { isTooLong, tooLong } from './error-size.ts'
import { BROKEN_JSON, describe, generating, type Hostile, isOfTheEdge, statusOf } from './hostile.ts'

type Bad = { readonly name: string; readonly by: RefusedBy; send(): Promise<Generation | Reply> }

const WORD_AS_TEMPERATURE = { temperature: 'hot' }

promise('errors.keeps-its-envelope', {
  says: 'each refusal, streamed or not, is an error object of its API: a message, and a code that is its status',
  needs: ['error-status'],
  alone: 'hurts',
  async check(tools) {
    const { service, verify, inCase, notApplicable, sampled } = tools
    const isVllm = service.profile.engine === 'vllm'
    const refused: string[] = []
    const all = [...onRoutes(service), ...elsewhere(service)]
    await inParallel(all.length, AT_ONCE, (index) => {
      const { name, by, send } = all[index] as Bad
      return inCase(name, async () => {
        const answer = await send()
        verify(!saysError(answer), `an error is HTTP ${statusOf(answer)}: ${quote(textOf(answer))}`, answer)
        if (!isRefusal(answer)) notApplicable(`it was not refused: ${describe(answer)}`)
        refused.push(name)
        const flaw = flawOfRefusal(answer, by, isVllm)
        verify(flaw === undefined, flaw ?? '', answer)
      })
    })
    if (refused.length > 0) sampled(refused.length)
    else notApplicable('nothing was refused')
  },
})

promise('errors.names-the-field', {
  says: 'a refusal for the value of a field names the field',
  needs: ['error-status'],
  alone: 'hurts',
  async check({ service, verify, inCase, notApplicable }) {
    if (service.profile.engine !== 'vllm') notApplicable('only vLLM promises to name it')
    for (const route of routesOf(service))
      for (const temperature of [-1, 'hot'])
        await inCase(onRoute(service, `temperature ${temperature}`, route), async () => {
          const answer = await generating({ temperature })(service, route)
          if (answer.outcome === 'completed' || !isRefusal(answer))
            return notApplicable(`it was not refused: ${describe(answer)}`)
          if (isOfTheEdge(answer))
            return notApplicable(`what stands before the engine refuses it: ${describe(answer)}`)
          const said = `${answer.error?.message} ${answer.error?.param}`
          verify(said.includes('temperature'), `the error does not name temperature: ${quote(said)}`, answer)
        })
  },
})

promise('errors.stays-short', {
  says: 'the error of a long request is short: neither the prompt nor the request comes back in it',
  needs: ['request-validation'],
  alone: 'hurts',
  async check(tools) {
    const { service } = tools
    for (const route of routesOf(service)) {
      await isShort(tools, route, 'a word as temperature beside 100 kB of prompt', ({ generate }) =>
        generate({ ...LONG, route, wire: WORD_AS_TEMPERATURE }),
      )
      if (service.profile.capabilities.includes('stream'))
        await isShort(tools, route, 'the same, streamed', ({ stream }) =>
          stream({ ...LONG, route, wire: WORD_AS_TEMPERATURE }),
        )
      // pydantic says of each part what it is not, and gives it back each time.
      if (service.profile.engine === 'vllm')
        await isShort(tools, route, '200 bad parts', generating({ ...(route === 'chat' ? TURNS : PARTS) }))
    }
  },
})

promise('errors.keeps-secrets', {
  says: 'no error holds the key that the request came with',
  alone: 'hurts',
  async check({ service, verify, inCase, random, sampled }) {
    const key = `sk-${random.marker(32)}`
    const all = [
      ...onRoutes(service),
      ...elsewhere(service),
      ...routesOf(service).flatMap((route) => withKey(service, route, key)),
    ]
    await inParallel(all.length, AT_ONCE, (index) => {
      const { name, send } = all[index] as Bad
      return inCase(name, async () => {
        const answer = await send()
        const { body = '', received } = answer
        // What is kept of an answer has its secrets replaced; where that changed it, there was one.
        const kept = received?.body ?? ''
        const at = [...body].findIndex((character, index) => character !== kept[index])
        verify(body === kept, `the answer holds a secret of ours: ${quote(near(kept, at))}`, answer)
        const all = [body, ...Object.values(received?.headers ?? {})].join('\n')
        const own = all.indexOf(key)
        verify(own < 0, `the answer holds the key that was sent: ${quote(near(all, own))}`, answer)
      })
    })
    sampled(all.length)
  },
})

/** A refusal costs a service little; a slow one makes each of them wait. */
const AT_ONCE = 4
const LONG = { ...PROBE, prompt: 'word '.repeat(20_000), maxTokens: 1 }
const TURNS = { messages: Array.from({ length: 200 }, () => ({ role: 'user', content: 5 })) }
const PARTS = { prompt: Array.from({ length: 200 }, () => ({ text: 'Say hello.' })) }

async function isShort(
  { service, verify, inCase, notApplicable }: CheckTools,
  route: GeneratingRoute,
  name: string,
  send: Hostile,
): Promise<void> {
  await inCase(onRoute(service, name, route), async () => {
    const answer = await send(service, route)
    if (answer.outcome === 'completed') notApplicable(`it was not refused: ${describe(answer)}`)
    verify(!isTooLong(answer), tooLong(answer), answer)
  })
}

/** What each route that generates has to refuse. */
function onRoutes(service: Service): readonly Bad[] {
  const { capabilities, engine } = service.profile
  return routesOf(service).flatMap((route) => {
    // A gateway that knows the types of the fields refuses a word by itself; how low a temperature may be the engine alone knows.
    const [value, wire] =
      engine === 'unknown'
        ? ['a word as temperature', WORD_AS_TEMPERATURE]
        : ['temperature -1', { temperature: -1 }]
    const streamed: Hostile = ({ stream }) => stream({ ...PROBE, route, wire })
    const named: readonly (readonly [string, RefusedBy, Hostile | false])[] = [
      [value, 'engine', generating(wire)],
      [`${value}, streamed`, 'engine', capabilities.includes('stream') && streamed],
      ['a word as max_tokens', 'anybody', generating({ max_tokens: 'ten' })],
      ['broken JSON', 'anybody', BROKEN_JSON],
      ['an unknown model', 'anybody', generating({ model: 'infergate/no-such-model' })],
      ['GET', 'anybody', ({ send }) => send({ operation: route, method: 'GET' })],
    ]
    return named.flatMap(([name, by, send]) =>
      send ? [{ name: onRoute(service, name, route), by, send: () => send(service, route) }] : [],
    )
  })
}

/** What is refused on other paths. */
function elsewhere({ send, profile }: Service): readonly Bad[] {
  const paths = {
    'an unknown path': () => send({ path: '/v1/infergate-no-such-path' }),
    'a model that is not there': () => send({ path: '/v1/models/infergate/no-such-model' }),
  }
  const vllms = {
    'a number to tokenize': () => send({ path: '/tokenize', method: 'POST', body: '{"prompt": 5}' }),
  }
  return Object.entries({ ...paths, ...(profile.engine === 'vllm' && vllms) }).map(([name, send]) => ({
    ...{ name, send },
    by: 'anybody',
  }))
}

/** With a key of ours in place of the service's, where it has one; without one nobody looks at it. */
const withKey = (service: Service, route: GeneratingRoute, key: string): readonly Bad[] => [
  {
    name: onRoute(service, 'another key', route),
    by: 'anybody',
    send: () =>
      service.send({
        operation: route,
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({ model: service.profile.model, prompt: 5, messages: 5 }),
      }),
  },
]

/** Whether an answer calls itself a success, by its status or as a stream, and is nothing but an error. */
function saysError(answer: Generation | Reply): boolean {
  if (answer.outcome === 'completed') return Boolean(Object(answer.json).error)
  const isStreamed = 'stream' in answer && answer.stream !== undefined
  return isStreamed
    ? answer.failure === 'truncated-stream' && answer.error !== undefined
    : answer.failure === 'service-error'
}

/** A place in a text with what stands before and behind it. */
const near = (text: string, at: number): string => text.slice(Math.max(0, at - 40), at + 60)

const textOf = (answer: Generation | Reply): string =>
  answer.outcome === 'completed' ? answer.text : answer.message
