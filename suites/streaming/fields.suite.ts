import {
  type CheckTools,
  completed,
  drawAlike,
  type GeneratingRoute,
  type GenerationRequest,
  onRoute,
  PAIR_TOKENS,
  promise,
  quote,
  routesOf,
  verifyAlike,
} from '#infergate'
import openPrompts from '../../fixtures/prompts/open.json' with { type: 'json' }

/** Fields of a request that leave no choice of its text, as they stand on the wire. */
type Fields = Readonly<Record<string, number>>

/**
 * Each leaves one token to draw from at a temperature where a text that is drawn from all tokens is another one each time; or it makes
 * words come back again and again, where the text without it goes on. So a stream that drops the field brings another text.
 */
const FIELDS: Readonly<Record<string, Fields>> = {
  seed: { seed: 71, temperature: 1.5 },
  top_p: { top_p: 1e-6, temperature: 2 },
  top_k: { top_k: 1, temperature: 2 },
  min_p: { min_p: 1, temperature: 2 },
  frequency_penalty: { frequency_penalty: -2, temperature: 0 },
  presence_penalty: { presence_penalty: -2, temperature: 0 },
  repetition_penalty: { repetition_penalty: 0.5, temperature: 0 },
}

promise('streaming.heeds-every-field', {
  says: 'a stream heeds seed, top_p, top_k, min_p and the penalties as the whole answer does',
  needs: ['stream', 'sampling'],
  alone: 'compares',
  deadlineMs: 60_000,
  async check(tools) {
    const { service, inCase, notApplicable } = tools
    const { engine, capabilities } = service.profile
    // Another engine may take a field and drop it in both forms, which its own promises judge.
    const names = engine === 'vllm' ? Object.keys(FIELDS) : capabilities.includes('seed') ? ['seed'] : []
    if (names.length === 0) notApplicable('only vLLM promises these fields')
    for (const route of routesOf(service))
      for (const name of names)
        await inCase(onRoute(service, `${name}, streamed`, route), () => heedsOn(tools, route, name))
  },
})

async function heedsOn(tools: CheckTools, route: GeneratingRoute, name: string): Promise<void> {
  const { service } = tools
  const drawn = await drawAlike(async (index) => {
    const request: GenerationRequest = {
      ...{ prompt: openPrompts[index % openPrompts.length] ?? '', route, maxTokens: PAIR_TOKENS },
      ...{ thinking: 'counted', wire: { ...FIELDS[name] } },
    }
    return [await service.answer(request), completed(await service.stream(request), 'the same, streamed')]
  })
  const [whole, streamed] = drawn.pairs[0] ?? []
  verifyAlike(
    tools,
    drawn,
    `with ${JSON.stringify(FIELDS[name])} ${drawn.differing} of ${drawn.pairs.length} streams differ from the whole answer: ${quote(whole?.text ?? '', 60)} became ${quote(streamed?.text ?? '', 60)}`,
    `a stream does not heed ${name}`,
  )
}
