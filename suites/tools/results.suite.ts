import { type CheckTools, inCases, promise } from '#infergate'
import { ask } from './ask.ts'
import { obeysChoice } from './forced.ts'
import { drawTools, type Tool } from './tool.ts'

/** What a tool says: one word for many tokens each. */
const WORDS = 24

promise('tools.reads-the-result', {
  says: 'a conversation with a call and its result is answered, and the result is read: its prompt tokens grow with it',
  needs: ['chat', 'usage'],
  async check(tools) {
    const all = drawTools(tools.random)
    await inCases(tools, {
      'a result as text': () => reads(tools, all, (words) => words),
      'a result as parts': () => reads(tools, all, (words) => [{ type: 'text', text: words }]),
    })
  },
})

/** As many words as a result has, each drawn, so that nothing in front answers for the service. */
async function reads(
  tools: CheckTools,
  all: readonly [Tool, Tool],
  asContent: (words: string) => unknown,
): Promise<void> {
  const { random, verify, notApplicable, service } = tools
  const count = async (words: number) => {
    const said = Array.from({ length: words }, () => random.marker(4)).join(' ')
    const messages = conversation(all[0], random.marker(9), asContent(said))
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

const conversation = (tool: Tool, id: string, content: unknown) => [
  { role: 'user', content: 'What does the tool say?' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id, type: 'function', function: { name: tool.name, arguments: '{}' } }],
  },
  { role: 'tool', tool_call_id: id, content },
]
