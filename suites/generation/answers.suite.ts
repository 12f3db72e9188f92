import {
  type GenerationRequest,
  good,
  inParallel,
  inTurn,
  isOneSymbol,
  onRoute,
  PROBE,
  probe,
  promise,
  quote,
  routesOf,
  tokensWithin,
} from '#infergate'
import plainPrompts from '../../fixtures/prompts/plain.json' with { type: 'json' }
import { endsInUsualWords } from './usual-words.ts'

promise('generation.answers', {
  says: 'a small request gets a text, a finish reason and no error',
  tags: ['smoke', 'core'],
  async check({ service, verify }) {
    endsInUsualWords(verify, await probe(service))
  },
})

promise('generation.answers-chat', {
  says: 'the chat route answers as well as the plain one',
  needs: ['chat'],
  tags: ['smoke'],
  async check({ service, verify }) {
    endsInUsualWords(verify, await probe(service, { ...PROBE, route: 'chat' }))
  },
})

promise('generation.answers-every-time', {
  says: 'one request after the other gets a good answer',
  async check({ service, sampled, leftMs }) {
    const routes = routesOf(service)
    const answers = await inTurn(12, leftMs, async (index) => {
      const prompt = plainPrompts[index % plainPrompts.length] ?? PROBE.prompt
      const route = routes[index % routes.length] ?? 'generate'
      return good(
        await service.generate({ ...PROBE, route, prompt, temperature: 1 }),
        onRoute(service, `request ${index + 1} of a row`, route),
      )
    })
    sampled(answers.length)
  },
})

promise('generation.speaks-text', {
  says: 'answers are text: not one symbol over and over, no control characters, no end markers',
  async check({ service, verify, sampled }) {
    const routes = routesOf(service)
    const maxTokens = await tokensWithin(service, 64)
    // Each prompt in turn on the next route: as many answers as there are prompts tell what symbols come.
    const answers = await inParallel(plainPrompts.length, 4, (index) =>
      service.answer({
        prompt: plainPrompts[index] ?? '',
        route: routes[index % routes.length] ?? 'generate',
        maxTokens,
        temperature: 0,
      }),
    )
    sampled(answers.length)
    const looping = answers.filter(({ text }) => isOneSymbol(text))
    verify(
      looping.length < 2,
      `${looping.length} of ${answers.length} answers are one symbol over and over: ${quote(looping[0]?.text ?? '', 40)}`,
      ...looping,
    )
    for (const answer of answers) {
      const control = CONTROL.exec(answer.text)?.[0]
      verify(control === undefined, `the text holds the control character ${quote(control ?? '')}`, answer)
      const marker = END_MARKER.exec(answer.text)?.[0]
      verify(marker === undefined, `the text holds ${quote(marker ?? '')}, a marker of the tokenizer`, answer)
    }
  },
})

promise('generation.tolerates-unknown-fields', {
  says: 'a field that the service does not know is ignored',
  async check({ service, notApplicable }) {
    if (service.profile.engine === 'unknown')
      notApplicable('only vLLM and ananke promise to ignore unknown fields')
    for (const route of routesOf(service))
      good(
        await service.generate({ ...PROBE, route, wire: { x_infergate_unknown: 1 } }),
        onRoute(service, 'a request with an unknown field', route),
      )
  },
})

promise('generation.echoes', {
  says: 'with echo the answer begins with the prompt, streamed or not',
  async check({ service, verify, notApplicable }) {
    if (service.profile.engine !== 'vllm') notApplicable('only vLLM promises echo')
    if (!routesOf(service).includes('generate')) notApplicable('the service has no completions route')
    const request: GenerationRequest = { ...PROBE, route: 'generate', wire: { echo: true } }
    for (const stream of [false, true]) {
      const answer = good(
        await service.generate({ ...request, stream }),
        stream ? 'an echo, streamed' : 'an echo',
      )
      verify(
        answer.text.startsWith(PROBE.prompt),
        `with echo the answer has to begin with ${quote(PROBE.prompt)}, it is ${quote(answer.text)}`,
        answer,
      )
    }
  },
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/
const END_MARKER =
  /<\|[a-z_]{3,24}\|>|<\/?s>|<(?:eos|bos|pad|unk|end_of_turn|start_of_turn)>|\[\/?INST\]|<｜[^｜]{3,30}｜>/
