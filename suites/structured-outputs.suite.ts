import {
  bindingRoutesOf,
  type CheckTools,
  type Completed,
  type Constraint,
  canaryRequest,
  canarySchema,
  describeFailure,
  flawOf,
  foreignMarker,
  good,
  holdToSchema,
  inParallel,
  isOneSymbol,
  isRefusal,
  type JsonSchema,
  judgeJson,
  judgePattern,
  markers,
  PROBE,
  probe,
  promise,
  quote,
  routesOf,
  runsOn,
} from '#infergate'
import hardKeywords from '../fixtures/schemas/hard-keywords.json' with { type: 'json' }
import keywords from '../fixtures/schemas/keywords.json' with { type: 'json' }
import person from '../fixtures/schemas/person.json' with { type: 'json' }

/** `{"name":"…","age":120}` with twelve characters, each escaped, is 93 bytes: a token a byte fits. */
const PERSON_TOKENS = 160
const PERSON_SAMPLES = 24

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
  async check({ service, verify }) {
    for (const value of ['say "hi"', 'two\nlines', 'back\\slash', 'smile 😀', '한국어']) {
      const schema: JsonSchema = canarySchema('text', value)
      const generation = await service.generate(canaryRequest(schema))
      const held = await holdToSchema(`the string ${JSON.stringify(value)}`, schema, generation)
      verify(held === 'held', `the string ${JSON.stringify(value)} was ${held}`, generation)
    }
  },
})

promise('structured-outputs.answers-are-json', {
  says: 'every answer to a small schema is JSON and keeps the schema',
  needs: ['json-schema'],
  async check({ service, verify, inconclusive, sampled }) {
    const answers = await drawPeople(service)
    const judged = await Promise.all(
      answers.map(async (answer) => ({ answer, ...(await judgeJson(answer.text, person)) })),
    )
    const whole = judged.filter(({ verdict }) => verdict !== 'truncated' && verdict !== 'unjudged')
    const notJson = whole.filter(({ verdict }) => verdict === 'not-json')
    const invalid = whole.filter(({ verdict }) => verdict === 'invalid')
    sampled(whole.length)
    verify(
      notJson.length === 0,
      `${notJson.length} of ${judged.length} answers are not JSON: ${notJson[0]?.reason}; ${quote(notJson[0]?.answer.text ?? '')}`,
      ...notJson.map(({ answer }) => answer),
    )
    verify(
      invalid.length === 0,
      `${invalid.length} of ${judged.length} answers break the schema: ${invalid[0]?.reason}; ${quote(invalid[0]?.answer.text ?? '')}`,
      ...invalid.map(({ answer }) => answer),
    )
    if (whole.length < judged.length / 2)
      inconclusive(`only ${whole.length} of ${judged.length} answers came to an end`, ...answers.slice(0, 3))
  },
})

promise('structured-outputs.answers-end', {
  says: 'an answer to a small schema ends by itself, and does not run on in white space',
  needs: ['json-schema'],
  async check({ service, verify, sampled }) {
    const answers = await drawPeople(service)
    sampled(answers.length)
    const endless = answers.filter(runsOn)
    verify(
      endless.length === 0,
      `${endless.length} of ${answers.length} answers run on in white space: ${quote(endless[0]?.text ?? '', 60)}`,
      ...endless,
    )
    const cut = answers.filter(({ finishReason }) => finishReason === 'length')
    verify(
      cut.length === 0,
      `${cut.length} of ${answers.length} answers did not end within ${PERSON_TOKENS} tokens, ` +
        `though 93 bytes hold any that the schema allows: ${quote(cut[0]?.text ?? '')}`,
      ...cut,
    )
  },
})

promise('structured-outputs.cut-answers-say-length', {
  says: 'an answer cut by its token limit is the beginning of the JSON and says length',
  needs: ['json-schema'],
  async check({ service, verify, inconclusive, sampled }) {
    let cut = 0
    for (const maxTokens of [1, 2, 3, 5, 8]) {
      const constraint: Constraint = { kind: 'json-schema', schema: person }
      const generation = await service.generate({
        prompt: 'Give Rosa, 31, Oslo as JSON.',
        maxTokens,
        constraint,
      })
      const held = await holdToSchema(`an answer of at most ${maxTokens} tokens`, person, generation)
      verify(held !== 'refused', `a limit of ${maxTokens} tokens was refused`, generation)
      if (held === 'cut') cut += 1
    }
    sampled(cut)
    if (cut === 0) inconclusive('eight tokens held a whole answer: nothing was cut')
  },
})

promise('structured-outputs.keeps-constraints-apart', {
  says: 'in a mixed batch each request has its own constraint, and a free one has none',
  needs: ['json-schema'],
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
      verify(held === 'held', `the constraint ${own} of sixteen in parallel was ${held}`, generation)
    })
    sampled(32)
  },
})

promise('structured-outputs.recursion-is-survived', {
  says: 'a schema that refers to itself is served or refused, and the service lives on',
  needs: ['json-schema'],
  async check({ service }) {
    const schema: JsonSchema = {
      type: 'object',
      properties: { value: { enum: [1, 2] }, next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } },
      required: ['value', 'next'],
      additionalProperties: false,
    }
    await holdToSchema('a recursive schema', schema, await service.generate(canaryRequest(schema)))
    await probe(service)
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

promise('structured-outputs.leaves-health-honest', {
  says: 'after all of this, health and generation still agree',
  needs: ['health'],
  async check({ service, verify }) {
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

type SchemaCase = {
  readonly name: string
  readonly prompt: string
  readonly schema: JsonSchema
  /** What the answer is held to where that is less than the schema: no grammar knows the calendar of a date. */
  readonly heldAs?: JsonSchema
}

/** Draws each case a few times; a refused case counts as honest, a family refused as a whole as not applicable. */
async function casesHold(
  { service, inconclusive, notApplicable, sampled, leftMs }: CheckTools,
  cases: readonly SchemaCase[],
  draws: number,
): Promise<void> {
  let [held, cut, refused] = [0, 0, 0]
  await inParallel(cases.length, 4, async (index) => {
    const { name, prompt, schema, heldAs = schema } = cases[index] as SchemaCase
    for (let draw = 0; draw < draws && leftMs() > 5_000; draw++) {
      const constraint: Constraint = { kind: 'json-schema', schema }
      const result = await holdToSchema(
        name,
        heldAs,
        await service.generate({ prompt, maxTokens: 96, temperature: 1, constraint }),
      )
      if (result === 'held') held += 1
      else if (result === 'cut') cut += 1
      else {
        refused += 1
        return
      }
    }
  })
  sampled(held)
  if (held > 0) return
  if (refused === cases.length) notApplicable('the service refuses all of these keywords')
  inconclusive(`no answer came to its end: ${cut} cut, ${refused} refused`)
}

const drawPeople = (service: CheckTools['service']): Promise<Completed[]> =>
  inParallel(PERSON_SAMPLES, 8, () =>
    service.answer({
      prompt: 'Give Rosa, 31, Oslo as JSON.',
      maxTokens: PERSON_TOKENS,
      temperature: 1,
      constraint: { kind: 'json-schema', schema: person },
    }),
  )
