import {
  type CheckTools,
  type Completed,
  fresh,
  type GeneratingRoute,
  inParallel,
  onRoute,
  promise,
  quote,
  type Service,
} from '#infergate'
import { formsOf } from './forms.ts'
import { wrongModel } from './models.ts'

/** Answers of each form. */
const EACH = 3

/** What each form of an answer calls itself on OpenAI's wire. */
const OBJECTS: Readonly<Record<GeneratingRoute, Readonly<Record<'whole' | 'streamed', string>>>> = {
  generate: { whole: 'text_completion', streamed: 'text_completion' },
  chat: { whole: 'chat.completion', streamed: 'chat.completion.chunk' },
}

async function ask(
  service: Service,
  route: GeneratingRoute,
  stream: boolean,
  maxTokens: number,
): Promise<Completed> {
  const request = fresh({ prompt: 'Say hello.', maxTokens, temperature: 1 })
  return service.answer({ ...request, route, stream, includeUsage: stream })
}

promise('identity.one-answer-is-one', {
  says: 'all of an answer has one id, one time, one model and one object, and no two answers have one id',
  async check(tools) {
    const { service, inCase, notApplicable, sampled } = tools
    if (!service.profile.capabilities.includes('models'))
      notApplicable("its contract has no ids: only OpenAI's wire promises them")
    const answers: Completed[] = []
    for (const { route, stream } of formsOf(service))
      await inCase(onRoute(service, stream ? 'streams' : 'whole answers', route), async () => {
        const own = await inParallel(EACH, 2, () => ask(service, route, stream, 4))
        answers.push(...own)
        for (const answer of own) isOne(tools, answer, OBJECTS[route][stream ? 'streamed' : 'whole'])
      })
    await inCase('ids', () => differ(tools, answers))
    sampled(answers.length)
  },
})

/** A time of another machine, whose clock may be wrong by so much. */
const CLOCK_S = 86_400

function isOne({ service, verify, clock }: CheckTools, answer: Completed, object: string): void {
  const { ids = [], created = [], objects = [] } = answer.identity ?? {}
  const [id] = ids
  verify(ids.length <= 1, `one stream has ${ids.length} ids: ${listed(ids)}`, answer)
  verify(typeof id === 'string' && id !== '', `the id of an answer is ${shown(id)}, not a text`, answer)
  const nowS = clock.now().getTime() / 1_000
  const [at] = created
  verify(Number.isInteger(at), `created is ${shown(at)}, not a whole number of seconds`, answer)
  verify(
    Math.abs(Number(at) - nowS) <= CLOCK_S,
    `created is ${shown(at)}, where the seconds since 1970 are ${Math.round(nowS)}: ${wrongTime(Number(at), nowS)}`,
    answer,
  )
  verify(
    isOneTime(created, answer, service.profile.engine),
    `one stream has ${created.length} times of creation: ${listed(created)}`,
    answer,
  )
  verify(
    objects.length === 1 && objects[0] === object,
    `the object of the answer is ${listed(objects)}, not ${quote(object)}`,
    answer,
  )
}

/** Some servers stamp each event as it leaves (llama.cpp): then its time grows no faster than time does. */
function isOneTime(created: readonly unknown[], { timing }: Completed, engine: string): boolean {
  const times = created.map(Number)
  const grewS = Math.max(...times) - Math.min(...times)
  return created.length <= 1 || (engine === 'unknown' && grewS <= timing.e2eMs / 1_000 + 1)
}

const wrongTime = (at: number, nowS: number): string =>
  Math.abs(at / 1_000 - nowS) <= CLOCK_S ? 'it counts milliseconds' : 'more than a day away'

function differ({ verify }: CheckTools, answers: readonly Completed[]): void {
  const byId = Map.groupBy(answers, ({ identity }) => identity?.ids[0])
  for (const [id, same] of byId)
    verify(
      id === undefined || same.length === 1,
      `${same.length} of ${answers.length} answers to different requests have one id, ${shown(id)}`,
      ...same,
    )
}

promise('identity.says-its-model', {
  says: 'each answer names the model that was asked for, the same in all of it',
  async check(tools) {
    const { service, verify, inCase, sampled } = tools
    const isWrong = await wrongModel(service)
    const models = new Set<unknown>()
    for (const { route, stream } of formsOf(service))
      await inCase(onRoute(service, stream ? 'streams' : 'whole answers', route), async () => {
        const own = await inParallel(EACH, EACH, () => ask(service, route, stream, 1))
        for (const answer of own) models.add(modelOf(tools, answer, isWrong))
      })
    sampled(EACH * formsOf(service).length)
    verify(
      models.size <= 1,
      `requests for one model are answered by ${models.size} models: ${listed([...models])}`,
    )
  },
})

function modelOf(
  { verify, notApplicable }: CheckTools,
  answer: Completed,
  isWrong: (named: string) => string | undefined,
): unknown {
  const models = answer.identity?.models ?? notApplicable('its answers name no model')
  const [model] = models
  verify(models.length <= 1, `one stream has ${models.length} models: ${listed(models)}`, answer)
  verify(typeof model === 'string' && model !== '', `the model is ${shown(model)}, not a text`, answer)
  const wrong = isWrong(String(model))
  verify(wrong === undefined, `the answer names the model ${shown(model)}: ${wrong}`, answer)
  return model
}

const SHOWN = 60
const shown = (value: unknown): string =>
  value === undefined ? 'absent' : String(JSON.stringify(value)).slice(0, SHOWN)
const listed = (values: readonly unknown[]): string => values.slice(0, 3).map(shown).join(', ')
