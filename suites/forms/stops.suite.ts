import {
  type CheckTools,
  type GeneratingRoute,
  type GenerationRequest,
  onRoute,
  promise,
  quote,
  routesOf,
  spelledRoutesOf,
  stopPlaces,
} from '#infergate'
import { taken } from './story.ts'

promise('forms.stops-at-both-forms', {
  says: 'stop as a string ends an answer as the same stop in a list does',
  needs: ['stop', 'models'],
  async check(tools) {
    const { service, inCase } = tools
    const forced = service.profile.capabilities.includes('regex') ? spelledRoutesOf(service) : []
    for (const route of routesOf(service))
      await inCase(onRoute(service, 'stop', route), () =>
        forced.includes(route) ? stopsForced(tools, route) : stopsFree(tools, route),
      )
  },
})

/** The one text that is allowed holds the stop string: where it ends is no matter of chance. */
async function stopsForced(tools: CheckTools, route: GeneratingRoute): Promise<void> {
  const { service, verify, random } = tools
  const after = random.marker(4)
  // Its characters stand before it too: only all of them together are the stop string.
  const before = `${random.marker(3)}${after[0]}${random.marker(2)}`
  const stop = `-${after.slice(0, 2)}`
  for (const [name, form] of [
    ['a list', [stop]],
    ['a string', stop],
  ] as const) {
    const request: GenerationRequest = {
      ...{ prompt: 'Say hello.', route, maxTokens: 24, temperature: 0 },
      constraint: { kind: 'regex', pattern: `${before}-${after}` },
      wire: { stop: form },
    }
    const answer = taken(tools, `stop as ${name}`, await service.generate(request))
    // A model that ended inside its thought has said nothing that could be stopped.
    if (answer.text === '' && answer.reasoning !== undefined) continue
    verify(
      answer.text === before && answer.finishReason === 'stop',
      `with stop ${quote(stop)} as ${name} the answer ${quote(`${before}-${after}`)} has to end after ${quote(before)}: ` +
        `it is ${quote(answer.text)}, finish reason ${quote(answer.finishReason)}`,
      answer,
    )
  }
}

async function stopsFree(tools: CheckTools, route: GeneratingRoute): Promise<void> {
  const { service, verify, inconclusive, notApplicable } = tools
  const request = { prompt: 'Tell me a story.', route, maxTokens: 16, temperature: 0 } as const
  const free = await service.answer(request)
  const [place] = stopPlaces(free, 2)
  if (!place) return inconclusive('the answer is too short or too uniform to choose a stop string from', free)
  for (const [name, form] of [
    ['a list', [place.stop]],
    ['a string', place.stop],
  ] as const) {
    const what = `stop as ${name}`
    const answer = taken(tools, what, await service.generate({ ...request, wire: { stop: form } }))
    const isIgnored = answer.text.includes(place.stop)
    if (isIgnored && typeof form === 'object')
      notApplicable('stop has no effect in a list either: generation.stops-at-a-stop is about that')
    verify(!isIgnored, `${what} has no effect: ${quote(place.stop)} stands in the text`, free, answer)
  }
}
