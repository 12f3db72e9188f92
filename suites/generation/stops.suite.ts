import {
  type CheckTools,
  completed,
  drawAlike,
  type GeneratingRoute,
  good,
  leaksStop,
  onRoute,
  promise,
  quote,
  routesOf,
  stopPlaces,
  verifyAlike,
} from '#infergate'
import { waysOf } from './offered.ts'
import { inPair, STORY } from './story.ts'

promise('generation.stop-that-never-comes', {
  says: 'a stop string that does not occur changes nothing',
  needs: ['stop'],
  alone: 'compares',
  deadlineMs: 60_000,
  async check(tools) {
    const { service, inCase } = tools
    for (const route of routesOf(service))
      for (const stream of waysOf(tools)) {
        const name = `a stop string that does not occur${stream ? ', streamed' : ''}`
        await inCase(onRoute(service, name, route), () => leavesAlone(tools, route, stream))
      }
  },
})

async function leavesAlone(tools: CheckTools, route: GeneratingRoute, stream: boolean): Promise<void> {
  const { service, verify, random, notApplicable } = tools
  // vLLM's reader of thoughts splits what it is handed: text that was held back for a stop string is cut elsewhere.
  if (stream && service.profile.reasoning !== undefined)
    notApplicable(
      'the model thinks first, and where a stream parts its thought from its answer is not promised',
    )
  const drawn = await drawAlike(async (index, isShort) => {
    const request = { ...inPair(index, isShort), route }
    const asked = { ...request, stop: [random.marker(16)] }
    const stopped = completed(await (stream ? service.stream(asked) : service.generate(asked)))
    const free = good(await service.generate(request), 'the same without a stop string')
    const isEmptied = free.text !== '' && stopped.text === ''
    verify(!isEmptied, 'the text is empty once a stop string is set', free, stopped)
    return [free, stopped]
  })
  const [free, stopped] = drawn.pairs[0] ?? []
  // A service that holds text back for a stop string has to give it out at the end.
  const isCut = free && stopped && stopped.text !== free.text && free.text.startsWith(stopped.text)
  const lost = isCut
    ? `; of the first one the end is lost: ${quote(free.text.slice(stopped.text.length))}`
    : ''
  const { differing, pairs } = drawn
  const what = stream ? 'the streams of greedy answers' : 'greedy answers'
  const seen = `a stop string that does not occur changes ${differing} of ${pairs.length} ${what}${lost}`
  verifyAlike(tools, drawn, seen)
}

promise('generation.stops-at-a-stop', {
  says: 'the text ends before the first stop string, wherever that lies in it, and says stop',
  needs: ['stop'],
  alone: 'compares',
  async check(tools) {
    const { service, inCase, sampled } = tools
    let stopped = 0
    for (const route of routesOf(service))
      await inCase(onRoute(service, 'a stop string', route), async () => {
        stopped += await stopsOn(tools, route)
      })
    // A route that is broken has been said.
    if (stopped > 0) sampled(stopped)
  },
})

/** Asks for an answer again with stop strings taken from it; how many of them stopped it. */
async function stopsOn(
  { service, verify, inconclusive, notApplicable, random }: CheckTools,
  route: GeneratingRoute,
): Promise<number> {
  const request = { ...STORY, route, maxTokens: 16 }
  const free = await service.answer(request)
  const places = stopPlaces(free, 2)
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
      const leaks = leaksStop(answer.text, { free: free.text, stop, at })
      if (!sameTurn || (!leaks && answer.text.length > at)) continue
      stopped += 1
      verify(
        !leaks,
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
  if (stopped === 0 && free.reasoning)
    notApplicable('it thinks first, and no greedy answer took the same turn')
  if (stopped === 0) inconclusive('no greedy answer took the same turn twice')
  return stopped
}
