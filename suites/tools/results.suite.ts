import { type CheckTools, inCases, promise } from '#infergate'
import { ask, tryAsk } from './ask.ts'
import { obeysChoice } from './forced.ts'
import { conversation, drawTools, type Tool } from './tool.ts'

/** What a tool says: one word for many tokens each. */
const WORDS = 24

promise('tools.reads-the-result', {
  says: 'a conversation with a call and its result is answered, and the result is read: its prompt tokens grow with it',
  needs: ['chat', 'usage'],
  async check(tools) {
    const all = drawTools(tools.random)
    await inCases(tools, {
      'a result as text': () =>
        reads(
          tools,
          all,
          one((words) => words),
        ),
      'a result as parts': () =>
        reads(
          tools,
          all,
          one((words) => [{ type: 'text', text: words }]),
        ),
      'the first of two results': () =>
        reads(tools, all, (words, id) => [
          [id, words],
          [`${id}2`, 'done'],
        ]),
      'a call without content': () => isTakenWithout(tools, all),
    })
  },
})

type Results = (words: string, id: string) => readonly (readonly [id: string, content: unknown])[]

const one =
  (asContent: (words: string) => unknown): Results =>
  (words, id) => [[id, asContent(words)]]

/** OpenAI's wire: what an assistant said may be left out beside its calls, and many clients leave it out where it is null. */
async function isTakenWithout(tools: CheckTools, all: readonly [Tool, Tool]): Promise<void> {
  const { service, verify, notApplicable } = tools
  const messages = conversation(all[0], [['call_1', 'done']])
  const withNull = await tryAsk(tools, { tools: all, maxTokens: 4, wire: { messages } })
  if (withNull.refused !== undefined) notApplicable(`it is refused: ${withNull.refused}`)
  const bare = messages.map((message) =>
    'tool_calls' in message ? { ...message, content: undefined } : message,
  )
  const { refused } = await tryAsk(tools, { tools: all, maxTokens: 4, wire: { messages: bare } })
  if (refused !== undefined && service.profile.engine !== 'vllm') notApplicable(`it is refused: ${refused}`)
  verify(
    refused === undefined,
    `a call whose content is null is taken, and refused where the content is left out: ${refused}`,
  )
}

/** As many words as a result has, each drawn, so that nothing in front answers for the service. */
async function reads(tools: CheckTools, all: readonly [Tool, Tool], resultsOf: Results): Promise<void> {
  const { random, verify, notApplicable, service } = tools
  const count = async (words: number) => {
    const said = Array.from({ length: words }, () => random.marker(4)).join(' ')
    const messages = conversation(all[0], resultsOf(said, random.marker(9)))
    const answer = await ask(tools, { tools: all, maxTokens: 4, wire: { messages } })
    return [
      answer.promptTokens ?? notApplicable('the service counts no prompt tokens'),
      answer.reply,
    ] as const
  }
  const [short] = await count(1)
  const [long, reply] = await count(WORDS)
  const grown = long - short
  // A template that knows no results drops them; a service that forces no call either does not offer tools.
  if (grown < WORDS / 2 && service.profile.engine !== 'vllm' && !(await obeysChoice(tools, all)))
    notApplicable(
      `no form of tool_choice has an effect here, and a result of ${WORDS} words adds ${grown} prompt tokens`,
    )
  verify(
    grown >= WORDS / 2,
    `a result of ${WORDS} words in place of one adds ${grown} prompt tokens (${short} became ${long}): the model does not read what its tool said`,
    reply,
  )
}
