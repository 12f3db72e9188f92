import {
  type CheckTools,
  type Completed,
  contextTokens,
  foreignMarker,
  type GenerationRequest,
  good,
  inParallel,
  type MetricSample,
  markers,
  median,
  metricSum,
  metricsUntil,
  probe,
  promise,
  quote,
  routesOf,
} from '#infergate'
import plainPrompts from '../fixtures/prompts/plain.json' with { type: 'json' }

const STORY: GenerationRequest = { prompt: 'Tell me a story.', maxTokens: 32, temperature: 0 }

promise('streaming.answers', {
  says: 'a streamed request gets a text, one finish reason and a proper end',
  needs: ['stream'],
  tags: ['smoke'],
  async check({ service, verify }) {
    endsProperly(verify, good(await service.stream({ ...STORY, maxTokens: 8 }), 'a stream'))
  },
})

promise('streaming.ends-properly', {
  says: 'every stream, long or short, on each route, has one finish reason and ends with [DONE]',
  needs: ['stream'],
  async check({ service, verify, sampled }) {
    const routes = routesOf(service)
    const n = 32
    await inParallel(n, 8, async (index) => {
      const route = routes[index % routes.length] ?? 'generate'
      const prompt = plainPrompts[index % plainPrompts.length] ?? STORY.prompt
      const generation = await service.stream({ prompt, route, maxTokens: 1 + index, temperature: 1 })
      endsProperly(verify, good(generation, `stream ${index + 1} (${route})`))
    })
    sampled(n)
  },
})

promise('streaming.equals-full', {
  says: 'a stream brings the same text, finish reason and usage as the whole answer',
  needs: ['stream', 'choice'],
  async check({ service, verify, random }) {
    for (const route of routesOf(service)) {
      const text = `${markers(random, 4).join(' ')}, and "${random.marker(6)}".`
      const request = {
        ...STORY,
        route,
        maxTokens: 96,
        constraint: { kind: 'choice', choices: [text] },
      } as const
      const full = await service.answer(request)
      const streamed = good(await service.stream(request), 'the same request, streamed')
      verify(
        full.text === text,
        `${route}: the one choice is ${quote(text)}, the answer ${quote(full.text)}`,
        full,
      )
      verify(
        streamed.text === text,
        `${route}: the whole answer is ${quote(text)}, the stream brings ${quote(streamed.text)}`,
        full,
        streamed,
      )
      verify(
        full.finishReason === streamed.finishReason,
        `${route}: whole it ends with ${quote(full.finishReason)}, streamed with ${quote(streamed.finishReason)}`,
        full,
        streamed,
      )
      verify(
        JSON.stringify(full.usage) === JSON.stringify(streamed.usage),
        `${route}: the usage is ${JSON.stringify(full.usage)} whole, ${JSON.stringify(streamed.usage)} streamed`,
        full,
        streamed,
      )
    }
  },
})

promise('streaming.equals-full-greedy', {
  says: 'a greedy stream brings the text of the greedy whole answer',
  needs: ['stream'],
  async check({ service, verify }) {
    for (const route of routesOf(service)) {
      const pairs: Completed[][] = []
      for (const prompt of plainPrompts.slice(0, 3)) {
        const request = { ...STORY, route, maxTokens: 20, prompt }
        pairs.push([await service.answer(request), good(await service.stream(request), 'a greedy stream')])
        if (pairs.at(-1)?.[0]?.text === pairs.at(-1)?.[1]?.text) break
      }
      // Batching may turn one greedy answer; three of three are words lost or changed on the way.
      const [full, streamed] = pairs[0] ?? []
      verify(
        pairs.some(([a, b]) => a?.text === b?.text),
        `${route}: three of three streams differ from the whole answer: ${quote(full?.text ?? '')} became ${quote(streamed?.text ?? '')}`,
        ...pairs.flat(),
      )
    }
  },
})

promise('streaming.sends-usage', {
  says: 'a stream that was asked for its usage sends it once, and it adds up',
  needs: ['stream', 'usage'],
  async check({ service, verify }) {
    for (const route of routesOf(service)) {
      const answer = good(await service.stream({ ...STORY, route }), `a stream (${route})`)
      const { promptTokens = 0, completionTokens = 0, totalTokens } = answer.usage ?? {}
      verify(
        answer.usage !== undefined,
        `${route}: include_usage is set, yet no event carries the usage`,
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

promise('streaming.arrives-in-pieces', {
  says: 'a long answer arrives piece by piece while it is made, the first piece early',
  needs: ['stream'],
  async check({ service, verify, inconclusive }) {
    // What buffers on the way does so at any length. A server starved of its processor also delivers short streams in one
    // piece (a real vLLM on two busy cores: 96 tokens at once), so each further try is longer.
    const tries: { answer: Completed; flaw: string }[] = []
    const longest = (await contextTokens(service)) ?? 1_024
    for (const tokens of [96, 288, 640, 640]) {
      const ignoreEos = service.profile.engine === 'vllm' && { ignoreEos: true }
      const maxTokens = Math.min(tokens, Math.floor(longest * 0.75))
      const answer = good(await service.stream({ ...STORY, maxTokens, ...ignoreEos }), 'a long stream')
      if ((answer.usage?.completionTokens ?? answer.stream?.contentEvents ?? 0) < 24)
        inconclusive('the answer is too short to tell', answer)
      const flaw = bufferingOf(answer)
      if (flaw === undefined) return
      tries.push({ answer, flaw })
    }
    verify(
      false,
      `each of ${tries.length} streams, the longer ones too, is buffered on the way: ${tries.at(-1)?.flaw}`,
      ...tries.map(({ answer }) => answer),
    )
  },
})

promise('streaming.keeps-flowing', {
  says: 'a stream does not fall silent half-way',
  needs: ['stream'],
  async check({ service, verify, sampled }) {
    const answers = await inParallel(4, 4, () => service.stream({ ...STORY, maxTokens: 96, temperature: 1 }))
    sampled(answers.length)
    for (const generation of answers) {
      const answer = good(generation, 'a stream')
      const gaps = answer.timing.chunkAtMs
        .slice(1)
        .map((at, index) => at - (answer.timing.chunkAtMs[index] ?? at))
      const longest = Math.max(0, ...gaps)
      verify(
        longest <= Math.max(2_000, 20 * median(gaps)),
        `a stream was silent for ${Math.round(longest)} ms; its usual gap is ${Math.round(median(gaps))} ms`,
        answer,
      )
    }
  },
})

promise('streaming.keeps-characters-whole', {
  says: 'characters of several bytes arrive whole',
  needs: ['stream', 'choice'],
  async check({ service, verify }) {
    const text = '안녕하세요 세계 🌍🚀 naïve façade — 日本語'
    for (const route of routesOf(service)) {
      const constraint = { kind: 'choice', choices: [text] } as const
      const answer = good(await service.stream({ ...STORY, route, maxTokens: 160, constraint }), 'a stream')
      verify(
        !answer.text.includes('\uFFFD'),
        `${route}: the stream holds U+FFFD: ${quote(answer.text)}`,
        answer,
      )
      verify(answer.text === text, `${route}: ${quote(text)} arrived as ${quote(answer.text)}`, answer)
    }
  },
})

promise('streaming.holds-stops-back', {
  says: 'a stream never sends the beginning of a stop string that then completes',
  needs: ['stream', 'stop'],
  async check({ service, verify, inconclusive, sampled }) {
    const free = await service.answer(STORY)
    const starts = [0.25, 0.5, 0.75].map((share) => Math.floor(share * free.text.length))
    let stopped = 0
    for (const start of starts) {
      const stop = free.text.slice(start, start + 5)
      const at = free.text.indexOf(stop)
      if (stop.length < 5 || at < 1) continue
      const generation = await service.stream({ ...STORY, stop: [stop] })
      // A stop at the very beginning may leave nothing to say, so an empty text is no flaw here.
      if (generation.outcome === 'failed') {
        good(generation, 'a stream with a stop string')
        continue
      }
      if (generation.text.slice(0, at) !== free.text.slice(0, at)) continue
      stopped += 1
      verify(
        generation.text.length === at,
        `the stop string ${quote(stop)} ends the text at ${at}, yet the stream went on with ${quote(generation.text.slice(at))}`,
        free,
        generation,
      )
    }
    sampled(stopped)
    if (stopped === 0) inconclusive('no greedy stream took the turn of the whole answer', free)
  },
})

promise('streaming.keeps-streams-apart', {
  says: 'sixteen streams at once do not mix',
  needs: ['stream'],
  async check({ service, verify, random, sampled }) {
    const all = markers(random, 32)
    await inParallel(32, 16, async (index) => {
      const own = all[index] ?? ''
      const request = { prompt: `Repeat: "${own}"`, maxTokens: 24, temperature: 0 }
      const answer = good(await service.stream(request), `stream ${index + 1}, 16 at once`)
      endsProperly(verify, answer)
      const foreign = foreignMarker(answer.text, own, all)
      verify(foreign === undefined, `the stream of ${own} holds ${foreign}, the marker of another`, answer)
    })
    sampled(32)
  },
})

promise('streaming.survives-disconnects', {
  says: 'clients that leave in mid-stream do no harm to those who stay',
  needs: ['stream'],
  async check({ service, sampled }) {
    for (let client = 0; client < 5; client++) {
      const leave = new AbortController()
      let deltas = 0
      await service.stream(
        { ...STORY, maxTokens: 256 },
        {
          signal: leave.signal,
          onDelta: () => {
            deltas += 1
            if (deltas === 3) leave.abort()
          },
        },
      )
      await probe(service)
    }
    sampled(5)
  },
})

promise('streaming.disconnect-frees', {
  says: 'when the client leaves, the service stops generating for it',
  needs: ['stream', 'metrics'],
  async check({ service, verify, clock, inconclusive, notApplicable }) {
    const runs = async () => metricSum(await service.metrics(), RUNNING)
    const isIdle = (samples: readonly MetricSample[]) => (metricSum(samples, RUNNING) ?? 0) === 0
    if ((await runs()) === undefined) notApplicable(`/metrics has no ${RUNNING}`)
    // Earlier checks left streams too: what still runs here, where nobody else asks, is theirs.
    const quiet = await metricsUntil(service, clock, LEFT_MS, isIdle)
    if (!quiet.held && service.boots.at(-1)?.origin !== 'started')
      inconclusive('others use the service meanwhile')
    verify(quiet.held, `${await runs()} requests still run ${LEFT_MS} ms after all clients left`)
    // Long enough to be still at work by then.
    const maxTokens = Math.min(2_000, ((await contextTokens(service)) ?? 1_024) - 100)
    const leave = new AbortController()
    let deltas = 0
    const onDelta = () => {
      deltas += 1
      if (deltas === 3) leave.abort()
    }
    await service.stream({ ...STORY, maxTokens, ignoreEos: true }, { signal: leave.signal, onDelta })
    if (deltas < 3) inconclusive('the stream ended before the client could leave it')
    const { held } = await metricsUntil(service, clock, LEFT_MS, isIdle)
    verify(held, `${await runs()} requests still run ${LEFT_MS} ms after the client left`)
  },
})

const RUNNING = 'vllm:num_requests_running'
/** A service that notices a closed connection needs milliseconds; this leaves room for a step of a large model. */
const LEFT_MS = 2_000

/** O3: one finish reason, the end marker last, no error inside. The client already refuses a stream without an end. */
function endsProperly(verify: CheckTools['verify'], answer: Completed): void {
  const shape = answer.stream
  verify(shape !== undefined, 'the answer to a streamed request is no stream', answer)
  if (shape === undefined) return
  verify(shape.finishReasons === 1, `the stream carries ${shape.finishReasons} finish reasons`, answer)
  verify(shape.eventsAfterDone === 0, `${shape.eventsAfterDone} events come after the end marker`, answer)
  verify(!shape.sawErrorEvent, 'the stream carries an error event', answer)
}

/** What says that something kept the stream back and sent it in one go; undefined when it flowed. */
function bufferingOf({ timing }: Completed): string | undefined {
  const { ttftMs = timing.e2eMs, e2eMs, reads } = timing
  if (reads < 5) return `the whole body came in ${reads} reads`
  if (ttftMs > 0.8 * e2eMs)
    return `the first piece came after ${Math.round(ttftMs)} of ${Math.round(e2eMs)} ms`
  return undefined
}
