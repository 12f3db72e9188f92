import {
  bindingRoutesOf,
  type CheckTools,
  type Constraint,
  canaryRequest,
  canarySchema,
  describeFailure,
  type GeneratingRoute,
  holdToSchema,
  inParallel,
  inTurn,
  type JsonSchema,
  onRoute,
  probe,
  promise,
  type Service,
  tokensWithin,
} from '#infergate'
import hardKeywords from '../../fixtures/schemas/hard-keywords.json' with { type: 'json' }
import keywords from '../../fixtures/schemas/keywords.json' with { type: 'json' }

for (const family of ['strings', 'values', 'numbers', 'objects', 'arrays', 'references'])
  promise(`structured-outputs.holds-${family}`, {
    says: `every keyword for ${family} that the service accepts binds`,
    needs: ['json-schema'],
    check: (tools) =>
      casesHold(
        tools,
        keywords.filter((entry) => entry.family === family),
        3,
      ),
  })

promise('structured-outputs.holds-or-refuses', {
  says: 'a keyword that backends often leave out is enforced or refused, never dropped in silence',
  needs: ['json-schema'],
  deadlineMs: 60_000,
  check: (tools) => casesHold(tools, hardKeywords, 6),
})

promise('structured-outputs.holds-escapes', {
  says: 'quotation marks, line ends, backslashes and emoji can be said inside a string',
  needs: ['json-schema'],
  async check({ service, verify, inCase }) {
    for (const value of ['say "hi"', 'two\nlines', 'back\\slash', 'smile 😀', '한국어']) {
      const schema: JsonSchema = canarySchema('text', value)
      await inCase(`the string ${JSON.stringify(value)}`, async () => {
        const generation = await service.generate(await canaryRequest(service, schema))
        const held = await holdToSchema('the string', schema, generation)
        const why = held === 'refused' ? `: ${describeFailure(generation)}` : ''
        verify(held === 'held', `the string was ${held}${why}`, generation)
      })
    }
  },
})

promise('structured-outputs.recursion-is-survived', {
  says: 'a schema that refers to itself is served or refused, and the service lives on',
  needs: ['json-schema'],
  alone: 'hurts',
  async check({ service }) {
    const schema: JsonSchema = {
      type: 'object',
      properties: { value: { enum: [1, 2] }, next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } },
      required: ['value', 'next'],
      additionalProperties: false,
    }
    await holdToSchema(
      'a recursive schema',
      schema,
      await service.generate(await canaryRequest(service, schema)),
    )
    await probe(service)
  },
})

type SchemaCase = {
  readonly name: string
  readonly prompt: string
  readonly schema: JsonSchema
  /** What the answer is held to where that is less than the schema: no grammar knows the calendar of a date. */
  readonly heldAs?: JsonSchema
}

type Way = { readonly route: GeneratingRoute; readonly stream?: true; readonly said: string }

/** The ways on which a schema binds, one a round: each route whole, then streamed. */
function waysOf(service: Service): readonly Way[] {
  const routes = bindingRoutesOf(service)
  const isStreaming = service.profile.capabilities.includes('stream')
  // The first way goes without saying.
  const whole = routes.map(
    (route, index): Way => ({ route, said: index === 0 ? '' : onRoute(service, '', route) }),
  )
  const streamed = isStreaming
    ? whole.map((way): Way => ({ ...way, stream: true, said: `${way.said}, streamed` }))
    : []
  // Three rounds of two routes: both of them, and one of the streams.
  return [...whole, ...streamed.toReversed()]
}

/** Draws each case a few times; a refused case counts as honest, a family refused as a whole as not applicable. */
async function casesHold(
  { service, verify, inconclusive, notApplicable, sampled, inCase, leftMs }: CheckTools,
  cases: readonly SchemaCase[],
  draws: number,
): Promise<void> {
  const counts = { held: 0, cut: 0, refused: 0, broken: 0 }
  const accepted = new Set(cases)
  const served = new Set<string>()
  const ways = waysOf(service)
  let round = 0
  const maxTokens = await tokensWithin(service, 96)
  // Each case once, then each once more: where time runs out, no keyword was left out.
  await inTurn(draws, leftMs, async () => {
    const drawn = [...accepted]
    // A schema takes another way through a service on each route, and in a stream again.
    const { said, ...how } = ways[round++ % ways.length] as Way
    await inParallel(drawn.length, 4, async (index) => {
      const one = drawn[index] as SchemaCase
      const { name, prompt, schema, heldAs = schema } = one
      // A service that does not stream constrained answers says so by refusing all of them.
      const key = how.stream ? `${name}, streamed` : name
      const constraint: Constraint = { kind: 'json-schema', schema }
      const generation = await service.generate({ prompt, maxTokens, temperature: 1, constraint, ...how })
      const result = await inCase(name, async () => {
        const held = await holdToSchema(`the answer${said}`, heldAs, generation)
        // A keyword is served or not: who answers with it and then refuses it has two minds.
        verify(
          held !== 'refused' || !served.has(key),
          `refused now, and answered a moment ago: ${describeFailure(generation)}`,
          generation,
        )
        return held
      })
      counts[result ?? 'broken'] += 1
      if (result === 'held' || result === 'cut') served.add(key)
      // A case that is broken is known to be.
      if (result === 'refused' || result === undefined) accepted.delete(one)
    })
  })
  // What is broken has been said; that nothing held besides adds nothing to it.
  if (counts.held === 0 && counts.broken > 0) return
  if (counts.held === 0 && counts.refused > 0 && accepted.size === 0)
    notApplicable('the service refuses all of these keywords')
  if (counts.held === 0)
    inconclusive(`no answer came to its end: ${counts.cut} cut, ${counts.refused} refused`)
  sampled(counts.held)
}
