import { expect, test } from 'vitest'
import { toolsAskedFor } from './tool-choice.ts'

const tools = [{ name: 'get_weather' }, { name: 'getTime' }, { name: 'multiply' }]

test.each([
  ['Call get_weather for Rome.', ['get_weather']],
  ['What is the weather in Rome?', ['get_weather']],
  ['What time is it, and what is the weather?', ['getTime', 'get_weather']],
  ['Multiply 6 by 7.', ['multiply']],
  ['Use the tool.', ['get_weather']],
  ['Call all the tools.', ['get_weather', 'getTime', 'multiply']],
  ['Say hello.', []],
  ['What is the capital of Italy?', []],
  ['What is the weather? Answer without a tool.', []],
  ['Sometimes it rains.', []],
])('%j asks for %j', (prompt, names) => {
  expect(toolsAskedFor(prompt, tools).map(({ name }) => name)).toEqual(names)
})
