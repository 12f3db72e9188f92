import {
  describeFailure,
  foreignMarker,
  good,
  inParallel,
  markers,
  onRoute,
  probe,
  promise,
  quote,
  routesOf,
  spelledRoutesOf,
  verifyOwnMarkers,
} from '#infergate'
import { STORY } from './story.ts'

promise('generation.answers-in-parallel', {
  says: 'sixteen requests at once all get good answers',
  alone: 'hurts',
  async check({ service, sampled }) {
    const routes = routesOf(service)
    await inParallel(32, 16, async (index) => {
      const route = routes[index % routes.length] ?? 'generate'
      return good(
        await service.generate({ ...STORY, route, maxTokens: 12, temperature: 1 }),
        onRoute(service, `request ${index + 1}, 16 at once,`, route),
      )
    })
    sampled(32)
  },
})

/** Requests after a crowd that was turned away: as many show that the service has a limit, and is not broken by it. */
const LATER = 4

/** RFC 9110 §10.2.3: seconds, or a date. */
const isTime = (after: string): boolean => /^\s*\d+(?:\.\d+)?\s*$/.test(after) || Date.parse(after) > 0

promise('generation.serves-a-crowd', {
  says: 'of many requests at once each is answered, or turned away as one too many (429, 503)',
  alone: 'hurts',
  async check({ service, verify, notApplicable, sampled }) {
    const routes = routesOf(service)
    const crowd = { prompt: 'Tell me a story.', maxTokens: 12, temperature: 1 }
    const answers = await inParallel(96, 48, (index) =>
      service.generate({ ...crowd, route: routes[index % routes.length] ?? 'generate' }, { once: true }),
    )
    const { yes: turnedAway = [], no: taken = [] } = Object.groupBy(answers, (answer) =>
      answer.outcome === 'failed' && answer.turnedAway ? 'yes' : 'no',
    )
    for (const answer of taken) good(answer, 'a request, 48 at once')
    for (const answer of turnedAway) {
      const after = answer.received?.headers['retry-after']
      verify(after === undefined || isTime(after), `Retry-After says ${quote(after ?? '')}, no time`, answer)
    }
    await probe(service)
    const [refusal] = turnedAway
    if (refusal?.outcome === 'failed' && turnedAway.length > taken.length) {
      // What a limit turns away it lets in later: who refuses these too, until the patience of the run ends, decides nothing.
      for (let index = 0; index < LATER; index++)
        good(await service.generate(crowd), `request ${index + 1} of ${LATER} after the crowd`)
      notApplicable(
        `the service is not there for crowds: of 96 requests, 48 at once, it turned ${turnedAway.length} away ` +
          `(${describeFailure(refusal)}) and answered ${taken.length}; ${LATER} sent later, one by one, were answered`,
      )
    }
    sampled(taken.length)
  },
})

promise('generation.keeps-requests-apart', {
  says: 'an answer holds what its own request asked for, never what another did',
  alone: 'hurts',
  async check(tools) {
    const { service, verify, random, sampled } = tools
    const all = markers(random, 32)
    const routes = routesOf(service)
    const ask = (marker: string) => {
      const route = routes[all.indexOf(marker) % routes.length] ?? 'generate'
      return service.answer({ prompt: `Repeat: "${marker}"`, route, maxTokens: 24, temperature: 0 })
    }
    const crowd = await inParallel(32, 16, async (index) => {
      const marker = all[index] ?? ''
      const answer = await ask(marker)
      const foreign = foreignMarker(answer.text, marker, all)
      verify(
        foreign === undefined,
        `the answer to the request with ${marker} holds ${foreign}, the marker of another request`,
        answer,
      )
      return { marker, answer }
    })
    sampled(32)
    await verifyOwnMarkers(tools, crowd, ({ marker }) => ask(marker))
  },
})

promise('generation.keeps-constrained-requests-apart', {
  says: 'each of sixteen parallel requests gets the one answer that its own constraint allows',
  needs: ['regex'],
  alone: 'hurts',
  async check({ service, verify, random, sampled }) {
    const all = markers(random, 32)
    const routes = spelledRoutesOf(service)
    const said = await inParallel(32, 16, async (index) => {
      const own = all[index] ?? ''
      const constraint = { kind: 'regex', pattern: own } as const
      const answer = await service.answer({
        prompt: `Repeat: "${own}"`,
        route: routes[index % routes.length] ?? 'generate',
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
      // A model that ended inside its thought, each time that it was asked, has said nothing that could be another's.
      const saidNothing = answer.text === '' && answer.reasoning !== undefined
      const isOwn = answer.text === own || saidNothing
      verify(isOwn, `the answer had to be ${own}, it is ${quote(answer.text)}`, answer)
      return !saidNothing
    })
    sampled(said.filter(Boolean).length, 16)
  },
})
