import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { fieldFormFaults } from './form-fields.ts'

const chat = { messages: [{ role: 'user', content: 'Tell me a story.' }] }

/** The completion tokens of one chat request, whole or streamed. */
async function tokens({ post }: Look, wire: object): Promise<number> {
  const { text } = await post('/v1/chat/completions', { ...chat, ...wire })
  return Number(/"completion_tokens":(\d+)/.exec(text)?.[1])
}

const streamed = { stream: true, stream_options: { include_usage: true } }
const SEEDED = { maxTokens: 20, wire: { seed: 3 } }

/** Whether a null field makes another text of a seeded request. */
const changesText =
  (name: string) =>
  async ({ ask }: Look) =>
    (await ask(SEEDED)).text !== (await ask({ ...SEEDED, wire: { ...SEEDED.wire, [name]: null } })).text

/** The answer that has to be `abc-def`, with a stop as a string. */
const stopped = async ({ ask }: Look, stop: string) => await ask({ regex: 'abc-def', wire: { stop } })

testFaults(fieldFormFaults, {
  'max-completion-tokens-ignored': async (look) => (await tokens(look, { max_completion_tokens: 3 })) > 3,
  'max-completion-tokens-ignored-streamed': async (look) => {
    const wire = { max_completion_tokens: 3 }
    return (await tokens(look, { ...wire, ...streamed })) > 3 && (await tokens(look, wire)) === 3
  },
  'null-refused': async ({ ask }) => (await ask({ wire: { temperature: null } })).status === 400,
  'null-stop-refused': async ({ ask }) => (await ask({ wire: { stop: null } })).status === 400,
  'null-temperature-is-zero': changesText('temperature'),
  'null-penalty-is-two': changesText('presence_penalty'),
  'null-max-tokens-is-one': async ({ ask }) =>
    (await ask({ wire: { max_tokens: null } })).completionTokens === 1,
  'null-stream-streams': async ({ ask }) => (await ask({ wire: { stream: null } })).body.startsWith('data:'),
  'stop-string-ignored': async (look) => (await stopped(look, '-de')).text === 'abc-def',
  'stop-string-refused': async (look) => (await stopped(look, '-de')).status === 400,
  'stop-string-by-letter': async (look) => (await stopped(look, '-ab')).text === '',
})
