import {
  bodyOf,
  type Completed,
  completed,
  good,
  inParallel,
  promise,
  quote,
  routesOf,
  scanJson,
} from '#infergate'
import plainPrompts from '../../fixtures/prompts/plain.json' with { type: 'json' }
import { endsProperly } from './ends-properly.ts'
import { STORY } from './story.ts'

promise('streaming.answers', {
  says: 'a streamed request gets a text, one finish reason and a proper end',
  needs: ['stream'],
  tags: ['smoke'],
  async check({ service, verify }) {
    endsProperly(verify, await service.stream({ ...STORY, maxTokens: 8 }), 'a stream')
  },
})

promise('streaming.ends-properly', {
  says: 'every stream, long or short, on each route, has one finish reason and ends with [DONE]',
  needs: ['stream'],
  async check({ service, verify, sampled }) {
    const routes = routesOf(service)
    const n = 32
    await inParallel(n, 4, async (index) => {
      const route = routes[index % routes.length] ?? 'generate'
      const prompt = plainPrompts[index % plainPrompts.length] ?? STORY.prompt
      const generation = await service.stream({ prompt, route, maxTokens: 1 + index, temperature: 1 })
      endsProperly(verify, generation, `stream ${index + 1} (${route})`)
    })
    sampled(n)
  },
})

promise('streaming.ends-its-response', {
  says: 'the response to a stream is ended after [DONE]: a client that reads to the end is not kept waiting',
  needs: ['stream'],
  async check({ service, verify, sampled }) {
    for (const route of routesOf(service)) {
      const answers = await inParallel(TRIES, 1, async () =>
        completed(await service.stream({ ...STORY, route, maxTokens: 4 }), `a stream (${route})`),
      )
      // A starved machine may be late to end one response.
      verify(
        answers.some(({ stream }) => !stream?.leftOpen),
        `${route}: each of ${TRIES} streams is complete with [DONE], and its response is not ended after it`,
        ...answers,
      )
    }
    sampled(TRIES * routesOf(service).length)
  },
})

const TRIES = 3

promise('streaming.sends-usage', {
  says: 'a stream that was asked for its usage sends it once, and it adds up',
  needs: ['stream', 'usage'],
  async check({ service, verify }) {
    for (const route of routesOf(service)) {
      const answer = good(
        await service.stream({ ...STORY, route, thinking: 'counted' }),
        `a stream (${route})`,
      )
      const { promptTokens = 0, completionTokens = 0, totalTokens } = answer.usage ?? {}
      verify(
        answer.usage !== undefined,
        `${route}: include_usage is set, yet no event carries the usage`,
        answer,
      )
      const { usageEvents = 0 } = answer.stream ?? {}
      verify(
        usageEvents === 1,
        `${route}: ${usageEvents} events carry a usage, where one was asked for: who adds them up counts too much`,
        answer,
      )
      const beside = choicesBesideUsage(answer)
      verify(
        service.profile.engine !== 'vllm' || beside === 0,
        `${route}: the event with the usage has ${beside} choices; it has to come by itself, with \`choices: []\``,
        answer,
      )
      verify(promptTokens > 0, `${route}: the streamed usage counts ${promptTokens} prompt tokens`, answer)
      verify(
        completionTokens > 0 && completionTokens <= STORY.maxTokens,
        `${route}: the streamed usage counts ${completionTokens} of at most ${STORY.maxTokens} tokens`,
        answer,
      )
      verify(
        totalTokens === undefined || totalTokens === promptTokens + completionTokens,
        `${route}: streamed total ${totalTokens} is not ${promptTokens} + ${completionTokens}`,
        answer,
      )
    }
  },
})

/** How many choices the event with the usage has. */
function choicesBesideUsage(answer: Completed): number {
  for (const line of bodyOf(answer).split(/\r?\n/)) {
    const scan = scanJson(line.replace(/^data: ?/, ''))
    const { usage, choices }: Record<string, unknown> = scan.ending === 'complete' ? Object(scan.value) : {}
    if (usage && Array.isArray(choices)) return choices.length
  }
  return 0
}

promise('streaming.says-length', {
  says: 'a stream cut at its token limit says length',
  needs: ['stream'],
  async check({ service, verify, notApplicable }) {
    if (service.profile.engine !== 'vllm')
      notApplicable('only vLLM promises ignore_eos, which makes the cut certain')
    for (const route of routesOf(service)) {
      const answer = good(
        await service.stream({ ...STORY, route, maxTokens: 12, ignoreEos: true }),
        'a stream',
      )
      verify(
        answer.finishReason === 'length',
        `${route}: a stream cut at 12 tokens says ${quote(answer.finishReason)}`,
        answer,
      )
    }
  },
})
