import {
  type Completed,
  contextTokens,
  foreignMarker,
  type GenerationRequest,
  good,
  inParallel,
  isOneSymbol,
  markers,
  PROBE,
  probe,
  promise,
  quote,
  routesOf,
} from '#infergate'
import plainPrompts from '../fixtures/prompts/plain.json' with { type: 'json' }

const STORY: GenerationRequest = { prompt: 'Tell me a story.', maxTokens: 24, temperature: 0 }

/** As seen first: a thin function in front that gives up on whatever takes longer than it likes. */
const LONG_ANSWER_MS = 1_800

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
    let n = 0
    for (; n < 12 && leftMs() > 5_000; n++) {
      const prompt = plainPrompts[n % plainPrompts.length] ?? PROBE.prompt
      good(await service.generate({ ...PROBE, prompt, temperature: 1 }), `request ${n + 1} of a row`)
    }
    sampled(n)
  },
})

promise('generation.answers-in-parallel', {
  says: 'sixteen requests at once all get good answers',
  async check({ service, sampled }) {
    await inParallel(32, 16, async (index) =>
      good(await service.generate({ ...STORY, temperature: 1 }), `request ${index + 1}, 16 at once`),
    )
    sampled(32)
  },
})

promise('generation.serves-a-crowd', {
  says: 'of many requests at once each is answered, or turned away as one too many (429, 503)',
  async check({ service, verify, sampled }) {
    const answers = await inParallel(96, 48, () =>
      service.generate({ prompt: 'Tell me a story.', maxTokens: 12, temperature: 1 }),
    )
    sampled(answers.length)
    const turnedAway = answers.filter(({ received }) => received?.status === 429 || received?.status === 503)
    verify(turnedAway.length < answers.length, 'all of 96 requests were turned away', ...turnedAway)
    for (const answer of answers) if (!turnedAway.includes(answer)) good(answer, 'a request, 48 at once')
    await probe(service)
  },
})

promise('generation.counts-tokens', {
  says: 'the usage counts at least one prompt token and the tokens of the text',
  needs: ['usage'],
  async check({ service, verify }) {
    for (const route of routesOf(service)) {
      const answer = await service.answer({ ...STORY, route })
      const { promptTokens, completionTokens } = answer.usage ?? {}
      verify(completionTokens !== undefined, `${route}: the answer does not count its tokens`, answer)
      verify(
        completionTokens !== 0,
        `${route}: a text of ${answer.text.length} characters counts 0 tokens`,
        answer,
      )
      verify(
        (completionTokens ?? 0) <= STORY.maxTokens,
        `${route}: ${completionTokens} tokens counted where ${STORY.maxTokens} are allowed`,
        answer,
      )
      verify(
        promptTokens === undefined || promptTokens > 0,
        `${route}: a prompt of ${STORY.prompt.length} characters counts 0 tokens`,
        answer,
      )
    }
  },
})

promise('generation.total-is-the-sum', {
  says: 'total tokens are prompt tokens plus completion tokens',
  needs: ['usage'],
  async check({ service, verify, notApplicable }) {
    for (const route of routesOf(service)) {
      const answer = await service.answer({ ...STORY, route })
      const { promptTokens, completionTokens, totalTokens } = answer.usage ?? {}
      // OpenAI's wire has all three counts; other contracts may count less.
      if (totalTokens === undefined && !service.profile.capabilities.includes('models'))
        notApplicable('its contract counts no total')
      verify(
        totalTokens !== undefined && promptTokens !== undefined && completionTokens !== undefined,
        `${route}: the usage lacks a count: ${JSON.stringify(answer.usage)}`,
        answer,
      )
      verify(
        totalTokens === (promptTokens ?? 0) + (completionTokens ?? 0),
        `${route}: total ${totalTokens} is not ${promptTokens} + ${completionTokens}`,
        answer,
      )
    }
  },
})

promise('generation.keeps-the-cap', {
  says: 'no answer is longer than max_tokens, and one that ends there says length',
  needs: ['usage'],
  async check({ service, verify, sampled }) {
    // Only vLLM promises to run on past the end token, which makes the length exact.
    const exact = service.profile.engine === 'vllm'
    await inParallel(24, 8, async (index) => {
      const maxTokens = 1 + (index % 12)
      const answer = await service.answer({
        ...STORY,
        temperature: 1,
        maxTokens,
        ...(exact && { ignoreEos: true }),
      })
      const tokens = answer.usage?.completionTokens ?? 0
      verify(tokens <= maxTokens, `${tokens} tokens where ${maxTokens} were allowed`, answer)
      verify(
        !exact || tokens === maxTokens,
        `${tokens} tokens where exactly ${maxTokens} were asked for`,
        answer,
      )
      verify(
        !exact || answer.finishReason === 'length',
        `cut at the cap of ${maxTokens} tokens, yet the finish reason is ${quote(answer.finishReason)}`,
        answer,
      )
      verify(
        answer.finishReason !== 'length' || tokens === maxTokens,
        `the finish reason is length after ${tokens} of ${maxTokens} tokens`,
        answer,
      )
    })
    sampled(24)
  },
})

promise('generation.keeps-the-floor', {
  says: 'an answer does not end before min_tokens',
  needs: ['usage'],
  async check({ service, verify, notApplicable, sampled }) {
    if (service.profile.engine !== 'vllm') notApplicable('only vLLM promises min_tokens')
    await inParallel(6, 6, async (index) => {
      const prompt = plainPrompts[index % plainPrompts.length] ?? STORY.prompt
      const answer = await service.answer({ prompt, minTokens: 64, maxTokens: 64, temperature: 1 })
      verify(
        answer.usage?.completionTokens === 64,
        `${answer.usage?.completionTokens} tokens where min_tokens and max_tokens are 64`,
        answer,
      )
    })
    sampled(6)
  },
})

promise('generation.finishes-long-answers', {
  says: 'an answer that takes seconds arrives whole',
  needs: ['usage'],
  async check({ service, verify, notApplicable }) {
    if (service.profile.engine === 'unknown')
      notApplicable('only vLLM and ananke can be made to answer at length')
    const short = await service.answer({ ...STORY, ignoreEos: true })
    const perTokenMs = short.timing.e2eMs / Math.max(1, short.usage?.completionTokens ?? 1)
    const room = Math.min((await contextTokens(service)) ?? 1_024, 1_024) - 128
    // As long as that time allows at the pace just seen.
    const maxTokens = Math.max(24, Math.min(room, Math.floor(LONG_ANSWER_MS / perTokenMs)))
    const answer = good(
      await service.generate({ ...STORY, maxTokens, ignoreEos: true }),
      `an answer of ${maxTokens} tokens`,
    )
    const tokens = answer.usage?.completionTokens ?? 0
    verify(
      service.profile.engine !== 'vllm' || tokens === maxTokens,
      `${tokens} tokens where ${maxTokens} were asked for`,
      answer,
    )
  },
})

promise('generation.reads-the-whole-prompt', {
  says: 'the prompt tokens grow with the prompt: nothing is cut in silence',
  needs: ['usage'],
  async check({ service, verify, inconclusive, notApplicable }) {
    const sentence = 'The quick brown fox jumps over the lazy dog near the river bank. '
    const count = async (repeats: number): Promise<[number, Completed]> => {
      const answer = await service.answer({ prompt: sentence.repeat(repeats), maxTokens: 1, temperature: 0 })
      return [answer.usage?.promptTokens ?? notApplicable('the service counts no prompt tokens'), answer]
    }
    const [one] = await count(1)
    const [three] = await count(3)
    const each = (three - one) / 2
    verify(each > 0, `${one} prompt tokens for a prompt, ${three} for one three times as long`)
    // Sixty per cent of the context, where the service says how long that is.
    const context = Math.min((await contextTokens(service)) ?? 1_000, 16_000)
    const repeats = Math.floor((context * 0.6) / each)
    if (repeats < 4) inconclusive(`the context of ${context} tokens is too short to tell`)
    const [many, answer] = await count(repeats)
    const expected = one + each * (repeats - 1)
    verify(
      many >= 0.9 * expected,
      `a prompt of about ${Math.round(expected)} tokens was read as ${many}: the rest was cut in silence`,
      answer,
    )
  },
})

promise('generation.keeps-requests-apart', {
  says: 'an answer never holds what another request asked for',
  async check({ service, verify, random, sampled }) {
    const all = markers(random, 32)
    await inParallel(32, 16, async (index) => {
      const own = all[index] ?? ''
      const answer = await service.answer({ prompt: `Repeat: "${own}"`, maxTokens: 24, temperature: 0 })
      const foreign = foreignMarker(answer.text, own, all)
      verify(
        foreign === undefined,
        `the answer to the request with ${own} holds ${foreign}, the marker of another request`,
        answer,
      )
    })
    sampled(32)
  },
})

promise('generation.keeps-constrained-requests-apart', {
  says: 'each of sixteen parallel requests gets the one answer that its own constraint allows',
  needs: ['regex'],
  async check({ service, verify, random, sampled }) {
    const all = markers(random, 32)
    await inParallel(32, 16, async (index) => {
      const own = all[index] ?? ''
      const constraint = { kind: 'regex', pattern: own } as const
      const answer = await service.answer({
        prompt: `Repeat: "${own}"`,
        maxTokens: 24,
        temperature: 0,
        constraint,
      })
      const foreign = foreignMarker(answer.text, own, all)
      verify(
        foreign === undefined,
        `the answer that had to be ${own} holds ${foreign}, another request's`,
        answer,
      )
      verify(answer.text === own, `the answer had to be ${own}, it is ${quote(answer.text)}`, answer)
    })
    sampled(32)
  },
})

promise('generation.keeps-seeds', {
  says: 'the same seed gives the same text, different seeds do not',
  needs: ['seed'],
  async check({ service, verify }) {
    const draw = async (seed: number) => service.answer({ ...STORY, temperature: 1, seed })
    const pairs: (readonly [Completed, Completed])[] = []
    for (const seed of [11, 12, 13]) pairs.push([await draw(seed), await draw(seed)])
    // One differing pair may be arithmetic noise of batching; three are a seed that is not used.
    verify(
      pairs.some(([a, b]) => a.text === b.text),
      'three pairs with equal seeds differ, all three',
      ...pairs.flat(),
    )
    verify(
      new Set(pairs.map(([a]) => a.text)).size > 1,
      'three different seeds gave the same text',
      ...pairs.flat(),
    )
  },
})

promise('generation.samples-freely', {
  says: 'at a high temperature, without a seed, answers differ',
  needs: ['sampling'],
  async check({ service, verify, sampled }) {
    const answers = await inParallel(6, 3, () => service.answer({ ...STORY, temperature: 1.5 }))
    const texts = new Set(answers.map(({ text }) => text))
    verify(texts.size > 1, 'six answers at temperature 1.5 are the same, byte for byte', ...answers)
    sampled(6)
  },
})

promise('generation.is-greedy-at-zero', {
  says: 'at temperature 0 the same prompt gives the same text',
  async check({ service, verify }) {
    const pairs = await inParallel(3, 1, async (index) => {
      const request = { ...STORY, prompt: plainPrompts[index] ?? STORY.prompt }
      return [await service.answer(request), await service.answer(request)] as const
    })
    verify(
      pairs.some(([a, b]) => a.text === b.text),
      'three greedy pairs differ, all three: more than batching can explain',
      ...pairs.flat(),
    )
  },
})

promise('generation.speaks-text', {
  says: 'answers are text: not one symbol over and over, no control characters, no end markers',
  async check({ service, verify, sampled }) {
    const answers = await inParallel(plainPrompts.length, 5, (index) =>
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

promise('generation.stop-that-never-comes', {
  says: 'a stop string that does not occur changes nothing',
  needs: ['stop'],
  async check({ service, verify, random }) {
    const pairs = await inParallel(3, 1, async (index) => {
      const request = { ...STORY, prompt: plainPrompts[index] ?? STORY.prompt }
      const stopped = await service.answer({ ...request, stop: [random.marker(16)] })
      return [await service.answer(request), stopped] as const
    })
    for (const [free, stopped] of pairs)
      verify(
        free.text === '' || stopped.text !== '',
        'the text is empty once a stop string is set',
        free,
        stopped,
      )
    verify(
      pairs.some(([free, stopped]) => free.text === stopped.text),
      'a stop string that does not occur changes all of three greedy answers',
      ...pairs.flat(),
    )
  },
})

promise('generation.stops-at-a-stop', {
  says: 'the text ends before the first stop string, wherever that lies in it, and says stop',
  needs: ['stop'],
  async check({ service, verify, inconclusive, random, sampled }) {
    const free = await service.answer(STORY)
    const places = stopPlaces(free.text)
    if (places.length === 0)
      inconclusive('the answer is too short or too uniform to choose a stop string from', free)
    let stopped = 0
    for (const { stop, at } of places)
      for (const stops of [[stop], [random.marker(16), stop]]) {
        const answer = await service.answer({ ...STORY, stop: stops })
        verify(
          !answer.text.includes(stop),
          `the stop string ${quote(stop)}, ${stops.indexOf(stop) + 1} of ${stops.length}, stands in the text`,
          free,
          answer,
        )
        // A greedy answer that took another turn has no such stop: it proves nothing.
        const sameTurn = answer.text.slice(0, at) === free.text.slice(0, at)
        if (!sameTurn) continue
        stopped += 1
        verify(
          answer.text === free.text.slice(0, at),
          `the text ran past the stop string ${quote(stop)} by ${quote(answer.text.slice(at))}`,
          free,
          answer,
        )
        verify(
          answer.finishReason === 'stop',
          `stopped at ${quote(stop)}, yet the finish reason is ${quote(answer.finishReason)}`,
          answer,
        )
      }
    sampled(stopped)
    if (stopped === 0) inconclusive('no greedy answer took the same turn twice')
  },
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/
const END_MARKER =
  /<\|[a-z_]{3,24}\|>|<\/?s>|<(?:eos|bos|pad|unk|end_of_turn|start_of_turn)>|\[\/?INST\]|<｜[^｜]{3,30}｜>/

/** Two-character strings inside words of a text, each at its first occurrence: three, spread over it. */
function stopPlaces(text: string): { stop: string; at: number }[] {
  const places = [...text.matchAll(/(?=([a-z]{2}))/gi)]
    .map((match) => ({ stop: match[1] ?? '', at: match.index }))
    .filter(({ stop, at }) => at >= 4 && text.indexOf(stop) === at)
  return [0.2, 0.5, 0.8].flatMap((share) => places[Math.floor(share * places.length)] ?? [])
}
