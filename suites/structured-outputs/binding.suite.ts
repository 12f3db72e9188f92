import {
  bindingRoutesOf,
  type CheckTools,
  type Completed,
  type Constraint,
  canaryRequest,
  canarySchema,
  describeFailure,
  holdToSchema,
  isRefusal,
  judgeJson,
  judgePattern,
  markers,
  promise,
  quote,
  routesOf,
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

promise('structured-outputs.own-field-binds', {
  says: "vLLM's own field structured_outputs binds as response_format does",
  needs: ['json-schema'],
  async check(tools) {
    const { engine, version = '' } = tools.service.profile
    const old = /^0\.(\d+)\./.exec(version)
    if (engine !== 'vllm' || (old && Number(old[1]) < 11))
      tools.notApplicable('only vLLM from 0.11 on has the field structured_outputs')
    for (const route of routesOf(tools.service)) await canaryHolds(tools, { route }, 'structured_outputs')
  },
})

promise('structured-outputs.json-object', {
  says: 'an answer asked for as a JSON object is one',
  needs: ['json-object'],
  async check({ service, verify }) {
    // An answer that is cut has shown as much: nothing but an object begins like one and stays one for 160 tokens.
    for (const route of bindingRoutesOf(service)) {
      const constraint: Constraint = { kind: 'json-object' }
      const prompt = 'Give Rosa, 31, Oslo as JSON.'
      const generation = await service.generate({ prompt, route, maxTokens: 160, temperature: 0, constraint })
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
      for (const route of routesOf(service)) {
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
    sampled(patterns.length * routesOf(service).length)
  },
})

promise('structured-outputs.choice-binds', {
  says: 'an answer is one of the choices, whole',
  needs: ['choice'],
  async check({ service, verify, random, sampled }) {
    for (const route of routesOf(service))
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
    sampled(3 * routesOf(service).length)
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
    for (const maxTokens of [96, 4]) {
      const [value = ''] = markers(random, 1)
      const schema = canarySchema('marker', value)
      const answer = await service.answer({ ...canaryRequest(schema), maxTokens })
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

async function canaryHolds(
  { service, verify, random }: CheckTools,
  how: { readonly route?: 'generate' | 'chat'; readonly stream?: boolean },
  spelling?: 'structured_outputs',
): Promise<void> {
  const [key = '', value = ''] = [random.marker(8), random.marker(8)]
  const schema = canarySchema(key, value)
  const { constraint: _ours, ...plain } = canaryRequest(schema)
  const request = spelling ? { ...plain, wire: { [spelling]: { json: schema } } } : canaryRequest(schema)
  const generation = await service.generate({ ...request, ...how })
  const name = [`the canary schema`, how.route, how.stream && 'streamed', spelling].filter(Boolean).join(', ')
  const held = await holdToSchema(name, schema, generation)
  verify(held !== 'refused', `${name} was refused: ${describeFailure(generation)}`, generation)
  verify(held === 'held', `${name} was cut after 96 tokens`, generation)
}
