import { promise } from '#infergate'
import { generating, type Hostile, refuses, survives } from './hostile.ts'

const named = (name: string) => ({ type: 'function', function: { name } })
const tool = (name: string, parameters: unknown) => ({ type: 'function', function: { name, parameters } })
const GOOD = tool('set_lamp', { type: 'object', properties: { on: { type: 'boolean' } }, required: ['on'] })

promise('errors.bad-tools', {
  says: 'tools, or a choice among them, that no service can follow are refused, and the service goes on',
  needs: ['chat', 'error-status'],
  alone: 'hurts',
  async check(tools) {
    const bad: Record<string, Hostile> = {
      'a choice of a tool that is not given': generating({ tools: [GOOD], tool_choice: named('add_item') }),
      'a choice of no kind': generating({ tools: [GOOD], tool_choice: 'sometimes' }),
      'a choice of a function without a name': generating({
        tools: [GOOD],
        tool_choice: { type: 'function' },
      }),
      'a choice without tools': generating({ tool_choice: 'required' }),
      'a tool without its function': generating({ tools: [{ type: 'function' }] }),
      'a function without its name': generating({
        tools: [{ type: 'function', function: { parameters: {} } }],
      }),
      'a list as parameters': generating({ tools: [tool('set_lamp', ['on'])] }),
      'a text as tools': generating({ tools: 'set_lamp' }),
    }
    await refuses(tools, bad, { routes: ['chat'], promisedBy: 'vLLM and ananke' })
    // Whether a schema that nothing compiles is looked at depends on the parser: it may be served, and must not break the service.
    await survives(
      tools,
      [
        'parameters with an unknown type',
        generating({ tools: [tool('set_lamp', { type: 'strnig' })], tool_choice: 'required' }),
      ],
      ['chat'],
    )
  },
})
