import {
  canaryRequest,
  canarySchema,
  describeFailure,
  flawOf,
  foreignMarker,
  good,
  holdToSchema,
  inParallel,
  isOneSymbol,
  markers,
  PROBE,
  promise,
  quote,
} from '#infergate'

promise('structured-outputs.keeps-constraints-apart', {
  says: 'in a mixed batch each request has its own constraint, and a free one has none',
  needs: ['json-schema'],
  alone: 'hurts',
  async check({ service, verify, random, sampled }) {
    const all = markers(random, 24)
    await inParallel(32, 16, async (index) => {
      if (index % 4 === 3) {
        const free = good(
          await service.generate({ prompt: 'Tell me a story.', maxTokens: 32, temperature: 0 }),
        )
        verify(
          !isOneSymbol(free.text),
          `beside constrained requests a free one says ${quote(free.text, 40)}`,
          free,
        )
        const foreign = foreignMarker(free.text, '', all)
        verify(foreign === undefined, `a free answer holds ${foreign}, the constraint of a neighbour`, free)
        return
      }
      const own = all[index - Math.floor(index / 4)] ?? ''
      const schema = canarySchema('marker', own)
      const generation = await service.generate(canaryRequest(schema))
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
    sampled(32)
  },
})

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
