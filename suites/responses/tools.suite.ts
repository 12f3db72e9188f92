import {
  type CheckTools,
  canarySchema,
  inCases,
  isRefusal,
  type JsonSchema,
  judgeJson,
  promise,
  quote,
  quoteValue,
  rawBody,
  tokensToThink,
  tokensWithin,
} from '#infergate'
import { type Asked, ask, LEAST_CAP, stream } from './ask.ts'
import { holdResponse, holdStream } from './hold-response.ts'
import type { Responded } from './read-response.ts'

/** Room for a call whose bytes are a token each. */
const CALL_TOKENS = 96

type Tool = { readonly name: string; readonly schema: JsonSchema }

promise('responses.calls-tools', {
  says: 'a tool that tool_choice names is called: one function_call with a call_id and arguments that its schema allows, streamed or not',
  needs: ['chat'],
  async check(tools) {
    const { random, service } = tools
    const all = ['set_lamp', 'add_item'].map((verb) => ({
      name: `${verb}_${random.marker(4)}`,
      schema: canarySchema('code', random.marker(8)),
    }))
    const [, second] = all as [Tool, Tool]
    const asked: Asked = {
      input: 'Say hello.',
      tools: all.map(({ name, schema }) => ({ type: 'function', name, parameters: schema, strict: true })),
      tool_choice: { type: 'function', name: second.name },
      max_output_tokens: await tokensWithin(service, CALL_TOKENS + tokensToThink(service), LEAST_CAP),
    }
    await forcesOnChat(tools, second)
    const whole = await ask(tools, asked)
    await inCases(tools, {
      'a tool choice': async () => {
        holdResponse(tools, whole)
        await calls(tools, second, whole)
      },
      ...(service.profile.capabilities.includes('stream') && {
        'a tool choice, streamed': async () => {
          const streamed = await stream(tools, asked)
          const last = holdStream(tools, streamed)
          await calls(tools, second, last)
          const joined = JSON.stringify(streamed.argumentsOf)
          const held = JSON.stringify(last.calls.map((call) => call.arguments))
          tools.verify(
            joined === held,
            `the deltas of the arguments join to ${joined}, and the response holds ${held}`,
            last.reply,
          )
        },
      }),
    })
  },
})

/**
 * The same choice on the chat route. vLLM without a parser refuses it there and takes it here in silence; so no tools are promised
 * where chat does not call one either.
 */
async function forcesOnChat({ service, notApplicable }: CheckTools, { name, schema }: Tool): Promise<void> {
  const reply = await service.send({
    operation: 'chat',
    body: rawBody(service, {
      messages: [{ role: 'user', content: 'Say hello.' }],
      max_tokens: await tokensWithin(service, CALL_TOKENS + tokensToThink(service)),
      tools: [{ type: 'function', function: { name, parameters: schema, strict: true } }],
      tool_choice: { type: 'function', function: { name } },
    }),
  })
  const message = Object(Object(reply.outcome === 'completed' && reply.json).choices?.[0]).message
  const count = Object(message).tool_calls?.length ?? 0
  if (count > 0) return
  const said = isRefusal(reply) ? 'is refused' : `gives ${quoteValue(message)}`
  notApplicable(
    `the chat route calls no tool for such a choice either: it ${said}: ${quote(reply.body ?? '')}`,
  )
}

async function calls(
  { verify, inconclusive }: CheckTools,
  { name, schema }: Tool,
  { calls, status, text, items, reply }: Responded,
): Promise<void> {
  if (calls.length === 0 && status === 'incomplete') inconclusive('cut before the call was whole', reply)
  verify(
    calls.length > 0,
    `no function_call among the items (${items.join(', ') || 'none'}), where ${name} had to be called; the text is ${quote(text)}`,
    reply,
  )
  for (const call of calls) {
    verify(call.name === name, `${quoteValue(call.name)} is called, where the choice names ${name}`, reply)
    verify(typeof call.id === 'string' && call.id !== '', `the call has no call_id`, reply)
    verify(
      typeof call.arguments === 'string',
      `the arguments are no text that holds JSON: ${quoteValue(call.arguments)}`,
      reply,
    )
    const { verdict, reason } = await judgeJson(String(call.arguments), schema)
    verify(
      verdict === 'valid' || verdict === 'unjudged' || (verdict === 'truncated' && status === 'incomplete'),
      `the arguments do not keep the schema: ${reason}; they are ${quoteValue(call.arguments)}`,
      reply,
    )
  }
}
