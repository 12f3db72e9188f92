import { type CheckTools, inCases, promise, quote, quoteValue, tokensWithin } from '#infergate'
import { type Asked, ask, LEAST_CAP, STORY, stream } from './ask.ts'
import { holdResponse, MARKER_TOKENS } from './hold-response.ts'

promise('responses.answers', {
  says: 'where there is /v1/responses it answers with a response: a status, a message with the text, a usage that adds up',
  needs: ['chat'],
  async check(tools) {
    const response = await ask(tools, { input: STORY })
    holdResponse(tools, response)
    const { items, usage, reply } = response
    // What its cap cut in a thought may have nothing to show yet.
    const mayBeThought = tools.service.profile.reasoning !== undefined
    tools.verify(
      items.length > 0 || mayBeThought || !(Number(usage?.output) > MARKER_TOKENS),
      `the response has no item, yet its usage counts ${usage?.output} output tokens`,
      reply,
    )
  },
})

promise('responses.says-incomplete', {
  says: 'a response that its cap cut says "incomplete" and why, and is no longer than the cap, streamed or not',
  needs: ['chat', 'usage'],
  async check(tools) {
    const streams = tools.service.profile.capabilities.includes('stream')
    await inCases(tools, {
      'a cap': () => keepsCap(tools, (asked) => ask(tools, asked)),
      ...(streams && {
        'a cap, streamed': () =>
          keepsCap(tools, async (asked) => {
            const { last, flaw, reply } = await stream(tools, asked)
            tools.verify(last !== undefined, flaw ?? '', reply)
            return last as NonNullable<typeof last>
          }),
      }),
    })
  },
})

async function keepsCap(
  { service, verify, notApplicable }: CheckTools,
  answerTo: (asked: Asked) => ReturnType<typeof ask>,
): Promise<void> {
  await tokensWithin(service, 2 * LEAST_CAP, 2 * LEAST_CAP)
  const { status, why, usage, reply, text } = await answerTo({ input: STORY, max_output_tokens: LEAST_CAP })
  const tokens = usage?.output
  if (typeof tokens !== 'number') return notApplicable(`the response counts no tokens`)
  const of = `${tokens} of ${LEAST_CAP} tokens`
  verify(
    tokens <= LEAST_CAP,
    `max_output_tokens is ${LEAST_CAP}, and the response has ${tokens} tokens`,
    reply,
  )
  if (tokens < LEAST_CAP) {
    verify(
      status !== 'incomplete' || why !== 'max_output_tokens',
      `it says that its cap cut it, after ${of}`,
      reply,
    )
    return notApplicable(`the model ended by itself after ${of}`)
  }
  if (status === 'incomplete')
    return verify(
      why === 'max_output_tokens',
      `the response is incomplete after ${of}, and its incomplete_details.reason is ${quoteValue(why)}, not "max_output_tokens"`,
      reply,
    )
  // The model's last token may have been just the last that was allowed; then more room changes nothing.
  const longer = await answerTo({ input: STORY, max_output_tokens: 2 * LEAST_CAP })
  const more = Number(longer.usage?.output)
  verify(
    !(more > LEAST_CAP),
    `cut after ${of} (with room for more it has ${more}), yet its status is ${quoteValue(status)}, not "incomplete": ${quote(text)}`,
    reply,
    longer.reply,
  )
}

promise('responses.reads-its-input', {
  says: 'an input is read the same as a text, as a message and as its parts, and instructions are read beside it',
  needs: ['chat', 'usage'],
  async check(tools) {
    const { verify, notApplicable } = tools
    const text = 'The fox ran. '.repeat(4)
    const count = async (asked: Asked) => {
      const { usage, reply } = await ask(tools, { max_output_tokens: LEAST_CAP, ...asked })
      const tokens = usage?.input
      return {
        tokens: typeof tokens === 'number' ? tokens : notApplicable('it counts no input tokens'),
        reply,
      }
    }
    const plain = await count({ input: text })
    const message = (content: unknown) => [{ type: 'message', role: 'user', content }]
    const same = async (input: unknown) => {
      const { tokens, reply } = await count({ input })
      verify(
        tokens === plain.tokens,
        `${tokens} input tokens, where the same as a text has ${plain.tokens}`,
        plain.reply,
        reply,
      )
    }
    await inCases(tools, {
      'a message': () => same(message(text)),
      'parts of a message': () => same(message([{ type: 'input_text', text }])),
      instructions: async () => {
        const { tokens, reply } = await count({
          input: text,
          instructions: 'Answer in one short word. '.repeat(4),
        })
        verify(
          tokens >= plain.tokens + 8,
          `instructions of 20 words add ${tokens - plain.tokens} input tokens: they are not read`,
          plain.reply,
          reply,
        )
      },
    })
  },
})
