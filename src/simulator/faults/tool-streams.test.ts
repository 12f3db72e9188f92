import { BOTH_ASKED, streamOnChat } from '../testing/calls.ts'
import { testFaults } from '../testing/fault-table.ts'
import { toolStreamFaults } from './tool-streams.ts'

const both = { messages: [{ role: 'user', content: BOTH_ASKED }] }
const joined = (parts: readonly { function: { arguments?: string } }[]): string =>
  parts.map((part) => part.function.arguments ?? '').join('')

testFaults(toolStreamFaults, {
  'streamed-name-repeats': async (look) => {
    const { parts } = await streamOnChat(look)
    return parts.length > 2 && parts.every((part) => part.id && part.function.name)
  },
  'streamed-index-stuck': async (look) => {
    const { parts } = await streamOnChat(look, both)
    return (
      new Set(parts.map((part) => part.id).filter(Boolean)).size === 2 &&
      parts.every(({ index }) => index === 0)
    )
  },
  'streamed-index-missing': async (look) =>
    (await streamOnChat(look)).parts.some(({ index }) => index === undefined),
  'streamed-arguments-free': async (look) => !joined((await streamOnChat(look)).parts).includes('k7q2'),
  'streamed-arguments-unclosed': async (look) => !joined((await streamOnChat(look)).parts).endsWith('}'),
  'streamed-call-without-name': async (look) => {
    const { parts } = await streamOnChat(look)
    return parts.length > 0 && parts.every((part) => part.function.name === undefined)
  },
  'streamed-call-without-done': async (look) => {
    const { events, finish } = await streamOnChat(look)
    return finish === 'tool_calls' && !events.includes('[DONE]')
  },
})
