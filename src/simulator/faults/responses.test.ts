import { FORCED, respond, respondStreamed } from '../testing/calls.ts'
import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { responseStreamFaults } from './response-streams.ts'
import { responseFaults } from './responses.ts'

const ended = 'response.completed'
const typesOf = async (look: Look): Promise<string[]> => (await respondStreamed(look)).map(({ type }) => type)
const numbersOf = async (look: Look): Promise<number[]> =>
  (await respondStreamed(look)).map((event) => event.sequence_number)
const statusOf = async ({ post }: Look, fields: object) =>
  (await post('/v1/responses', { input: 'Hi', max_output_tokens: 16, ...fields })).status
const textOf = (response: { output: { content?: { text: string }[] }[] }): string =>
  response.output.flatMap(({ content = [] }) => content.map(({ text }) => text)).join('')
const callsOf = async (look: Look) =>
  (await respond(look, FORCED)).output.filter(({ type }: { type: string }) => type === 'function_call')

/** The deltas of a streamed text, and the text that its last event holds. */
async function streamed(look: Look) {
  const events = await respondStreamed(look)
  const deltas = events.filter(({ type }) => type === 'response.output_text.delta')
  const { response } = events.at(-1)
  return { said: deltas.map(({ delta }) => delta).join(''), held: textOf(response) }
}

const FORMAT = {
  text: {
    format: {
      type: 'json_schema',
      name: 'a',
      schema: { type: 'object', properties: { a: { const: 'k7' } } },
    },
  },
  max_output_tokens: 64,
}

testFaults([...responseFaults, ...responseStreamFaults], {
  'responses-no-terminal-event': async (look) => !(await typesOf(look)).includes(ended),
  'responses-two-terminal-events': async (look) =>
    (await typesOf(look)).filter((type) => type === ended).length === 2,
  'responses-sequence-stuck': async (look) => (await numbersOf(look)).every((number) => number === 0),
  'responses-sequence-gaps': async (look) =>
    (await numbersOf(look)).some((number, index, all) => index > 0 && number !== (all[index - 1] ?? 0) + 1),
  'responses-id-changes': async (look) => {
    const events = await respondStreamed(look)
    return events[0].response.id !== events.at(-1).response.id
  },
  'responses-item-ids-differ': async (look) => {
    const events = await respondStreamed(look)
    const added = events.find(({ type }) => type === 'response.output_item.added').item.id
    return events.find(({ type }) => type === 'response.output_text.delta').item_id !== added
  },
  'responses-loses-deltas': async (look) => {
    const { said, held } = await streamed(look)
    return said !== '' && said.length < held.length
  },
  'responses-doubled': async (look) => {
    const { said, held } = await streamed(look)
    return said.length === 2 * held.length
  },
  'responses-length-says-completed': async (look) => {
    const { status, usage } = await respond(look)
    return status === 'completed' && usage.output_tokens === 16
  },
  'responses-incomplete-without-reason': async (look) => {
    const { status, incomplete_details } = await respond(look)
    return status === 'incomplete' && incomplete_details === null
  },
  'responses-cap-ignored': async (look) => (await respond(look)).usage.output_tokens > 16,
  'responses-usage-zero': async (look) => (await respond(look)).usage.total_tokens === 0,
  'responses-without-items': async (look) => (await respond(look)).output.length === 0,
  'responses-stream-ends-empty': async (look) => {
    const { said, held } = await streamed(look)
    return said !== '' && held === ''
  },
  'responses-format-ignored': async (look) => !textOf(await respond(look, FORMAT)).startsWith('{'),
  'responses-instructions-dropped': async (look) => {
    const count = async (fields: object) => (await respond(look, fields)).usage.input_tokens
    return (await count({ instructions: 'Answer in one short word.' })) === (await count({}))
  },
  'responses-parts-dropped': async (look) => {
    const content = [{ type: 'input_text', text: 'Tell me a story.' }]
    const count = async (fields: object) => (await respond(look, fields)).usage.input_tokens
    return (await count({ input: [{ role: 'user', content }] })) < (await count({}))
  },
  'responses-tools-ignored': async (look) => (await callsOf(look)).length === 0,
  'responses-choice-loses-its-name': async (look) => (await callsOf(look))[0].name === 'set_lamp',
  'responses-call-without-id': async (look) => (await callsOf(look))[0].call_id === '',
  'responses-bad-input-500': async (look) => (await statusOf(look, { input: 5 })) === 500,
  'responses-takes-any-value': async (look) => (await statusOf(look, { temperature: -1 })) === 200,
})
