import {
  type CheckTools,
  type Completed,
  fresh,
  type GenerationRequest,
  inParallel,
  onRoute,
  promise,
  quote,
  routesOf,
} from '#infergate'
import { formsOf } from './forms.ts'

/** Six answers at temperature 1.5 that are one text, after a first of any text, are no chance: benchmarks/false-fails/chances.ts. */
const ANSWERS = 7
/** What gives a stored answer at all has given it by the third request. */
const LEAST = 3
const AT_ONCE = 6

/** One text for all of them: nothing that keeps answers has anything else to know them by. */
const again = (): GenerationRequest => fresh({ prompt: 'Tell me a story.', maxTokens: 24, temperature: 1.5 })

promise('identity.answers-anew', {
  says: 'an equal request at a high temperature, asked again later, is answered anew: no stored answer is replayed',
  needs: ['sampling'],
  async check(tools) {
    const { service, inCase, sampled } = tools
    const seen = await Promise.all(
      formsOf(service).map(({ route, stream }) => {
        const name = onRoute(service, stream ? 'a stream asked again' : 'a request asked again', route)
        return inCase(name, () => answersLater(tools, { ...again(), route, stream, includeUsage: stream }))
      }),
    )
    const answers = seen.reduce<number>((sum, count) => sum + (count ?? 0), 0)
    // What was replayed everywhere has been said.
    if (answers > 0) sampled(answers)
  },
})

promise('identity.answers-each', {
  says: 'equal requests at a high temperature, sent at once, get an answer each: none is shared',
  needs: ['sampling'],
  alone: 'hurts',
  async check(tools) {
    const { service, inCase, sampled } = tools
    const routes = routesOf(service)
    for (const route of routes)
      await inCase(onRoute(service, `${AT_ONCE} equal requests`, route), () =>
        answersAtOnce(tools, { ...again(), route }),
      )
    sampled(AT_ONCE * routes.length)
  },
})

/** Each sent after the one before was answered. */
async function answersLater(tools: CheckTools, request: GenerationRequest): Promise<number> {
  const { service, verify } = tools
  const answers: Completed[] = []
  while (answers.length < LEAST || (answers.length < ANSWERS && isReplay(answers))) {
    const answer = await service.answer(request)
    const twin = twinOf(answer, answers)
    verify(
      twin === undefined,
      `an equal request, sent after the first was answered, gets an answer with ${sharedBy(twin, answer)}: a replay`,
      ...(twin ? [twin] : []),
      answer,
    )
    answers.push(answer)
  }
  const isStored = answers.length >= ANSWERS && isReplay(answers)
  if (isStored) await excuseGreedy(tools, request, answers[ANSWERS - 1])
  const under = answers.some((answer) => idOf(answer) !== undefined) ? ' under different ids' : ''
  verify(
    !isStored,
    `${ANSWERS - 1} of ${ANSWERS} equal requests at temperature 1.5, sent one after the other, get one text${under}: a stored answer`,
    ...answers,
  )
  return answers.length
}

async function answersAtOnce(tools: CheckTools, request: GenerationRequest): Promise<void> {
  const { service, verify } = tools
  const answers = await inParallel(AT_ONCE, AT_ONCE, () => service.answer(request))
  for (const [index, answer] of answers.entries()) {
    const twin = twinOf(answer, answers.slice(0, index))
    verify(
      twin === undefined,
      `${AT_ONCE} equal requests at once: two get ${sharedBy(twin, answer)}: one answer for both`,
      ...(twin ? [twin] : []),
      answer,
    )
  }
  const isShared = new Set(answers.map(saidBy)).size === 1
  if (isShared) await excuseGreedy(tools, request, answers[0])
  verify(!isShared, `${AT_ONCE} equal requests at once, at temperature 1.5, get one text`, ...answers)
}

/** Where a shorter answer is the beginning of the same text, the model draws none: its temperature has no effect. */
async function excuseGreedy(
  { service, notApplicable }: CheckTools,
  request: GenerationRequest,
  same: Completed | undefined,
): Promise<void> {
  const text = same ? saidBy(same) : ''
  const tokens = same?.usage?.completionTokens ?? request.maxTokens
  const maxTokens = Math.max(1, Math.floor(tokens / 2))
  const shorter = saidBy(await service.answer({ ...request, maxTokens }))
  if (shorter.length < text.length && text.startsWith(shorter.trimEnd()))
    notApplicable('temperature 1.5 has no effect here: generation.samples-freely is about that')
}

const twinOf = (answer: Completed, others: readonly Completed[]): Completed | undefined =>
  others.find((one) => idOf(one) !== undefined && idOf(one) === idOf(answer))

function sharedBy(twin: Completed | undefined, answer: Completed): string {
  const text = twin && saidBy(twin) === saidBy(answer) ? ' and its text' : ''
  return `the id ${quote(String(idOf(answer)))} of another${text}`
}

const isReplay = (answers: readonly Completed[]): boolean => new Set(answers.slice(1).map(saidBy)).size === 1
const saidBy = ({ text, reasoning = '' }: Completed): string => `${reasoning}\n${text}`
const idOf = ({ identity }: Completed): unknown => identity?.ids[0] ?? undefined
