import { parseEvents } from '../../judges/index.ts'
import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { streamFieldFaults } from './stream-fields.ts'

/** The text of a streamed completion. */
async function streamed({ post }: Look, fields: object): Promise<string> {
  const body = { model: 'infergate-simulated', prompt: 'Tell me a story.', max_tokens: 24, ...fields }
  const said = await post('/v1/completions', { ...body, stream: true })
  return parseEvents(said.text)
    .map(({ json }) => Object(json).choices?.[0]?.text ?? '')
    .join('')
}

async function differ(look: Look, fields: object): Promise<boolean> {
  const [one, other] = [await streamed(look, fields), await streamed(look, fields)]
  return one !== other
}

const whole = async ({ ask }: Look, wire: object) =>
  (await ask({ prompt: 'Tell me a story.', maxTokens: 24, temperature: 0, wire })).text
const isUnlikeWhole = async (look: Look, fields: object) =>
  (await streamed(look, { temperature: 0, ...fields })) !== (await whole(look, fields))

testFaults(streamFieldFaults, {
  'seed-ignored-streamed': (look) => differ(look, { seed: 3, temperature: 1.5 }),
  'narrow-draw-ignored-streamed': (look) => differ(look, { top_k: 1, temperature: 2 }),
  'penalties-ignored-streamed': (look) => isUnlikeWhole(look, { frequency_penalty: -2 }),
  'greedy-drawn-in-streams': (look) => differ(look, { temperature: 0, max_tokens: 64 }),
  'greedy-drawn-in-company': async ({ ask }) => {
    const alone = (await ask({ temperature: 0, maxTokens: 48 })).text
    const crowd = await Promise.all(Array.from({ length: 12 }, () => ask({ temperature: 0, maxTokens: 48 })))
    return crowd.some(({ text }) => text !== alone)
  },
  'seed-outlasts-request': async ({ ask }) => {
    await ask({ wire: { seed: 3 } })
    const [one, other] = [await ask({ temperature: 1.5 }), await ask({ temperature: 1.5 })]
    return one.text === other.text
  },
  'held-back-end-lost': (look) => isUnlikeWhole(look, { stop: ['~~~~~~~~'] }),
})
