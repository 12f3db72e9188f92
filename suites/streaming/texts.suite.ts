import {
  type CheckTools,
  type Completed,
  completed,
  drawAlike,
  type GeneratingRoute,
  good,
  leaksStop,
  onRoute,
  promise,
  quote,
  routesOf,
  spelledRoutesOf,
  stopPlaces,
  tokensWithin,
  verifyAlike,
} from '#infergate'

import openPrompts from '../../fixtures/prompts/open.json' with { type: 'json' }
import { holdsText } from './ends-properly.ts'
import { onlyChoice, STORY } from './story.ts'

promise('streaming.equals-full', {
  says: 'a stream brings the same text, finish reason and usage as the whole answer',
  needs: ['stream', 'choice'],
  alone: 'compares',
  deadlineMs: 60_000,
  async check({ service, verify, inconclusive, random }) {
    const maxTokens = await tokensWithin(service, 96, 48)
    for (const route of spelledRoutesOf(service)) {
      const { verdict, pairs } = await drawAlike(async () => {
        const text = onlyChoice(random)
        const constraint = { kind: 'choice', choices: [text] } as const
        const request = { ...STORY, route, maxTokens, constraint }
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
        return [full, streamed]
      }, sameUsage)
      // The text is given, how it is cut into tokens is not: batching may turn that as it turns a greedy text.
      const [full, streamed] = pairs[0] ?? []
      const seen = `${route}: the usage is ${JSON.stringify(full?.usage)} whole, ${JSON.stringify(streamed?.usage)} streamed`
      if (verdict === 'open') inconclusive(`${seen}, and now and then the same`)
      verify(verdict === 'alike', seen, ...pairs.flat())
    }
  },
})

const sameUsage = ([full, streamed]: readonly [Completed, Completed]): boolean =>
  // Two thoughts may differ, and then their tokens do.
  full.reasoning !== streamed.reasoning || JSON.stringify(full.usage) === JSON.stringify(streamed.usage)

promise('streaming.equals-full-greedy', {
  says: 'a greedy stream brings the text of the greedy whole answer',
  needs: ['stream'],
  alone: 'compares',
  deadlineMs: 60_000,
  async check(tools) {
    const { service } = tools
    for (const route of routesOf(service)) {
      const drawn = await drawAlike(async (index) => {
        // None with one obvious answer: a stream that is drawn at temperature 1 would bring it as well.
        const prompt = openPrompts[index % openPrompts.length] ?? STORY.prompt
        // Not shorter where many are drawn: what is lost may be lost late. A false failure at 4 % a token: 10⁻⁵; at 3 %: 10⁻⁷.
        const request = { ...STORY, route, maxTokens: 20, prompt }
        return [await service.answer(request), completed(await service.stream(request), 'a greedy stream')]
      })
      const [full, streamed] = drawn.pairs[0] ?? []
      verifyAlike(
        tools,
        drawn,
        `${route}: ${drawn.differing} of ${drawn.pairs.length} streams differ from the whole answer`,
        `${quote(full?.text ?? '')} became ${quote(streamed?.text ?? '')}`,
      )
    }
  },
})

promise('streaming.keeps-characters-whole', {
  says: 'characters of several bytes arrive whole',
  needs: ['stream', 'choice'],
  async check({ service, verify }) {
    const maxTokens = await tokensWithin(service, 160, 32)
    // Each byte may be a token.
    const [long, short] = ['안녕하세요 세계 🌍🚀 naïve façade — 日本語', '한국 🌍 é 日本']
    const text = Buffer.byteLength(long) < maxTokens ? long : short
    for (const route of spelledRoutesOf(service)) {
      const constraint = { kind: 'choice', choices: [text] } as const
      const answer = good(await service.stream({ ...STORY, route, maxTokens, constraint }), 'a stream')
      holdsText(verify, answer)
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
  async check(tools) {
    const { service, inCase, sampled } = tools
    let stopped = 0
    for (const route of routesOf(service))
      await inCase(onRoute(service, 'a stop string', route), async () => {
        stopped += await holdsBackOn(tools, route)
      })
    // A route that is broken has been said.
    if (stopped > 0) sampled(stopped)
  },
})

/** Streams an answer again with stop strings taken from it; how many of them stopped it. */
async function holdsBackOn(
  { service, verify, inconclusive, notApplicable }: CheckTools,
  route: GeneratingRoute,
): Promise<number> {
  const request = { ...STORY, route, maxTokens: 20 }
  const free = await service.answer(request)
  let stopped = 0
  for (const { stop, at } of stopPlaces(free, 5)) {
    // A stop at the very beginning may leave nothing to say, so an empty text is no flaw here.
    const answer = completed(
      await service.stream({ ...request, stop: [stop] }),
      'a stream with a stop string',
    )
    const leaks = leaksStop(answer.text, { free: free.text, stop, at })
    // A greedy stream that took another turn, be it at the stop itself, proves nothing.
    if (!answer.text.startsWith(free.text.slice(0, at)) || (!leaks && answer.text.length > at)) continue
    stopped += 1
    verify(
      !leaks,
      `the stop string ${quote(stop)} ends the text at ${at}, yet the stream went on with ${quote(answer.text.slice(at))}`,
      free,
      answer,
    )
  }
  if (stopped === 0 && free.reasoning)
    notApplicable('it thinks first, and no greedy stream took the turn of the whole answer')
  if (stopped === 0) inconclusive('no greedy stream took the turn of the whole answer', free)
  return stopped
}
