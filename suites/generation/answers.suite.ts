import {
  type GenerationRequest,
  good,
  inParallel,
  inTurn,
  isOneSymbol,
  PROBE,
  probe,
  promise,
  quote,
} from '#infergate'
import plainPrompts from '../../fixtures/prompts/plain.json' with { type: 'json' }

promise('generation.answers', {
  says: 'a small request gets a text, a finish reason and no error',
  tags: ['smoke', 'core'],
  async check({ service }) {
    await probe(service)
  },
})

promise('generation.answers-chat', {
  says: 'the chat route answers as well as the plain one',
  needs: ['chat'],
  tags: ['smoke'],
  async check({ service }) {
    await probe(service, { ...PROBE, route: 'chat' })
  },
})

promise('generation.answers-every-time', {
  says: 'one request after the other gets a good answer',
  async check({ service, sampled, leftMs }) {
    const answers = await inTurn(12, leftMs, async (index) => {
      const prompt = plainPrompts[index % plainPrompts.length] ?? PROBE.prompt
      return good(
        await service.generate({ ...PROBE, prompt, temperature: 1 }),
        `request ${index + 1} of a row`,
      )
    })
    sampled(answers.length)
  },
})

promise('generation.speaks-text', {
  says: 'answers are text: not one symbol over and over, no control characters, no end markers',
  async check({ service, verify, sampled }) {
    const answers = await inParallel(plainPrompts.length, 4, (index) =>
      service.answer({ prompt: plainPrompts[index] ?? '', maxTokens: 64, temperature: 0 }),
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
    good(
      await service.generate({ ...PROBE, wire: { x_infergate_unknown: 1 } }),
      'a request with an unknown field',
    )
  },
})

promise('generation.echoes', {
  says: 'with echo the answer begins with the prompt, streamed or not',
  async check({ service, verify, notApplicable }) {
    if (service.profile.engine !== 'vllm') notApplicable('only vLLM promises echo')
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
