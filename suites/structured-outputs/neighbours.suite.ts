import {
  bindingRoutesOf,
  canaryRequest,
  canarySchema,
  describeFailure,
  flawOf,
  foreignMarker,
  good,
  holdToSchema,
  inParallel,
  longestRun,
  markers,
  PROBE,
  promise,
  quote,
  routesOf,
} from '#infergate'

promise('structured-outputs.keeps-constraints-apart', {
  says: 'in a mixed batch each request has its own constraint, and a free one has none',
  needs: ['json-schema'],
  alone: 'hurts',
  async check({ service, verify, random, sampled }) {
    const all = markers(random, 24)
    const [bound, unbound] = [bindingRoutesOf(service), routesOf(service)]
    const garbled: {
      readonly free: ReturnType<typeof good>
      readonly route: ReturnType<typeof routesOf>[number]
    }[] = []
    await inParallel(32, 16, async (index) => {
      // Four in a row on one route, three of them constrained.
      const turn = Math.floor(index / 4)
      if (index % 4 === 3) {
        const route = unbound[turn % unbound.length] ?? 'generate'
        const free = good(await service.generate({ ...FREE, route }))
        // A free answer may outlast its neighbours: only what came beside them is spoiled.
        if (longestRun(free.text).count >= GARBLED) garbled.push({ free, route })
        const foreign = foreignMarker(free.text, '', all)
        verify(foreign === undefined, `a free answer holds ${foreign}, the constraint of a neighbour`, free)
        return
      }
      const own = all[index - turn] ?? ''
      const route = bound[turn % bound.length] ?? 'generate'
      const schema = canarySchema('marker', own)
      const generation = await service.generate({ ...(await canaryRequest(service, schema)), route })
      const text = generation.outcome === 'completed' ? generation.text : ''
      const foreign = foreignMarker(text, own, all)
      verify(
        foreign === undefined,
        `the answer held to ${own} has ${foreign}, a neighbour's constraint`,
        generation,
      )
      const held = await holdToSchema(`the constraint ${own} of sixteen in parallel`, schema, generation)
      const why = held === 'refused' ? `: ${describeFailure(generation)}` : ''
      verify(held === 'held', `the constraint ${own} of sixteen in parallel was ${held}${why}`, generation)
    })
    // Alone, with nothing constrained beside it, the same request says whether the model talks like this by itself.
    for (const { free, route } of garbled) {
      const alone = good(await service.generate({ ...FREE, route }))
      const { symbol, count } = longestRun(free.text)
      verify(
        longestRun(alone.text).count >= GARBLED,
        `beside constrained requests a free one says ${quote(symbol)} ${count} times in a row: ${quote(free.text, 40)}, ` +
          `alone ${quote(alone.text, 40)}`,
        free,
        alone,
      )
    }
    sampled(32 + garbled.length)
  },
})

/** Asked beside constrained requests, and alone. */
const FREE = { prompt: 'Tell me a story.', maxTokens: 32, temperature: 0 } as const

/** As many of one symbol in a row are no story: a broken constraint's mask lets one token through, again and again. */
const GARBLED = 8

promise('structured-outputs.leaves-health-honest', {
  says: 'after constraints that no answer can keep, health and generation still agree',
  needs: ['health'],
  alone: 'hurts',
  async check({ service, verify }) {
    for (const constraint of IMPOSSIBLE)
      if (service.profile.capabilities.includes(constraint.kind))
        await service.generate({ ...PROBE, constraint })
    const health = await service.health()
    const answer = await service.generate(PROBE)
    const flaw = answer.outcome === 'failed' ? describeFailure(answer) : flawOf(answer)
    verify(
      health.ok === (flaw === undefined),
      `health is ${health.ok ? 'green' : 'not'}, generation: ${flaw ?? 'good'}`,
      health.reply,
      answer,
    )
  },
})

const IMPOSSIBLE = [
  { kind: 'json-schema', schema: { type: 'object', properties: { a: false }, required: ['a'] } },
  { kind: 'regex', pattern: '(unclosed' },
] as const
