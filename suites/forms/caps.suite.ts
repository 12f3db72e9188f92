import {
  type CheckTools,
  type Completed,
  type Generation,
  type GenerationRequest,
  promise,
  quote,
} from '#infergate'
import { taken } from './story.ts'

const CAP = 4
/** Of the two names, where both are given, what vLLM heeds is max_completion_tokens. */
const OTHER_CAP = 24
/** Content events after which a stream of that cap is left: a server may send a token in several pieces. */
const FAR_BEYOND = 12 * CAP

promise('forms.heeds-both-caps', {
  says: 'max_completion_tokens binds as max_tokens does, streamed or not',
  needs: ['chat', 'usage'],
  async check(tools) {
    const { service, inCase, notApplicable } = tools
    const exact = service.profile.engine === 'vllm'
    const ask = (wire: Fields) => service.generate({ ...capped(wire), ...(exact && { ignoreEos: true }) })
    // An answer that nothing bounds is long: each case is bound by what the one before it has shown.
    const cases: Readonly<Record<string, () => Promise<true>>> = {
      ...(service.profile.capabilities.includes('stream') && {
        'max_completion_tokens in a stream': () => holdsStream(tools),
      }),
      ...(exact && {
        'both names': async () => {
          const wire = { max_tokens: OTHER_CAP, max_completion_tokens: CAP }
          const name = `max_completion_tokens beside max_tokens ${OTHER_CAP}`
          return held(tools, name, await ask(wire))
        },
      }),
    }
    const judged: (true | undefined)[] = []
    for (const [name, judge] of Object.entries(cases)) judged.push(await inCase(name, judge))
    if (!judged.includes(undefined))
      judged.push(
        await inCase('max_completion_tokens', async () =>
          held(tools, 'max_completion_tokens alone', await ask({ max_completion_tokens: CAP })),
        ),
      )
    if (!judged.includes(true)) notApplicable('it takes no max_completion_tokens, or counts no tokens')
  },
})

type Fields = Readonly<Record<string, unknown>>

const capped = (wire: Fields): GenerationRequest => ({
  ...{ prompt: 'Tell me a story.', route: 'chat' as const, thinking: 'counted' as const },
  ...{ maxTokens: CAP, temperature: 0, wire: { max_tokens: undefined, ...wire } },
})

/** An answer that nothing bounds is not waited for: a stream of it is left. */
async function holdsStream(tools: CheckTools): Promise<true> {
  const { service, verify } = tools
  const left = new AbortController()
  let events = 0
  const answer = await service.stream(capped({ max_completion_tokens: CAP }), {
    signal: left.signal,
    onDelta: () => {
      events += 1
      if (events >= FAR_BEYOND) left.abort()
    },
  })
  verify(
    events < FAR_BEYOND,
    `max_completion_tokens ${CAP}: a stream goes on after ${events} pieces of text: the field has no effect`,
    answer,
  )
  // A stream without its usage was short all the same.
  if (answer.outcome === 'completed' && answer.usage?.completionTokens === undefined) return true
  return held(tools, 'max_completion_tokens in a stream', answer)
}

function held(tools: CheckTools, name: string, generation: Generation): true {
  const { service, verify, notApplicable } = tools
  const answer: Completed = taken(tools, name, generation)
  const tokens =
    answer.usage?.completionTokens ?? notApplicable('the service counts no tokens of this answer')
  verify(
    tokens <= CAP,
    `${name}: ${tokens} tokens where max_completion_tokens allows ${CAP}: the field has no effect`,
    answer,
  )
  // Only vLLM was asked to go on beyond the end, and only where it was not streamed.
  const isExact = service.profile.engine === 'vllm' && answer.stream === undefined
  verify(
    !isExact || (tokens === CAP && answer.finishReason === 'length'),
    `${name}: ${tokens} tokens and the finish reason ${quote(answer.finishReason)} where exactly ${CAP} and "length" were asked for`,
    answer,
  )
  return true
}
