import { type GenerationRequest, inParallel, onRoute, promise, routesOf } from '#infergate'
import { promptTokensOf } from './story.ts'

const TIMES = 4
const TOKENS = 3

promise('forms.counts-alike', {
  says: 'one request, asked once and four times at once, counts the same tokens each time',
  needs: ['usage'],
  async check(tools) {
    const { service, verify, inCase, sampled } = tools
    const exact = service.profile.engine === 'vllm'
    for (const route of routesOf(service))
      await inCase(onRoute(service, 'one request', route), async () => {
        const request: GenerationRequest = {
          ...{ prompt: 'Tell me a story.', route, temperature: 0 },
          ...{ maxTokens: TOKENS, thinking: 'counted' as const },
          ...(exact && { ignoreEos: true }),
        }
        const first = await service.answer(request)
        const others = await inParallel(TIMES, TIMES, () => service.answer(request))
        for (const answer of others) {
          const [was, is] = [promptTokensOf(tools, first), promptTokensOf(tools, answer)]
          verify(
            is === was,
            `one prompt counts ${was} tokens alone, and ${is} where it is asked for ${TIMES} times at once`,
            first,
            answer,
          )
          const tokens = answer.usage?.completionTokens
          verify(
            !exact || tokens === TOKENS,
            `asked ${TIMES} times at once: ${tokens} tokens where exactly ${TOKENS} were asked for`,
            answer,
          )
        }
      })
    sampled(TIMES * routesOf(service).length)
  },
})
