import { type CheckTools, inCases, promise, quote, quoteValue } from '#infergate'
import { type Asked, ask, tryAsk } from './ask.ts'
import { FINISH, holdForced, named, obeysChoice, required } from './forced.ts'
import { holdCalls } from './hold-calls.ts'
import { conversation, drawTools, type Tool } from './tool.ts'

/** A model that chooses by itself may follow it; one that has no choice need not. */
const askFor = (tools: readonly Tool[]): string =>
  `Call ${tools.map(({ name }) => name).join(' and ')}, each once, in one answer.`

promise('tools.required-calls', {
  says: 'with tool_choice "required" the answer calls one of the tools at least, by its name, with an id and arguments that its schema allows',
  needs: ['chat'],
  async check(tools) {
    const among = drawTools(tools.random)
    const holds = async (more: Asked) =>
      holdForced(tools, await ask(tools, required(among, more)), { among, finish: FINISH.required })
    await inCases(tools, {
      'tool_choice "required"': () => holds({}),
      'tool_choice "required", both asked for': () => holds({ prompt: askFor(among) }),
    })
  },
})

promise('tools.named-calls', {
  says: 'a tool that tool_choice names is the one that is called, whichever it is, and no other',
  needs: ['chat'],
  async check(tools) {
    const all = drawTools(tools.random)
    const [first, second] = all
    const holds = async (tool: Tool) =>
      holdForced(tools, await ask(tools, named(tool, all)), { among: [tool], finish: FINISH.named })
    await inCases(tools, {
      'tool_choice that names the first tool': () => holds(first),
      'tool_choice that names the second tool': () => holds(second),
    })
  },
})

promise('tools.none-calls-nothing', {
  says: 'with tool_choice "none", or without tools, no tool is called',
  needs: ['chat'],
  async check(tools) {
    const all = drawTools(tools.random)
    const asked: Asked = { prompt: askFor([all[0]]), maxTokens: ONE_CALL_TOKENS }
    await inCases(tools, {
      'tool_choice "none"': () =>
        callsNothing(tools, { ...asked, tools: all, wire: { tool_choice: 'none' } }),
      ...(tools.service.profile.capabilities.includes('stream') && {
        'tool_choice "none", streamed': () =>
          callsNothing(tools, { ...asked, stream: true, tools: all, wire: { tool_choice: 'none' } }),
      }),
      'tool_choice "none" after a result': () =>
        callsNothing(tools, {
          ...{ ...asked, tools: all },
          wire: { tool_choice: 'none', messages: conversation(all[0], [['call_1', 'done']]) },
        }),
      'tools null': () => callsNothing(tools, { ...asked, wire: { tools: null } }),
      'tools []': () => callsNothing(tools, { ...asked, wire: { tools: [] } }),
    })
  },
})

const ONE_CALL_TOKENS = 64

async function callsNothing(tools: CheckTools, asked: Asked): Promise<void> {
  const { service, verify, notApplicable } = tools
  const { calls, finish, content, reply } = await ask(tools, asked)
  const isCall = calls.length > 0 || finish === 'tool_calls'
  const called = calls.map(({ name }) => quoteValue(name)).join(', ') || 'no tool by name'
  // A server that knows no `tool_choice` lets its model call what it likes, and says so by obeying no form of it.
  if (isCall && asked.tools && service.profile.engine !== 'vllm' && !(await obeysChoice(tools, asked.tools)))
    notApplicable(`no form of tool_choice has an effect here: the answer calls ${called}`)
  verify(
    !isCall,
    `the answer calls ${called} with finish reason ${quoteValue(finish)}; its content is ${quote(content)}`,
    reply,
  )
}

promise('tools.one-call-at-most', {
  says: 'with parallel_tool_calls false an answer calls one tool at most, streamed or not',
  needs: ['chat'],
  async check(tools) {
    const among = drawTools(tools.random)
    const holds = async (stream: boolean) => {
      const wire = { parallel_tool_calls: false }
      const answer = await ask(tools, required(among, { prompt: askFor(among), stream, wire }))
      await holdCalls(tools, answer, { among, finish: FINISH.required, atMost: 1 })
    }
    await inCases(tools, {
      'parallel_tool_calls false': () => holds(false),
      ...(tools.service.profile.capabilities.includes('stream') && {
        'parallel_tool_calls false, streamed': () => holds(true),
      }),
    })
  },
})

promise('tools.auto-says-which', {
  says: 'where the model chooses by itself the answer is a text, or calls that are whole, and the finish reason says which',
  needs: ['chat'],
  async check(tools) {
    const among = drawTools(tools.random)
    const asked: Asked = { tools: among, prompt: askFor(among) }
    const expected = { among, finish: FINISH.required, free: true }
    await holdCalls(tools, await ask(tools, asked), expected)
    const { answered, refused } = await tryAsk(tools, { ...asked, wire: { tool_choice: 'auto' } })
    tools.verify(
      answered !== undefined,
      `tools without a tool_choice are served, and refused with tool_choice "auto", which is the default: ${refused}`,
    )
    if (answered) await holdCalls(tools, answered, expected)
  },
})
