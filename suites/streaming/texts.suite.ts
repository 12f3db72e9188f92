import { completed, drawAlike, good, markers, promise, quote, routesOf } from '#infergate'
import plainPrompts from '../../fixtures/prompts/plain.json' with { type: 'json' }
import { STORY } from './story.ts'

promise('streaming.equals-full', {
  says: 'a stream brings the same text, finish reason and usage as the whole answer',
  needs: ['stream', 'choice'],
  alone: 'compares',
  async check({ service, verify, random }) {
    for (const route of routesOf(service)) {
      const text = `${markers(random, 2).join(' ')}, and "${random.marker(6)}".`
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
  alone: 'compares',
  async check({ service, verify }) {
    for (const route of routesOf(service)) {
      const { alike, pairs } = await drawAlike(async (index) => {
        const request = { ...STORY, route, maxTokens: 20, prompt: plainPrompts[index] ?? STORY.prompt }
        return [await service.answer(request), good(await service.stream(request), 'a greedy stream')]
      })
      // Batching may turn one greedy answer; three of three are words lost or changed on the way.
      const [full, streamed] = pairs[0] ?? []
      verify(
        alike,
        `${route}: three of three streams differ from the whole answer: ${quote(full?.text ?? '')} became ${quote(streamed?.text ?? '')}`,
        ...pairs.flat(),
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
  alone: 'compares',
  async check({ service, verify, inconclusive, sampled }) {
    const request = { ...STORY, maxTokens: 20 }
    const free = await service.answer(request)
    const starts = [0.25, 0.5, 0.75].map((share) => Math.floor(share * free.text.length))
    let stopped = 0
    for (const start of starts) {
      const stop = free.text.slice(start, start + 5)
      const at = free.text.indexOf(stop)
      if (stop.length < 5 || at < 1) continue
      // A stop at the very beginning may leave nothing to say, so an empty text is no flaw here.
      const answer = completed(
        await service.stream({ ...request, stop: [stop] }),
        'a stream with a stop string',
      )
      if (answer.text.slice(0, at) !== free.text.slice(0, at)) continue
      stopped += 1
      verify(
        answer.text.length === at,
        `the stop string ${quote(stop)} ends the text at ${at}, yet the stream went on with ${quote(answer.text.slice(at))}`,
        free,
        answer,
      )
    }
    if (stopped === 0) inconclusive('no greedy stream took the turn of the whole answer', free)
    sampled(stopped)
  },
})
