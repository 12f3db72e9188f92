import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CallStream, parseAnswer } from './hermes.ts'

const call = (name: string, args: string) =>
  `<tool_call>\n{"name": "${name}", "arguments": ${args}}\n</tool_call>`
const rome = call('get_weather', '{"city":"Rome"}')
const tricky = call('echo', '{"value":"a < b } </tool> \\" <tool_","deep":{"a":[{}]}}')

/** What a client has after all pieces. */
function streamed(pieces: readonly string[]) {
  const stream = new CallStream()
  let content = ''
  const calls: { name: string; arguments: string }[] = []
  for (const piece of pieces) {
    const delta = stream.push(piece)
    content += delta?.content ?? ''
    for (const part of delta?.calls ?? [])
      if ('name' in part) calls[part.index] = { name: part.name, arguments: '' }
      else if (calls[part.index]) (calls[part.index] as { arguments: string }).arguments += part.arguments
  }
  return {
    content: content || null,
    calls: calls.map(({ name, arguments: args }) => [name, JSON.parse(args)]),
  }
}

const whole = (text: string) => {
  const { content, calls } = parseAnswer(text)
  return { content, calls: calls.map(({ name, arguments: args }) => [name, JSON.parse(args)]) }
}

test('an answer that comes in any pieces is read as the whole of it', () => {
  const answers = [rome, tricky, `${rome}\n${tricky}`, `Let me look. ${rome}`, 'Plain words < and </tool.']
  fc.assert(
    fc.property(
      fc.constantFrom(...answers),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (text, sizes) => {
        const pieces: string[] = []
        for (let at = 0, i = 0; at < text.length; i++) {
          const size = sizes[i % sizes.length] ?? 1
          pieces.push(text.slice(at, at + size))
          at += size
        }
        expect(streamed(pieces)).toEqual(whole(text))
      },
    ),
    { seed: 7, numRuns: 300 },
  )
})

test('arguments are written as Python writes JSON', () => {
  expect(parseAnswer(call('f', '{"a":[1,{"b":"x, y: z"}],"c":null}')).calls).toEqual([
    { name: 'f', arguments: '{"a": [1, {"b": "x, y: z"}], "c": null}' },
  ])
})

test('a call that was cut is content, and so is one that is no JSON', () => {
  for (const text of ['<tool_call>\n{"name": "f", "argu', call('f', '{"a":}')])
    expect(parseAnswer(text)).toEqual({ content: text, calls: [] })
})
