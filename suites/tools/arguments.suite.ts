import { canarySchema, inCases, type JsonSchema, promise } from '#infergate'
import { ask } from './ask.ts'
import { FINISH, holdForced, named } from './forced.ts'
import { drawTools, type Tool } from './tool.ts'

/** What JSON escapes and what it need not, as the arguments of code, paths and names have it. */
const HARD = 'say "hi" to Zoë\\n in 東京 😀'
/** Longer than what a parser of streamed calls keeps at a time. */
const LONG_CHARACTERS = 320
/** Room for that, a byte a token, with what stands around it. */
const LONG_TOKENS = 480

const NOTHING: JsonSchema = { type: 'object', properties: {}, additionalProperties: false }

promise('tools.arguments-arrive-whole', {
  says: 'the arguments of a call are JSON whatever is in them: quotation marks, backslashes, other scripts, much text, or nothing',
  needs: ['chat'],
  async check(tools) {
    const { random, service } = tools
    const [{ name }] = drawTools(random)
    const [hard, long, empty]: readonly [Tool, Tool, Tool] = [
      { name, schema: canarySchema('text', `${random.marker(4)} ${HARD}`) },
      { name, schema: canarySchema('text', random.marker(LONG_CHARACTERS)) },
      { name, schema: NOTHING },
    ]
    const calls = async (tool: Tool, stream: boolean, maxTokens?: number) => {
      const more = { stream, ...(maxTokens !== undefined && { maxTokens }) }
      const answer = await ask(tools, named(tool, [tool], more))
      await holdForced(tools, answer, { among: [tool], finish: FINISH.named })
    }
    for (const stream of service.profile.capabilities.includes('stream') ? [false, true] : [false]) {
      const how = stream ? ', streamed' : ''
      await inCases(tools, {
        [`arguments with escapes${how}`]: () => calls(hard, stream),
        [`long arguments${how}`]: () => calls(long, stream, LONG_TOKENS),
        [`a tool without parameters${how}`]: () => calls(empty, stream),
      })
    }
  },
})
