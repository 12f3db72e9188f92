import { bindingRoutesOf, type JsonSchema, PROBE, promise, spelledRoutesOf } from '#infergate'
import {
  BAD_PATTERNS,
  BAD_SCHEMAS,
  generating,
  type Hostile,
  onlyVllm,
  refuses,
  survives,
  withConstraint,
} from './hostile.ts'

promise('errors.bad-schema', {
  says: 'a JSON Schema that cannot be one is refused, never dropped',
  needs: ['json-schema'],
  alone: 'hurts',
  check: (tools) =>
    refuses(tools, Object.fromEntries(BAD_SCHEMAS.map(withConstraint)), {
      routes: bindingRoutesOf(tools.service),
    }),
})

promise('errors.bad-pattern', {
  says: 'a regular expression that cannot be one is refused, never dropped',
  needs: ['regex'],
  alone: 'hurts',
  check: (tools) =>
    refuses(tools, Object.fromEntries(BAD_PATTERNS.map(withConstraint)), {
      routes: spelledRoutesOf(tools.service),
    }),
})

promise('errors.malformed-constraint', {
  says: 'a constraint in the wrong shape is refused with a message',
  needs: ['json-schema', 'error-status'],
  alone: 'hurts',
  async check(tools) {
    onlyVllm(tools, 'a constraint in the wrong shape')
    await refuses(tools, {
      'response_format without its schema': generating({ response_format: { type: 'json_schema' } }),
      'response_format nested wrongly': generating({
        response_format: { type: 'json_schema', schema: { type: 'object' } },
      }),
      'two kinds of constraint': generating({ structured_outputs: { regex: 'a', choice: ['b'] } }),
    })
  },
})

promise('errors.refuses-streamed', {
  says: 'a streamed request that cannot be served is refused, or its stream carries an error and ends',
  needs: ['stream'],
  alone: 'hurts',
  async check(tools) {
    const hostile: Record<string, Hostile> = {
      'temperature -1, streamed': ({ stream }, route) =>
        stream({ ...PROBE, route, wire: { temperature: -1 } }),
    }
    if (tools.service.profile.capabilities.includes('regex'))
      hostile['a bad pattern, streamed'] = ({ stream }, route) =>
        stream({ ...PROBE, route, constraint: { kind: 'regex', pattern: '(unclosed' } })
    await refuses(tools, hostile, { promisedBy: 'vLLM and ananke' })
  },
})

promise('errors.slow-pattern', {
  says: 'a pattern that is slow to match costs at most seconds, and the service lives on',
  needs: ['regex'],
  alone: 'hurts',
  check: (tools) =>
    survives(
      tools,
      withConstraint(['(a+)+b', { kind: 'regex', pattern: '(a+)+b' }]),
      spelledRoutesOf(tools.service),
    ),
})

promise('errors.deep-schema', {
  says: 'a schema of many nested choices costs at most seconds, and the service lives on',
  needs: ['json-schema'],
  alone: 'hurts',
  check: (tools) =>
    survives(
      tools,
      withConstraint(['nested oneOf', { kind: 'json-schema', schema: nestedChoices(6) }]),
      bindingRoutesOf(tools.service),
    ),
})

/** Choices inside choices: each level doubles what a careless compiler looks at. */
function nestedChoices(depth: number): JsonSchema {
  if (depth === 0) return { type: 'integer', minimum: 0, maximum: 9 }
  const inner = nestedChoices(depth - 1)
  const branch = (key: string) => ({
    type: 'object',
    properties: { [key]: inner },
    required: [key],
    additionalProperties: false,
  })
  return { oneOf: [branch('a'), branch('b')] }
}
