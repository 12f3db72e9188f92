import {
  bindingRoutesOf,
  type CheckTools,
  type Completed,
  type Constraint,
  canaryRequest,
  canarySchema,
  describeFailure,
  type GenerationRequest,
  holdToSchema,
  isRefusal,
  judgeJson,
  judgePattern,
  markers,
  promise,
  quote,
  spelledRoutesOf,
  tokensWithin,
} from '#infergate'

promise('structured-outputs.schema-binds', {
  says: 'an answer keeps a schema that only enforcement can meet, against a prompt that pulls the other way',
  needs: ['json-schema'],
  check: (tools) => canaryHolds(tools, {}),
})

promise('structured-outputs.schema-binds-on-chat', {
  says: 'the chat route enforces a schema as well',
  needs: ['json-schema', 'chat'],
  check: (tools) => canaryHolds(tools, { route: 'chat' }),
})

promise('structured-outputs.schema-binds-streamed', {
  says: 'a streamed answer keeps its schema too',
  needs: ['json-schema', 'stream'],
  async check(tools) {
    await canaryHolds(tools, { stream: true })
    if (tools.service.profile.capabilities.includes('chat'))
      await canaryHolds(tools, { stream: true, route: 'chat' })
  },
})

promise('structured-outputs.binds-after-a-thought', {
  says: 'where the model thinks first, what comes after its thought keeps the schema, streamed or not',
  needs: ['json-schema', 'chat'],
  async check(tools) {
    const { reasoning, capabilities } = tools.service.profile
    if (!reasoning) tools.notApplicable(NO_THOUGHT)
    for (const stream of capabilities.includes('stream') ? [false, true] : [false])
      await canaryHolds(tools, { route: 'chat', thinking: 'on', stream })
  },
})

promise('structured-outputs.binds-before-a-thought', {
  says: 'where the model thinks on the chat route, a constraint on the plain one binds from the first token',
  needs: ['json-schema'],
  async check({ service, verify, notApplicable, random }) {
    const { reasoning, absentRoutes } = service.profile
    if (!reasoning) notApplicable(NO_THOUGHT)
    if (absentRoutes?.completions !== undefined) notApplicable(absentRoutes.completions)
    const schema = canarySchema(random.marker(8), random.marker(8))
    const answer = await service.answer({ ...(await canaryRequest(service, schema)), route: 'generate' })
    const { verdict, reason } = await judgeJson(answer.text, schema)
    const why = reasoning?.constraintsWait ?? `on the plain route the constraint did not hold: ${reason}`
    verify(verdict === 'valid', `${why}; this time the text is ${quote(answer.text)}`, answer)
  },
})

promise('structured-outputs.own-field-binds', {
  says: "vLLM's own field structured_outputs binds as response_format does",
  needs: ['json-schema'],
  async check(tools) {
    const { engine, wire } = tools.service.profile
    if (engine !== 'vllm' || wire?.['constraints'] === 'guided')
      tools.notApplicable('only vLLM from 0.11 on has the field structured_outputs')
    for (const route of bindingRoutesOf(tools.service))
      await canaryHolds(tools, { route }, 'structured_outputs')
  },
})

promise('structured-outputs.json-object', {
  says: 'an answer asked for as a JSON object is one',
  needs: ['json-object'],
  async check({ service, verify }) {
    // An answer that is cut has shown as much: nothing but an object begins like one and stays one for so many tokens.
    const maxTokens = await tokensWithin(service, 160)
    for (const route of bindingRoutesOf(service)) {
      const constraint: Constraint = { kind: 'json-object' }
      const prompt = 'Give Rosa, 31, Oslo as JSON.'
      const generation = await service.generate({ prompt, route, maxTokens, temperature: 0, constraint })
      const held = await holdToSchema(`a JSON object (${route})`, { type: 'object' }, generation)
      verify(
        held !== 'refused',
        `${route}: a JSON object was refused: ${describeFailure(generation)}`,
        generation,
      )
    }
  },
})

promise('structured-outputs.regex-binds', {
  says: 'an answer matches the regular expression that it was held to',
  needs: ['regex'],
  async check({ service, verify, sampled }) {
    const patterns = ['[a-f]{6}-[0-9]{4}', '(left|right)', 'ab|cd', '[A-Z][a-z]{2,5}( [0-9]+){1,2}\\.']
    for (const pattern of patterns)
      for (const route of spelledRoutesOf(service)) {
        const constraint = { kind: 'regex', pattern } as const
        const answer = await service.answer({
          prompt: 'Write a poem.',
          route,
          maxTokens: 48,
          temperature: 1,
          constraint,
        })
        const { verdict, reason } = await judgePattern(answer.text, pattern)
        // A repetition without a bound may fill the budget; whatever came had to be a beginning.
        const cut = answer.finishReason === 'length' && pattern.includes('+')
        verify(verdict === 'valid' || cut, `${route}: ${reason}: ${quote(answer.text)}`, answer)
      }
    sampled(patterns.length * spelledRoutesOf(service).length)
  },
})

promise('structured-outputs.choice-binds', {
  says: 'an answer is one of the choices, whole',
  needs: ['choice'],
  async check({ service, verify, random, sampled }) {
    for (const route of spelledRoutesOf(service))
      for (let draw = 0; draw < 3; draw++) {
        const choices = markers(random, 3)
        const constraint = { kind: 'choice', choices } as const
        const answer = await service.answer({
          prompt: 'Write a poem.',
          route,
          maxTokens: 48,
          temperature: 1,
          constraint,
        })
        verify(
          choices.includes(answer.text),
          `${route}: ${quote(answer.text)} is none of ${choices.join(', ')}`,
          answer,
        )
      }
    sampled(3 * spelledRoutesOf(service).length)
  },
})

promise('structured-outputs.every-pattern-binds', {
  says: 'of several patterns each one binds, or the request is refused',
  needs: ['regex', 'constraint-flag'],
  async check({ service, verify }) {
    const [first, second] = ['[a-z]{6}', '[b-d]{6}']
    const wire = { constraints: { regex_patterns: [first, second] } }
    for (let draw = 0; draw < 3; draw++) {
      const generation = await service.generate({
        prompt: 'Write a word.',
        maxTokens: 16,
        temperature: 1,
        wire,
      })
      if (generation.outcome === 'failed') {
        verify(isRefusal(generation), `two patterns: ${describeFailure(generation)}`, generation)
        return
      }
      const { verdict } = await judgePattern(generation.text, second)
      verify(
        verdict === 'valid',
        `${quote(generation.text)} does not match the second pattern ${second}`,
        generation,
      )
    }
  },
})

promise('structured-outputs.flag-tells-the-truth', {
  says: 'the service says "constraint satisfied" exactly where the text keeps the constraint',
  needs: ['json-schema', 'constraint-flag'],
  alone: 'hurts',
  async check({ service, verify, random }) {
    const flagIs = (answer: Completed, kept: boolean, what: string) =>
      verify(
        answer.reported.constraintSatisfied === kept,
        `${what}: the constraint is ${kept ? 'kept' : 'not kept'}, the flag says ${answer.reported.constraintSatisfied}; ` +
          `the text is ${quote(answer.text)}`,
        answer,
      )
    for (const limit of [undefined, 4]) {
      const [value = ''] = markers(random, 1)
      const schema = canarySchema('marker', value)
      const request = await canaryRequest(service, schema)
      const maxTokens = limit ?? request.maxTokens
      const answer = await service.answer({ ...request, maxTokens })
      flagIs(
        answer,
        (await judgeJson(answer.text, schema)).verdict === 'valid',
        `at most ${maxTokens} tokens`,
      )
    }
    // No such mask can hold: a service that does not know the kind must not call it satisfied.
    const masked = await service.generate({
      prompt: 'Say hello.',
      maxTokens: 8,
      wire: { constraints: { token_mask: [0] } },
    })
    if (masked.outcome === 'completed') flagIs(masked, false, 'a token mask')
  },
})

const NO_THOUGHT = 'its answers on the chat route do not begin with a thought'

async function canaryHolds(
  { service, verify, random }: CheckTools,
  how: Pick<GenerationRequest, 'route' | 'stream' | 'thinking'>,
  spelling?: 'structured_outputs',
): Promise<void> {
  const [key = '', value = ''] = [random.marker(8), random.marker(8)]
  const schema = canarySchema(key, value)
  const asked = await canaryRequest(service, schema)
  const { constraint: _ours, ...plain } = asked
  const request = spelling ? { ...plain, wire: { [spelling]: { json: schema } } } : asked
  const generation = await service.generate({ ...request, ...how })
  const name = [
    `the canary schema`,
    how.route,
    how.stream && 'streamed',
    how.thinking && 'after a thought',
    spelling,
  ]
    .filter(Boolean)
    .join(', ')
  const held = await holdToSchema(name, schema, generation)
  verify(held !== 'refused', `${name} was refused: ${describeFailure(generation)}`, generation)
  verify(held === 'held', `${name} was cut after ${asked.maxTokens} tokens`, generation)
}
