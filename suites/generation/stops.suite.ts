import { drawAlike, good, promise, quote } from '#infergate'
import plainPrompts from '../../fixtures/prompts/plain.json' with { type: 'json' }
import { STORY } from './story.ts'

promise('generation.stop-that-never-comes', {
  says: 'a stop string that does not occur changes nothing',
  needs: ['stop'],
  alone: 'compares',
  async check({ service, verify, random }) {
    const { alike, pairs } = await drawAlike(async (index) => {
      const request = { ...STORY, prompt: plainPrompts[index] ?? STORY.prompt }
      const stopped = await service.answer({ ...request, stop: [random.marker(16)] })
      const free = good(await service.generate(request), 'the same without a stop string')
      verify(
        free.text === '' || stopped.text !== '',
        'the text is empty once a stop string is set',
        free,
        stopped,
      )
      return [free, stopped]
    })
    verify(alike, 'a stop string that does not occur changes all of three greedy answers', ...pairs.flat())
  },
})

promise('generation.stops-at-a-stop', {
  says: 'the text ends before the first stop string, wherever that lies in it, and says stop',
  needs: ['stop'],
  alone: 'compares',
  async check({ service, verify, inconclusive, random, sampled }) {
    const request = { ...STORY, maxTokens: 16 }
    const free = await service.answer(request)
    const places = stopPlaces(free.text)
    if (places.length === 0)
      inconclusive('the answer is too short or too uniform to choose a stop string from', free)
    let stopped = 0
    for (const { stop, at } of places)
      for (const stops of [[stop], [random.marker(16), stop]]) {
        const answer = await service.answer({ ...request, stop: stops })
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
    if (stopped === 0) inconclusive('no greedy answer took the same turn twice')
    sampled(stopped)
  },
})

/** Two-character strings inside words of a text, each at its first occurrence: three, spread over it. */
function stopPlaces(text: string): { stop: string; at: number }[] {
  const places = [...text.matchAll(/(?=([a-z]{2}))/gi)]
    .map((match) => ({ stop: match[1] ?? '', at: match.index }))
    .filter(({ stop, at }) => at >= 4 && text.indexOf(stop) === at)
  return [0.2, 0.5, 0.8].flatMap((share) => places[Math.floor(share * places.length)] ?? [])
}
